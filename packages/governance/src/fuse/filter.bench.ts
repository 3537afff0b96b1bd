/**
 * What breakers cost per request: `node --conditions=@weft/source packages/governance/src/fuse/filter.bench.ts`.
 * One thread, closed breakers, requests of plain values that end at once; ns per request, best of five runs.
 */
import { parseConfig } from '@weft/schema';
import { fuseDocumentSchema } from '@weft/schema/wire';
import { OutcomeKind, RuleDecision, RuleDirection, runSteps, UNKNOWN_NODE } from '@weft/sdk';
import { describedRequest, localServices } from '../common/index.ts';
import { fuse } from './index.ts';

const ROUNDS = 500_000;
const HOST = 'details.bookinfo:9080';
const base = { threshold: 50, services: [`${HOST}@Http1`] };
const header = (value: string) => ({ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [value] });
const request = {
  ...describedRequest({ protocol: 'Http1', host: HOST, method: 'GET', path: '/', headers: { user: 'u7' } }),
};

function measure(name: string, rules: readonly object[]): void {
  const fuseRules = rules.map((rule, index) => ({ ruleDbId: index + 1, ...base, ...rule }));
  const value = parseConfig({ fuseRules }, fuseDocumentSchema).value;
  const compiled = fuse.compile([{ dataId: 'd', version: 1, value }], UNKNOWN_NODE);
  const services = localServices(fuse, compiled.slots, 0, UNKNOWN_NODE, () => 0);
  const set = runSteps(fuse.instantiate(compiled.program, services));
  const decision = new RuleDecision();
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < ROUNDS; i++) {
      set.decide(RuleDirection.SERVER, request, decision);
      decision.complete(1, false, OutcomeKind.SUCCESS, 0);
    }
    best = Math.min(best, Number(process.hrtime.bigint() - start) / ROUNDS);
  }
  console.log(`${name.padEnd(50)} ${best.toFixed(0).padStart(6)} ns`);
}

measure('rules of another service', [{ services: ['other:80@Http1'] }]);
measure('one breaker', [{}]);
measure('one breaker with a header', [{ conditions: [header('u7')] }]);
measure('a watching breaker', [{ mode: 'OBSERVE' }]);
measure('two breakers', [{}, { triggerType: 'avgRt', threshold: 500 }]);
measure(
  '1000 breakers of the service, by a header',
  Array.from({ length: 1000 }, (_, index) => ({ conditions: [header(`u${index}`)] })),
);
