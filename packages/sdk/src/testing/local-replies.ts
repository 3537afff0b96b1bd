import type { LocalReply } from '../protocol/index.ts';

/** Answers that every protocol must be able to say in its own words. */
export const REPLIES: readonly LocalReply[] = [
  { status: 404, code: 'route_not_found', body: 'no route matches' },
  { status: 503, code: 'overflow' },
  { status: 504, code: 'upstream_timeout', headers: [['x-reason', 'late']] },
  { status: 429, code: 'filter', headers: [['x-weft-reject', 'limit']], body: 'limit exceeded' },
];
