import { type GovernanceRule, OutcomeKind, RuleDirection, type RuleMark, type RuleTrace } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auth } from './auth/index.ts';
import { describedRequest } from './common/index.ts';
import { startRules } from './common/test-rules.ts';
import { downgrade } from './downgrade/index.ts';
import { faultInject } from './fault-inject/index.ts';
import { fuse } from './fuse/index.ts';
import { hijack } from './hijack/index.ts';
import { rateLimit } from './rate-limit/index.ts';
import { route } from './route/index.ts';

const ECHO = 'com.example.Echo:1.0@DEFAULT';
const SERVICES = ['*', ECHO, 'shop:80@Http1', 'a.B@grpc', 'a.B@tri'];
const CALLS = [
  { protocol: 'bolt', service: ECHO },
  { protocol: 'Http1', host: 'shop', path: '/' },
  { protocol: 'grpc', service: 'a.B' },
];
const METHODS = ['GET', 'say'];
const USERS = ['ann', 'bob', 'cyd', 'dan'];

const ruleParts = fc.record({
  services: fc.uniqueArray(fc.constantFrom(...SERVICES), { minLength: 1, maxLength: 3 }),
  methods: fc.constantFrom(['*'], ['*'], ['say'], ['GET'], ['say', '*']),
  // Mostly one field: from a dozen rules on they are found by its value.
  field: fc.constantFrom('user', 'user', 'user', 'lane'),
  users: fc.uniqueArray(fc.constantFrom(...USERS), { maxLength: 2 }),
  observes: fc.boolean(),
  number: fc.nat(2),
  one: fc.boolean(),
  other: fc.boolean(),
});
type RuleParts = typeof ruleParts extends fc.Arbitrary<infer Parts> ? Parts : never;
const callParts = fc.record({
  call: fc.constantFrom(...CALLS),
  method: fc.constantFrom(...METHODS),
  user: fc.constantFrom('', ...USERS),
  lane: fc.constantFrom('', ...USERS),
  localPort: fc.constantFrom(8080, 9090),
  fails: fc.boolean(),
  stays: fc.boolean(),
});

interface Type {
  readonly rule: GovernanceRule;
  readonly direction?: RuleDirection;
  readonly document?: object;
  readonly make: (rules: readonly RuleParts[]) => readonly object[];
}

const conditionsOf = ({ field, users }: RuleParts): object[] =>
  users.length === 0 ? [] : [{ type: 'HEADER', field, operation: users.length === 1 ? 'EQUAL' : 'IN', value: users }];
/** Conditions that stand for services and methods. */
const named = (field: string, value: readonly string[]): object[] =>
  value.includes('*') ? [] : [{ type: 'SYSTEM', field, operation: 'IN', value }];
const base = (parts: RuleParts, index: number) => ({
  ruleDbId: index + 1,
  services: parts.services,
  methods: parts.methods,
  conditions: conditionsOf(parts),
  mode: parts.observes ? 'OBSERVE' : 'CONTROL',
});
/** Rules that say their services and methods in fields. */
const each =
  (more: (parts: RuleParts, index: number) => object): Type['make'] =>
  (rules) =>
    rules.map((parts, index) => ({ ...base(parts, index), ...more(parts, index) }));

