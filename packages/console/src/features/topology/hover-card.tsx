import { useI18n } from '../../i18n/index.ts';
import type { Topology } from '../../services/topology.ts';
import { nameOf, sharesInWords } from './graph-style.ts';
import { Marks } from './marks.tsx';

/** What the pointer is on. */
export interface Hovered {
  readonly kind: 'node' | 'edge';
  readonly id: string;
}

/** The figures of what the pointer is on; a click opens more. */
export function HoverCard({ topology, of }: { readonly topology: Topology; readonly of: Hovered }) {
  const { t, format } = useI18n();
  const node = of.kind === 'node' ? topology.nodes.find(({ id }) => id === of.id) : undefined;
  const edge = of.kind === 'edge' ? topology.edges.find(({ id }) => id === of.id) : undefined;
  const figures = node ?? edge;
  if (figures === undefined) return null;
  const nameOfId = (id: string): string => {
    const known = topology.nodes.find((one) => one.id === id);
    return known === undefined ? id : nameOf(known, t);
  };
  const title =
    edge === undefined
      ? nameOf(node ?? topology.nodes[0]!, t)
      : t('topology.edge-of', { source: nameOfId(edge.source), target: nameOfId(edge.target) });
  const rows: readonly (readonly [string, string])[] = [
    ...(edge === undefined ? [] : [[t('topology.protocol'), edge.protocol] as const]),
    ...(node === undefined ? [] : [[t('topology.instances'), format.integer(node.instances)] as const]),
    [t('ui.rps'), format.decimal(figures.rps)],
    [t('ui.mean'), format.milliseconds(figures.rtMs)],
    [t('ui.p99'), format.milliseconds(figures.p99Ms)],
    [t('ui.error-ratio'), format.percent(figures.errorRatio)],
    [t('ui.rejected'), format.integer(figures.rejected)],
    ...(edge === undefined || edge.routes.length === 0
      ? []
      : [[t('topology.routing'), sharesInWords(edge.routes, { t, format }).join(', ')] as const]),
  ];
  return (
    <div className="weft-hover" aria-hidden>
      <strong className="weft-break">{title}</strong> <Marks marks={figures.marks} rejected={figures.rejected} />
      <dl>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="weft-muted weft-small">{t('topology.click-for-more')}</div>
    </div>
  );
}
