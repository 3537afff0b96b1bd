/**
 * ns per request that a routing rule chooses hosts for, and ms to compile and build many rules. Run:
 * `node --conditions=@weft/source packages/governance/src/route/filter.bench.ts`
 */
import { parseConfig } from '@weft/schema';
import { routeDocumentSchema } from '@weft/schema/wire';
import { RuleDecision, RuleDirection, runSteps, UNKNOWN_NODE } from '@weft/sdk';
import { describedRequest, localServices } from '../common/index.ts';
import { route } from './index.ts';

const ROUNDS = 200_000;
const serviceOf = (index: number): string => `com.example.S${index}:1.0@DEFAULT`;
const group = (weight: number, version: string) => ({
  weight,
  destination: [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: [version] }],
});

function measure(name: string, services: number, rulesPerService: number): void {
  const documents = Array.from({ length: services }, (_, index) => {
    const rules = Array.from({ length: rulesPerService }, (_, rule) => ({
      id: index * rulesPerService + rule + 1,
      conditions: [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [`u${rule}`] }],
      destinations: [group(90, `v${rule}`), group(10, `w${rule}`)],
    }));
    const value = parseConfig({ dataId: serviceOf(index), rules }, routeDocumentSchema).value;
    return { dataId: `d${index}`, version: 1, value };
  });
  const start = performance.now();
  const compiled = route.compile(documents, UNKNOWN_NODE);
  const compiledMs = performance.now() - start;
  const own = localServices(route, compiled.slots, 0, UNKNOWN_NODE, Math.random);
  const building = performance.now();
  const set = runSteps(route.instantiate(compiled.program, own));
  const builtMs = performance.now() - building;
  const request = describedRequest({ protocol: 'bolt', service: serviceOf(0), method: 'm', headers: { user: 'u0' } });
  const decision = new RuleDecision();
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const began = process.hrtime.bigint();
    for (let i = 0; i < ROUNDS; i++) {
      set.decide(RuleDirection.CLIENT, request, decision);
      decision.complete(1, false);
    }
    best = Math.min(best, Number(process.hrtime.bigint() - began) / ROUNDS);
  }
  process.stdout.write(
    `${name}: ${best.toFixed(0)} ns per request; compiled in ${compiledMs.toFixed(0)} ms, built in ${builtMs.toFixed(0)} ms\n`,
  );
}

measure('1 rule', 1, 1);
measure('5000 rules of one service', 1, 5000);
measure('10 000 rules of 1000 services', 1000, 10);
