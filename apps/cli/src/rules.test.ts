import type { SimulatedQuestion } from '@weft/cli';
import { expect, test } from 'vitest';
import { rules } from './rules.ts';

const [HTTP1, GRPC, DUBBO] = ['a@Http1', 'a@grpc', 'a:1.0@dubbo'] as const;

interface Given {
  readonly type: string;
  readonly name: string;
  readonly spec: object;
  readonly services?: readonly string[];
}

/** What becomes of a request that the app `front` sends, with these rules alone. */
function ask(given: readonly Given[], more: Partial<SimulatedQuestion> = {}) {
  const common = { app: 'front', direction: 'CLIENT', services: [HTTP1, GRPC, DUBBO] };
  const { problems, ask: judge } = rules.give(
    given.map(({ type, ...body }) => ({ type, body: { ...common, ...body } })),
  );
  expect(problems).toEqual(given.map(() => []));
  const { result: _, ...judged } = judge({ direction: 'CLIENT', app: 'front', service: HTTP1, method: 'get', ...more });
  return judged;
}

const limit = (threshold: number): Given => ({ type: 'limit', name: 'qps', spec: { threshold } });
const route = (...destinations: readonly object[]): Given => ({ type: 'route', name: 'split', spec: { destinations } });
const DELAY: Given = { type: 'fault-inject', name: 'slow', spec: { ruleType: 'DELAY', fixedDelay: 300 } };
const TO_V2 = { weight: 100, labels: { version: 'v2' } };
const PASSED = { verdict: 'pass', rule: null, status: null, delayMs: 0, group: null };

test('what refuses a request gives its verdict, name and status', () => {
  expect(ask([limit(0)])).toEqual({ ...PASSED, verdict: 'reject', rule: 'qps', status: 429 });
  const fault = { type: 'FAULT_INJECT', name: 'broken', spec: { code: 418 } };
  expect(ask([limit(5), fault])).toEqual({ ...PASSED, verdict: 'fault', rule: 'broken', status: 418 });
  const answer = { type: 'downgrade', name: 'off', services: [HTTP1], spec: { action: 'MOCK', body: '{}' } };
  expect(ask([answer])).toEqual({ ...PASSED, verdict: 'answer', rule: 'off', status: 200 });
});

test.each([
  ['HTTP, the one that the rule says', HTTP1, 500, 418],
  ['gRPC, one that gRPC has', GRPC, 503, 503],
  ['other protocols, the usual one, but for faults', DUBBO, 503, 418],
])('the status is that of the protocol: of %s', (_title, service, status, ofFault) => {
  expect(ask([{ type: 'downgrade', name: 'off', spec: { status: 500 } }], { service }).status).toBe(status);
  expect(ask([{ type: 'fault-inject', name: 'broken', spec: { code: 418 } }], { service }).status).toBe(ofFault);
});

test('of what lets it pass, the delay is named, else the route that chooses instances, and never a limit', () => {
  expect(ask([limit(5)])).toEqual(PASSED);
  expect(ask([limit(5), route(TO_V2)])).toEqual({ ...PASSED, rule: 'split', group: 'version=v2' });
  expect(ask([limit(5), route({ weight: 100, labels: {} })])).toEqual({ ...PASSED, rule: 'split', group: '*' });
  expect(ask([limit(5), route(TO_V2), DELAY])).toMatchObject({ verdict: 'delay', rule: 'slow', delayMs: 300 });
});
