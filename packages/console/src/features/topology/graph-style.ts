import type { EdgeData, NodeData } from '@antv/g6';
import type { Format, Translate } from '../../i18n/index.ts';
import type { TopologyEdge, TopologyNode } from '../../services/topology.ts';
import { NODE_HEIGHT, NODE_WIDTH, type Place } from './layout.ts';

export interface GraphTexts {
  readonly t: Translate;
  readonly format: Format;
  readonly nodeMetrics: boolean;
  readonly edgeMetrics: boolean;
  /** How long the figures are of, such as "15 min". */
  readonly span: string;
}

const MAX_NAME = 22;
/** Groups that stand at a line; the others are in the list and the drawer. */
const MAX_EDGE_ROUTES = 2;
/** Of all that a box has: out of focus it can still be read. */
const DIMMED = 0.4;
const GREY = '#8c93a3';
const RED = '#cf1322';
const AMBER = '#d46b08';

type Mark = TopologyNode['marks'][number];
/** Something is broken, and a rule does what it is for. */
const BAD_MARKS: readonly Mark[] = ['unhealthy', 'rejected-push', 'breaker-open'];
const RULE_MARKS: readonly Mark[] = ['limited', 'fault', 'isolating'];
const hasMark = ({ marks }: TopologyNode, wanted: readonly Mark[]): boolean =>
  marks.some((mark) => wanted.includes(mark));

/** What a node looks like: name and figures in a box, its state in the colour of the border, marks as badges. */
export function nodeOf(node: TopologyNode, place: Place, texts: GraphTexts, dimmed: boolean): NodeData {
  const { format } = texts;
  const figures = `${format.decimal(node.rps)}/s · ${format.milliseconds(node.rtMs)} · ${format.percent(node.errorRatio)}`;
  const name = shortened(nameOf(node, texts.t));
  const external = node.kind !== 'app';
  // Who only calls from outside has no figures of its own: noughts would say that nothing goes on.
  const hasFigures = !external || node.requests > 0;
  return {
    id: node.id,
    type: 'rect',
    style: {
      ...place,
      size: [NODE_WIDTH, NODE_HEIGHT],
      radius: 8,
      fill: external ? '#f4f6fa' : '#ffffff',
      stroke: strokeOf(node),
      lineWidth: node.errorRatio > 5 || node.marks.length > 0 ? 2 : 1.2,
      ...(external ? { lineDash: [4, 3] } : {}),
      opacity: dimmed ? DIMMED : 1,
      cursor: 'pointer',
      labelText: texts.nodeMetrics && hasFigures ? `${name}\n${figures}` : name,
      labelPlacement: 'center',
      labelFontSize: 12,
      labelLineHeight: 18,
      labelFill: '#1f2433',
      labelFontFamily: 'inherit',
      labelMaxWidth: NODE_WIDTH - 12,
      labelWordWrap: true,
      labelMaxLines: 2,
      badges:
        node.marks.length === 0
          ? []
          : [
              {
                text: node.marks.map((mark) => markInWords(mark, node.rejected, texts)).join(' · '),
                placement: 'top',
                offsetY: -8,
                backgroundFill: badgeOf(node),
                fill: '#ffffff',
                fontSize: 10,
                padding: [1, 6],
              },
            ],
      badge: node.marks.length > 0 && !dimmed,
      ports: [
        { key: 'in', placement: 'left' },
        { key: 'out', placement: 'right' },
      ],
      portR: 0,
    },
  };
}

/** Where the figures of an edge stand: beside its line, over neither it nor its arrow. */
export interface LabelPlace {
  readonly end: 'source' | 'middle' | 'target';
  readonly above: boolean;
}

/** Between a line and its figures, the half of an arrow included. */
const LABEL_GAP = 6;
/** Lines rise and fall at the end where there are no figures, and leave the other one to them. */
const LABELS = {
  source: { labelPlacement: 0.02, labelTextAlign: 'left', labelOffsetX: 4, curvePosition: [0.85, 0.15] },
  middle: { labelPlacement: 0.5, labelTextAlign: 'center', labelOffsetX: 0, curvePosition: [0.5, 0.5] },
  target: { labelPlacement: 0.98, labelTextAlign: 'right', labelOffsetX: -8, curvePosition: [0.15, 0.85] },
} as const;

