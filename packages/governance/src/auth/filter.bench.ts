/** What a judgement costs: one rule, and as many as there may be, the last of which matches. */
import { parseConfig } from '@weft/schema';
import { rbacDocumentSchema } from '@weft/schema/wire';
import { RuleDecision, RuleDirection, runSteps, UNKNOWN_NODE } from '@weft/sdk';
import { describedRequest, localServices } from '../common/index.ts';
import { auth } from './index.ts';

const ROUNDS = 200_000;
const SERVICE = 'com.example.Echo:1.0@DEFAULT';

function measure(name: string, count: number): void {
  const rules = Array.from({ length: count }, (_, index) => ({
    ruleDbId: index + 1,
    type: 'WHITELIST',
    conditions: [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [`u${index}`] }],
  }));
  const value = parseConfig(
    { rbacRules: [{ service: SERVICE, whiteListEnabled: true, rules }] },
    rbacDocumentSchema,
  ).value;
  const { program, slots } = auth.compile([{ dataId: 'd', version: 1, value }], UNKNOWN_NODE);
  const set = runSteps(auth.instantiate(program, localServices(auth, slots, 0, UNKNOWN_NODE, Math.random)));
  const request = describedRequest({
    protocol: 'bolt',
    service: SERVICE,
    method: 'm',
    headers: { user: `u${count - 1}` },
  });
  const decision = new RuleDecision();
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const began = process.hrtime.bigint();
    for (let i = 0; i < ROUNDS; i++) set.decide(RuleDirection.SERVER, request, decision);
    best = Math.min(best, Number(process.hrtime.bigint() - began) / ROUNDS);
  }
  process.stdout.write(`${name}: ${best.toFixed(0)} ns per request\n`);
}

measure('1 rule', 1);
measure('500 rules of one service', 500);
measure('5000 rules of one service', 5000);
