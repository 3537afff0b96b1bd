import { Tag } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { TopologyEdge, TopologyNode } from '../../services/topology.ts';
import { InnerLink } from '../../ui/inner-link.tsx';
import { ruleAddress } from '../../ui/rule-kinds/index.ts';
import { useTimeRange } from '../../ui/time-span.tsx';
import { markInWords, sharesInWords } from './graph-style.ts';
import { SPAN_SECONDS } from './sizes.ts';

type Mark = TopologyNode['marks'][number];
const COLOURS: Readonly<Record<Mark, string>> = {
  limited: 'warning',
  fault: 'warning',
  'breaker-open': 'error',
  isolating: 'warning',
  rollout: 'processing',
  observed: 'processing',
  unhealthy: 'error',
  'rejected-push': 'error',
  stale: 'default',
};

interface MarksProps {
  readonly marks: readonly Mark[];
  /** Requests that were refused in the time that is looked at. */
  readonly rejected: number;
}

export function Marks({ marks, rejected }: MarksProps) {
  const { t, format } = useI18n();
  const span = format.span(useTimeRange(SPAN_SECONDS).spanSeconds * 1000);
  return marks.map((mark) => (
    <Tag key={mark} color={COLOURS[mark]} variant="outlined">
      {markInWords(mark, rejected, { t, format, span })}
    </Tag>
  ));
}

/** The rules of routing that send calls this way, with what they send. */
export function Routed({ routes }: { readonly routes: TopologyEdge['routes'] }) {
  const { t, format } = useI18n();
  return [...Map.groupBy(routes, ({ ruleDbId }) => ruleDbId)].map(([id, shares]) => (
    <Tag key={id} color="processing" variant="outlined">
      <InnerLink to={ruleAddress('ROUTE', id)}>
        {t('topology.routed-by', {
          name: shares[0]?.name ?? '',
          shares: sharesInWords(shares, { t, format }).join(', '),
        })}
      </InnerLink>
    </Tag>
  ));
}
