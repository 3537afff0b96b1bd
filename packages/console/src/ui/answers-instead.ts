import type { RecordedRow, TraceHop } from '../services/records.ts';

/** A degradation stands in for the service: its caller gets an answer, which `refused` would not say, unless it is that of an error. */
export const answersInstead = ({
  verdict,
  refusedBy,
  status,
}: Pick<TraceHop, 'verdict' | 'refusedBy' | 'status'>): boolean =>
  verdict === 'reject' && refusedBy === 'downgrade' && status < 400;

/** Whether a rule is a degradation with whose answer callers can go on. */
export function makesUpAnswers(segment: string, spec: object): boolean {
  const { action = 'REJECT' } = spec as { readonly action?: unknown };
  return segment === 'downgrade' && action !== 'REJECT';
}

/** A fault that is injected stands for one of the service: nobody refused. */
export const failsOnPurpose = ({ verdict, refusedBy }: Pick<TraceHop, 'verdict' | 'refusedBy'>): boolean =>
  verdict === 'reject' && refusedBy === 'fault-inject';

/** The words for what rules did with a request, or would have. */
export function verdictKey(row: Pick<RecordedRow, 'verdict' | 'refusedBy' | 'status'>) {
  if (answersInstead(row)) return 'trace.verdict-answered';
  if (failsOnPurpose(row)) return 'trace.verdict-failed';
  const { verdict, refusedBy } = row;
  return verdict === 'would_reject' && refusedBy === 'fault-inject'
    ? 'trace.verdict-would_fail'
    : (`trace.verdict-${verdict}` as const);
}
