import { Tag } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { TopologyNode } from '../../services/topology.ts';
import { useSpanSeconds } from '../../ui/time-span.tsx';
import { markInWords } from './graph-style.ts';
import { SPAN_SECONDS } from './span.ts';

type Mark = TopologyNode['marks'][number];
const COLOURS: Readonly<Record<Mark, string>> = {
  limited: 'warning',
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
  const span = format.span(useSpanSeconds(SPAN_SECONDS) * 1000);
  return marks.map((mark) => (
    <Tag key={mark} color={COLOURS[mark]} variant="outlined">
      {markInWords(mark, rejected, { t, format, span })}
    </Tag>
  ));
}
