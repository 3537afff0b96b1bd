import type { TraceHop } from '@weft/api';
import { expect, test } from 'vitest';
import { traceText } from './trace.ts';

const HOP: TraceHop = {
  ...{ traceId: 't', at: '2026-01-02T03:04:05.000Z', offsetMs: 0, depth: 0, durationMs: 1 },
  ...{ proxyId: 'p', proxy: 'details', app: 'details', direction: 'SERVER', sourceApp: 'front', sourceIp: '' },
  ...{ protocol: 'Http1', service: 's@Http1', method: 'GET', path: '/', host: '', group: '', detail: '' },
  ...{ verdict: 'pass', ruleDbId: null, refusedBy: '', status: 200, answer: '', rules: [] },
};
const hop = (more: Partial<TraceHop>): TraceHop => ({ ...HOP, ...more });
const lastLine = (...hops: TraceHop[]): string | undefined =>
  traceText({ traceId: 't', hops, asked: 2, off: 0, silent: [] }).split('\n').at(-1);

test('the last line names every rule that refused, each once', () => {
  const first = hop({ verdict: 'reject', refusedBy: 'auth', ruleDbId: 5, proxy: 'details' });
  const second = hop({ verdict: 'reject', refusedBy: 'limit', ruleDbId: 8, proxy: 'ratings', direction: 'CLIENT' });
  expect(lastLine(hop({}), first, first, second)).toBe(
    '→ refused by auth rule 5 at details (SERVER); refused by limit rule 8 at ratings (CLIENT)',
  );
  expect(lastLine(hop({}))).toBe('→ no rule refused it; answered with 200');
});
