/**
 * What isolation costs per request: `node --conditions=@weft/source packages/governance/src/isolate/filter.bench.ts`.
 * One thread, requests of plain values that end at once; ns per request, best of five runs.
 */
import { parseConfig } from '@weft/schema';
import { isolateDocumentSchema } from '@weft/schema/wire';
import { OutcomeKind, RuleDecision, RuleDirection, runSteps, UNKNOWN_NODE } from '@weft/sdk';
import { describedRequest, localServices } from '../common/index.ts';
import { isolate } from './index.ts';

const ROUNDS = 500_000;
const HOST = 'details.bookinfo:9080';
const SERVICE = `${HOST}@Http1`;
const request = describedRequest({ protocol: 'Http1', host: HOST, method: 'GET', path: '/' });

function measure(name: string, rules: readonly object[], isolated: readonly string[] = []): void {
  const faultToleranceRules = rules.map((rule, index) => ({ ruleDbId: index + 1, leastExceptionRate: 50, ...rule }));
  const value = parseConfig({ faultToleranceRules }, isolateDocumentSchema).value;
  const compiled = isolate.compile([{ dataId: 'd', version: 1, value }], UNKNOWN_NODE);
  const services = {
    ...localServices(isolate, compiled.slots, 0, UNKNOWN_NODE, () => 0.5),
    control: { report: () => {}, after: () => {} },
  };
  const set = runSteps(isolate.instantiate(compiled.program, services));
  const hosts = isolated.map((address) => ({ address, untilMs: 1e9, calls: 1, exceptions: 1 }));
  set.onNotice?.(new Map(compiled.program.entries.map(({ key }) => [key, new Map([[SERVICE, hosts]])])));
  const decision = new RuleDecision();
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < ROUNDS; i++) {
      set.decide(RuleDirection.CLIENT, request, decision);
      decision.outcome.hostAddress = '10.0.0.1:80';
      decision.outcome.clusterName = 'details';
      decision.complete(1, false, OutcomeKind.SUCCESS, 0);
    }
    best = Math.min(best, Number(process.hrtime.bigint() - start) / ROUNDS);
  }
  console.log(`${name.padEnd(50)} ${best.toFixed(0).padStart(6)} ns`);
}

measure('rules of another service', [{ services: ['other:80@Http1'] }]);
measure('one rule', [{ services: [SERVICE] }]);
measure('one rule for every service', [{}]);
measure(
  'one rule, ten instances left out',
  [{ services: [SERVICE] }],
  Array.from({ length: 10 }, (_, i) => `10.0.0.${i}:81`),
);
measure('a watching rule beside it', [{ services: [SERVICE] }, { services: [SERVICE], mode: 'OBSERVE' }]);
measure(
  '1000 rules of as many services',
  Array.from({ length: 1000 }, (_, index) => ({ services: [index === 0 ? SERVICE : `s${index}:80@Http1`] })),
);