const TYPES: Readonly<Record<string, Type>> = {
  limit: {
    rule: rateLimit,
    make: each(({ number, one }) => ({
      threshold: number,
      timeMs: 10_000,
      ...(one ? { thresholdType: 'concurrency' } : {}),
    })),
  },
  fuse: { rule: fuse, make: each(({ number }) => ({ threshold: 50, floorRequestCount: number + 1 })) },
  hijack: {
    rule: hijack,
    make: (rules) =>
      rules.map(({ observes, number, one, other }, index) => ({
        ruleDbId: index + 1,
        port: other ? 8080 : 9090,
        maxRequests: number + 1,
        mode: observes ? 'OBSERVE' : 'CONTROL',
        ...(one ? { unit: 'concurrency' } : {}),
      })),
  },
  'fault-inject': {
    rule: faultInject,
    make: each((parts) => ({
      conditions: parts.one ? conditionsOf(parts) : [],
      faultInjectRuleItems: [
        { trafficConditions: parts.one ? [] : conditionsOf(parts), configs: { code: 503 } },
        ...(parts.other ? [{ ruleType: 'DELAY', configs: { fixedDelay: 5 } }] : []),
      ],
    })),
  },
  auth: {
    rule: auth,
    make: (rules) =>
      SERVICES.map((service) => ({
        service,
        blackListEnabled: true,
        whiteListEnabled: service !== '*',
        rules: rules.flatMap((parts, index) =>
          parts.services[0] === service
            ? [
                {
                  ruleDbId: index + 1,
                  type: parts.one ? 'BLACKLIST' : 'WHITELIST',
                  methods: parts.methods,
                  conditions: conditionsOf(parts),
                  mode: parts.observes ? 'OBSERVE' : 'CONTROL',
                },
              ]
            : [],
        ),
      })),
  },
  downgrade: {
    rule: downgrade,
    direction: RuleDirection.CLIENT,
    make: (rules) =>
      rules.map((parts, index) => ({
        ruleDbId: index + 1,
        conditions: [
          ...named('destination.service.name', parts.services),
          ...named('destination.method.name', parts.methods),
          ...conditionsOf(parts),
        ],
        actions: [{ type: 'REJECT', enabled: !parts.observes, extension: [{}] }],
      })),
  },
  route: {
    rule: route,
    direction: RuleDirection.CLIENT,
    document: { dataId: ECHO },
    make: (rules) =>
      rules.map((parts, index) => ({
        id: index + 1,
        orderNum: parts.number,
        methods: parts.methods,
        conditions: conditionsOf(parts),
        destinations: [
          { weight: 100, destination: [{ type: 'CUSTOM', field: 'v', operation: 'EQUAL', value: ['1'] }] },
        ],
        fallback: parts.one || parts.other,
        strict: parts.other,
      })),
  },
};
/** What a record of one request shows of a type; of more rules the first whose conditions hold. */
const SHOWN = 20;
const markOf = ({ ruleDbId, resource }: RuleMark): string => `${ruleDbId} ${resource}`;
const noHost = (): boolean => false;

/** Who refuses, and who would, in the order in which that is said. */
const namedBy = (traces: readonly RuleTrace[]) => ({
  refusing: traces.filter(({ verdict }) => verdict === 'reject').map(markOf)[0] ?? '',
  watching: traces.filter(({ verdict }) => verdict.startsWith('would_')).map(markOf),
});

describe.each(Object.entries(TYPES))('%s', (_, { rule, document, make, direction = RuleDirection.SERVER }) => {
  test('who is asked beforehand names the rule that then refuses, and those that only watch', () => {
    const seen = { refused: 0, watched: 0 };
    fc.assert(
      fc.property(
        fc.array(ruleParts, { minLength: 1, maxLength: 60 }),
        fc.array(callParts, { minLength: 4, maxLength: 12 }),
        (rules, calls) => {
          const { set, ask } = startRules(rule, make(rules), document === undefined ? {} : { document });
          for (const [index, { call, method, user, lane, localPort, fails, stays }] of calls.entries()) {
            const atMs = index * 10;
            const request = describedRequest({ ...call, method, headers: { user, lane }, localPort, atMs });
            const all = set.explain(direction, request, undefined, noHost);
            const some = set.explain(direction, request, SHOWN, noHost);
            const { decision, end } = ask(request, direction);
            const refusal = decision.rejection ?? decision.hosts.refusal;
            const refusing = refusal === null ? '' : markOf(refusal);
            const watching = decision.watched.map(markOf);
            expect(namedBy(all)).toEqual({ refusing, watching });
            if (all.filter(({ matched }) => matched).length <= SHOWN)
              expect(namedBy(some)).toEqual({ refusing, watching });
            if (refusing !== '') seen.refused++;
            if (watching.length > 0) seen.watched++;
            if (!stays) end(atMs + 1, fails ? OutcomeKind.ERROR : OutcomeKind.SUCCESS);
          }
        },
      ),
      { seed: 7, numRuns: 150 },
    );
    expect(seen.refused).toBeGreaterThan(50);
    // Rules of routing do not watch.
    if (rule !== route) expect(seen.watched).toBeGreaterThan(50);
  });
});