/** What an edge looks like: wider for more requests, red where calls fail. */
export function edgeOf(edge: TopologyEdge, texts: GraphTexts, place: LabelPlace, dimmed: boolean): EdgeData {
  const { t, format } = texts;
  const failing = edge.errorRatio > 5;
  const colour = failing ? RED : edge.marks.length > 0 ? AMBER : '#a3abbd';
  const figures = [`${format.decimal(edge.rps)}/s`, format.milliseconds(edge.rtMs)];
  // What is out of order stands on lines of its own: each must fit between two nodes.
  const wrong = edge.marks.filter((mark) => mark !== 'limited').map((mark) => t(`topology.mark-${mark}`));
  if (edge.rejected > 0)
    wrong.unshift(
      t('topology.refused', { share: format.percent((100 * edge.rejected) / Math.max(edge.requests, edge.rejected)) }),
    );
  if (edge.errorRatio > 0) wrong.unshift(t('topology.errors', { share: format.percent(edge.errorRatio) }));
  const routed = sharesInWords(edge.routes, texts).slice(0, MAX_EDGE_ROUTES);
  return {
    id: edge.id,
    source: edge.source,
    target: edge.target,
    type: edge.source === edge.target ? 'line' : 'cubic-horizontal',
    style: {
      sourcePort: 'out',
      targetPort: 'in',
      stroke: colour,
      lineWidth: Math.min(4, 1 + Math.log10(1 + edge.rps)),
      opacity: dimmed ? 0.15 : 1,
      endArrow: true,
      endArrowSize: 8,
      cursor: 'pointer',
      increasedLineWidthForHitTesting: 12,
      label: texts.edgeMetrics && !dimmed,
      labelText: [figures.join(' · '), ...routed, ...wrong].join('\n'),
      ...LABELS[place.end],
      labelTextBaseline: place.above ? 'bottom' : 'top',
      labelOffsetY: place.above ? -LABEL_GAP : LABEL_GAP,
      labelFontSize: 11,
      labelFill: failing ? RED : '#3b4252',
      labelFontFamily: 'inherit',
      labelBackground: true,
      labelBackgroundFill: '#ffffff',
      labelBackgroundOpacity: 0.85,
      labelPadding: [1, 4],
      labelAutoRotate: false,
    },
  };
}

/** A mark in words. Refusals are of the whole time that is looked at: the rule may be off by now, so the words count and say when. */
export function markInWords(
  mark: TopologyNode['marks'][number],
  rejected: number,
  { t, format, span }: Pick<GraphTexts, 't' | 'format' | 'span'>,
): string {
  if (mark !== 'limited' || rejected === 0) return t(`topology.mark-${mark}`);
  return t('topology.refused-in', { count: format.integer(rejected), span });
}

/** What rules of routing send along an edge: share and instances. */
export function sharesInWords(
  routes: TopologyEdge['routes'],
  { t, format }: Pick<GraphTexts, 't' | 'format'>,
): string[] {
  return routes.map(({ percent, group }) =>
    group === '*'
      ? t('topology.routed-any', { percent: format.percent(percent) })
      : t('topology.routed', { percent: format.percent(percent), group }),
  );
}

/** Who calls from outside has no name of its own: the server says one word for all of them. */
const OUTSIDE = 'external';

export function nameOf(node: Pick<TopologyNode, 'kind' | 'name' | 'version'>, t: Translate): string {
  if (node.kind === OUTSIDE && node.name === OUTSIDE) return t('topology.outside');
  return node.version === '' ? node.name : `${node.name} ${node.version}`;
}

function strokeOf(node: TopologyNode): string {
  if (hasMark(node, BAD_MARKS) || node.errorRatio > 5) return RED;
  if (hasMark(node, RULE_MARKS)) return AMBER;
  if (node.kind !== 'app' || node.marks.includes('stale')) return GREY;
  return '#389e0d';
}

function badgeOf(node: TopologyNode): string {
  if (hasMark(node, BAD_MARKS)) return RED;
  return hasMark(node, RULE_MARKS) ? '#ad4e00' : '#595f6b';
}

function shortened(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 1)}…`;
}
