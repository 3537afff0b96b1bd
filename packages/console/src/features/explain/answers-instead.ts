import type { TraceHop } from '../../services/records.ts';

/** A degradation stands in for the service: its caller gets an answer, which `refused` would not say. */
export const answersInstead = ({ verdict, refusedBy }: Pick<TraceHop, 'verdict' | 'refusedBy'>): boolean =>
  verdict === 'reject' && refusedBy === 'downgrade';
