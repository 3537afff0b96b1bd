/** Rules for Triple hold for calls of gRPC, too, and those for gRPC hide none of them, whatever the type. */

import { auth } from '@weft/governance/auth';
import { describedRequest, localServices } from '@weft/governance/common';
import { downgrade } from '@weft/governance/downgrade';
import { faultInject } from '@weft/governance/fault-inject';
import { fuse } from '@weft/governance/fuse';
import { isolate } from '@weft/governance/isolate';
import { mirror } from '@weft/governance/mirror';
import { rateLimit } from '@weft/governance/rate-limit';
import { route } from '@weft/governance/route';
import { parseConfig } from '@weft/schema';
import {
  type GovernanceRule,
  OutcomeKind,
  RuleCounter,
  RuleDecision,
  RuleDirection,
  runSteps,
  UNKNOWN_NODE,
} from '@weft/sdk';
import { expect, it } from 'vitest';

const TRI = 'a.B@tri';
const GRPC = 'a.B@grpc';
const { SERVER, CLIENT } = RuleDirection;
const equal = (field: string, value: string) => ({ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] });
const degraded = (ruleDbId: number, service: string, method: string) => ({
  ruleDbId,
  conditions: [equal('destination.service.name', service), equal('destination.method.name', method)],
  actions: [{ type: 'REJECT', enabled: true, extension: [{}] }],
});
const fault = (configs: object) => ({ ruleType: 'ABORT', configs });

interface Case {
  readonly rule: GovernanceRule;
  readonly side: RuleDirection;
  /** Acts on every call. */
  readonly tri: object;
  /** Lets every call be. */
  readonly grpc: object;
  /** Calls before the one that is looked at. */
  readonly failures?: number;
  /** `tri` and `grpc` are documents: those of the type are by service. */
  readonly isDocument?: boolean;
}

const list = (service: string, type: string, app: string, ruleDbId: number) => ({
  service,
  whiteListEnabled: true,
  blackListEnabled: true,
  rules: [{ ruleDbId, type, conditions: [equal('source.app.name', app)] }],
});
const limits = { timeMs: 1000, threshold: 1000 };
const breaks = { threshold: 50, floorRequestCount: 1 };
const subset = {
  destinations: [
    { weight: 100, destination: [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: ['v1'] }] },
  ],
};

const CASES: readonly Case[] = [
  {
    rule: auth,
    side: SERVER,
    tri: list(TRI, 'WHITELIST', 'nobody', 1),
    grpc: list(GRPC, 'BLACKLIST', 'evil', 2),
  },
  {
    rule: rateLimit,
    side: SERVER,
    tri: { ruleDbId: 1, services: [TRI], ...limits, threshold: 0 },
    grpc: { ruleDbId: 2, services: [GRPC], methods: ['Chat'], ...limits },
  },
  {
    rule: fuse,
    side: SERVER,
    tri: { ruleDbId: 1, services: [TRI], ...breaks },
    grpc: { ruleDbId: 2, services: [GRPC], methods: ['Chat'], ...breaks },
    failures: 1,
  },
  {
    rule: faultInject,
    side: SERVER,
    tri: { ruleDbId: 1, services: [TRI], faultInjectRuleItems: [fault({ code: 503 })] },
    grpc: { ruleDbId: 2, services: [GRPC], methods: ['Chat'], faultInjectRuleItems: [fault({ code: 404 })] },
  },
  { rule: downgrade, side: CLIENT, tri: degraded(1, TRI, 'Say'), grpc: degraded(2, GRPC, 'Chat') },
  {
    rule: isolate,
    side: CLIENT,
    tri: { ruleDbId: 1, services: [TRI], leastExceptionRate: 50 },
    grpc: { ruleDbId: 2, services: [GRPC], methods: ['Chat'], leastExceptionRate: 50 },
  },
  {
    rule: mirror,
    side: SERVER,
    tri: { ruleDbId: 1, services: [TRI], targetCluster: 'shadow' },
    grpc: { ruleDbId: 2, services: [GRPC], methods: ['Chat'], targetCluster: 'other' },
  },
  {
    rule: route,
    side: CLIENT,
    tri: { dataId: TRI, [route.list]: [{ id: 1, orderNum: 1, ...subset }] },
    grpc: {
      dataId: GRPC,
      [route.list]: [{ id: 2, orderNum: 2, conditions: [equal('source.app.name', 'evil')], ...subset }],
    },
    isDocument: true,
  },
];

const say = (service = 'a.B') => describedRequest({ protocol: 'grpc', service, method: 'Say' });

/** What is done to a call: who refuses it, how often it is copied, among how many groups its host is looked for, what is counted. */
function done({ rule, side, failures = 0, isDocument = false }: Case, rules: readonly object[], service?: string) {
  const documents = isDocument ? rules : [{ [rule.list]: rules }];
  const compiled = rule.compile(
    documents.map((value, index) => ({
      dataId: `d${index}`,
      version: 1,
      value: parseConfig(value, rule.schema).value,
    })),
    UNKNOWN_NODE,
  );
  expect(compiled.problems).toEqual([]);
  const services = localServices(rule, compiled.slots, 0, UNKNOWN_NODE, () => 0);
  const set = runSteps(rule.instantiate(compiled.program, services));
  for (let i = 0; i < failures; i++) {
    const failed = new RuleDecision();
    set.decide(side, say(service), failed);
    failed.complete(1, true, OutcomeKind.ERROR, 1);
  }
  const decision = new RuleDecision();
  const verdict = set.decide(side, say(service), decision);
  const ruleDbId = decision.rejection?.ruleDbId ?? 0;
  const counted = services.slots.reduce(
    (sum, { counters, row }) => sum + (counters[row + RuleCounter.PASS] as number),
    0,
  );
  return { verdict, ruleDbId, copies: decision.copies.length, groups: decision.hosts.count, counted };
}

it.each(CASES.map((one) => [one.rule.type, one] as const))('%s', (_type, one) => {
  const alone = done(one, [one.tri]);
  expect(alone).not.toEqual(done(one, []));
  for (const both of [
    [one.tri, one.grpc],
    [one.grpc, one.tri],
  ])
    expect(done(one, both)).toEqual(alone);
  // On a listener of Triple a rule for gRPC is for nobody.
  expect(done(one, [one.tri, one.grpc], TRI)).toEqual(done(one, [one.tri], TRI));
  expect(done(one, [one.grpc], TRI)).toEqual(done(one, []));
});
