/**
 * What rules cost per request: `node --conditions=@weft/source packages/governance/src/rate-limit/filter.bench.ts`.
 * One thread, rules under their limit, requests of plain values; ns per request, best of five runs.
 */
import { parseConfig } from '@weft/schema';
import { flowControlDocumentSchema } from '@weft/schema/wire';
import { RuleDecision, RuleDirection, type RuleRequest, runSteps, UNKNOWN_NODE } from '@weft/sdk';
import { describedRequest, localServices } from '../common/index.ts';
import { rateLimit } from './index.ts';

const ROUNDS = 1_000_000;

const HOST = 'details.bookinfo:9080';
const base = { threshold: 2_000_000_000, services: [`${HOST}@Http1`] };
const header = (value: string) => ({ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [value] });
const request = describedRequest({
  protocol: 'Http1',
  host: HOST,
  method: 'GET',
  path: '/details/0',
  headers: { user: 'u7' },
});

function measure(name: string, rules: readonly object[], asked: RuleRequest = request): void {
  const flowControlRules = rules.map((rule, index) => ({ ruleDbId: index + 1, ...base, ...rule }));
  const value = parseConfig({ flowControlRules }, flowControlDocumentSchema).value;
  const compiled = rateLimit.compile([{ dataId: 'd', version: 1, value }], UNKNOWN_NODE);
  const services = localServices(rateLimit, compiled.slots, 0, UNKNOWN_NODE, () => 0);
  const set = runSteps(rateLimit.instantiate(compiled.program, services));
  const decision = new RuleDecision();
  const moving = asked as { nowMs: number };
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const start = process.cpuUsage();
    for (let i = 0; i < ROUNDS; i++) {
      moving.nowMs += 0.01;
      set.decide(RuleDirection.SERVER, asked, decision);
      decision.complete(1, false);
    }
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, ((user + system) * 1000) / ROUNDS);
  }
  console.log(`${name.padEnd(52)} ${best.toFixed(0).padStart(6)} ns`);
}

const none = describedRequest({ protocol: 'Http1', host: 'other', method: 'GET', path: '/' });
measure('one rule, another service', [{}], none);
measure('one rate', [{}]);
measure('one concurrency', [{ thresholdType: 'concurrency' }]);
measure('one rate with a header', [{ conditions: [header('u7')] }]);
measure('one rate with an expression of the path', [{ methods: ['GET ~^/details/\\d+$'] }]);
measure('rate and concurrency', [{}, { thresholdType: 'concurrency' }]);
measure('a watching rate', [{ mode: 'OBSERVE' }]);
measure(
  '1000 rules of the service, by a header',
  Array.from({ length: 1000 }, (_, index) => ({ conditions: [header(`u${index}`)] })),
);
measure('5000 rules of other services, one of this', [
  ...Array.from({ length: 4999 }, (_, index) => ({ services: [`h${index}:80@Http1`] })),
  {},
]);
