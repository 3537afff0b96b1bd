/** What thousands of rules cost a request that matches the last of them, against one rule of each type. */
import { ruleDataId } from '@weft/schema/data-id';
import { ROUTE_HEADER, ROUTE_VALUE, VIRTUAL_HOST } from '../../load/workload.ts';
import { pairwiseRatios } from '../statistics.ts';
import { otherRouteValue, type SetupRules } from '../subjects/index.ts';
import { figuresOf, QUANTITIES, unsaturated } from './figures.ts';
import { runRounds, startField } from './rounds.ts';
import { type Comparison, judge, type Scenario, type ScenarioResult, type Settings } from './scenario.ts';

const MANY = { routes: 5000, limits: 1000, authorizations: 500 };
const ONE = { routes: 1, limits: 1, authorizations: 1 };
const MIN_RATIO = 0.9;

const APP = 'shop';
const SERVICE = `${VIRTUAL_HOST}:80@Http1`;
/** Never reached: the rule is matched and lets everything through. */
const THRESHOLD = 10_000_000;

/** Of so many rules the last asks for what the requests have, the others for values that none has. */
const valueAt = (index: number, count: number): string => (index === count - 1 ? ROUTE_VALUE : otherRouteValue(index));
const condition = (index: number, count: number): object[] => [
  { type: 'HEADER', field: ROUTE_HEADER, operation: 'EQUAL', value: [valueAt(index, count)] },
];
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

function rulesOf(counts: typeof MANY, listenerType: SetupRules['listenerType']): SetupRules {
  const document = (type: 'ROUTE' | 'LIMIT' | 'AUTH', of: string, value: object) => ({
    data_id: ruleDataId(type, of),
    version: 1,
    value: { appName: APP, ...value },
  });
  const { routes, limits, authorizations } = counts;
  return {
    listenerType,
    app: APP,
    documents: [
      document('ROUTE', SERVICE, {
        rules: times(routes, (at) => ({
          id: at + 1,
          conditions: condition(at, routes),
          destinations: [{ weight: 100, destination: [] }],
        })),
      }),
      document('LIMIT', APP, {
        flowControlRules: times(limits, (at) => ({
          ruleDbId: 10_001 + at,
          direction: listenerType === 'egress' ? 'CLIENT' : 'SERVER',
          services: [SERVICE],
          conditions: condition(at, limits),
          threshold: THRESHOLD,
          timeMs: 1000,
        })),
      }),
      document('AUTH', APP, {
        rbacRules: [
          {
            service: SERVICE,
            whiteListEnabled: true,
            rules: times(authorizations, (at) => ({
              ruleDbId: 20_001 + at,
              type: 'WHITELIST',
              conditions: condition(at, authorizations),
            })),
          },
        ],
      }),
    ],
  };
}

async function measure(settings: Settings, side: SetupRules['listenerType'], what: string): Promise<ScenarioResult> {
  const own = { ...settings, candidates: settings.candidates.filter(({ subject }) => subject.name === 'weft') };
  const one = await startField(own, { protocol: 'http1', rules: rulesOf(ONE, side) });
  const many = await startField(own, { protocol: 'http1', rules: rulesOf(MANY, side) });
  try {
    const name = (suffix: string) => (item: (typeof one.contestants)[number]) => ({
      candidate: { ...item.candidate, subject: { ...item.candidate.subject, name: `${item.running.name}, ${suffix}` } },
      running: { ...item.running, name: `${item.running.name}, ${suffix}` },
    });
    const contestants = [...many.contestants.map(name('all rules')), ...one.contestants.map(name('one of each'))];
    const turns = await runRounds(settings, contestants, (port, warmupMs, durationMs) => ({
      kind: 'requests',
      protocol: 'http1',
      port,
      connections: 50,
      inFlight: 1,
      ratePerSecond: 0,
      warmupMs,
      durationMs,
      requests: 0,
      requestBody: false,
    }));
    const subjects = contestants.map((contestant) =>
      figuresOf(contestant, turns.get(contestant.running.name) ?? [], [
        'userMicros',
        'systemMicros',
        'requestsPerSecond',
        'cpuShare',
        'p99Ms',
      ]),
    );
    const comparisons: Comparison[] = [];
    const [all, each] = contestants.map(({ running }) => turns.get(running.name) ?? []);
    if (all !== undefined && each !== undefined)
      for (const quantity of ['requestsPerSecond', 'userMicros'] as const) {
        const of = (list: typeof all): number[] => list.map(QUANTITIES[quantity]);
        comparisons.push({
          subject: 'weft, all rules',
          peer: 'one of each',
          quantity,
          ratio: pairwiseRatios(of(all), of(each)),
        });
      }
    const ratio = comparisons.find(({ quantity }) => quantity === 'requestsPerSecond')?.ratio.median;
    const errors = subjects.reduce((sum, subject) => sum + subject.errors, 0);
    return {
      scenario: 'many-rules',
      variant: what,
      subjects,
      comparisons,
      verdicts: [
        judge(`rate ≥ ${MIN_RATIO}× one of each`, ratio, (value) => value >= MIN_RATIO),
        judge('no failed request', errors, (value) => value === 0),
      ],
      absent: one.absent,
      notes: [
        `${MANY.routes} routing, ${MANY.limits} rate-limit and ${MANY.authorizations} authorization rules of one service, the request matching the last of each`,
        ...unsaturated(subjects),
      ],
      functions: [],
      budgets: [],
    };
  } finally {
    await many.stop();
    await one.stop();
  }
}

export const manyRules: Scenario = {
  name: 'many-rules',
  summary: 'thousands of rules, the request matching the last, against one of each type',
  run: async (settings) => [
    await measure(settings, 'egress', 'at the caller: routing and rate limiting'),
    await measure(settings, 'ingress', 'at the service: authorization and rate limiting'),
  ],
};
