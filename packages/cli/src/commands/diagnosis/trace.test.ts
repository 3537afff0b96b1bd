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
  expect(lastLine({ ...first, ruleName: 'callers' })).toBe('→ refused by auth rule 5 (callers) at details (SERVER)');
  const made = hop({ verdict: 'reject', refusedBy: 'downgrade', ruleDbId: 9, status: 200 });
  expect(lastLine(made)).toBe('→ answered instead by downgrade rule 9 at details (SERVER)');
  expect(lastLine({ ...made, status: 503 })).toBe('→ refused by downgrade rule 9 at details (SERVER)');
  const failed = hop({ verdict: 'reject', refusedBy: 'fault-inject', ruleDbId: 10, status: 503 });
  expect(lastLine(failed)).toBe('→ failed on purpose by fault-inject rule 10 at details (SERVER)');
  expect(lastLine(hop({}))).toBe('→ no rule refused it; answered with 200');
});

test('a rule that answers, or fails on purpose, is not said to refuse', () => {
  const lineOf = (kind: 'answer' | 'fault' | null, verdict: 'reject' | 'would_reject' = 'reject') => {
    const effect = kind === null ? null : { kind, status: 200, percent: 100 };
    const rule = {
      ...({ type: 'DOWNGRADE', ruleDbId: 9, name: 'off', mode: 'CONTROL', matched: true } as const),
      verdict,
    };
    const rules = [{ ...rule, effect, detail: '', since: 'same' as const, conditions: [] }];
    return traceText({ traceId: 't', hops: [hop({ rules })], asked: 1, off: 0, silent: [] }).split('\n')[3];
  };
  expect(lineOf('answer')).toBe('      ✗ DOWNGRADE 9 off: answered');
  expect(lineOf('answer', 'would_reject')).toBe('        DOWNGRADE 9 off: would have answered');
  expect(lineOf('fault')).toBe('      ✗ DOWNGRADE 9 off: failed on purpose');
  expect(lineOf(null)).toBe('      ✗ DOWNGRADE 9 off: reject');
});
