import { parseConfig } from '@weft/schema';
import { flowControlDocumentSchema } from '@weft/schema/wire';
import {
  RuleDecision,
  RuleDirection,
  type RuleNode,
  type RuleRequest,
  RuleVerdict,
  runSteps,
  UNKNOWN_NODE,
} from '@weft/sdk';
import { describe, expect, test } from 'vitest';
import { describedRequest, localSlots, percentile, type RequestDescription, simulateRules } from '../common/index.ts';
import { rateLimit } from './index.ts';

const ECHO = 'com.alipay.sofa.ms.service.SofaEchoService:1.0@DEFAULT';
const DETAILS = 'details.bookinfo:9080@Http1';

const documentOf = (rules: readonly object[], more: object = {}, dataId = 'd') => ({
  dataId,
  version: 1,
  value: parseConfig({ flowControlRules: rules, ...more }, flowControlDocumentSchema).value,
});
let nextId = 1;
const rule = (more: object): object => ({
  ruleDbId: nextId++,
  threshold: 1,
  timeMs: 10_000,
  services: [ECHO],
  ...more,
});

const start = (rules: readonly object[], node: RuleNode = UNKNOWN_NODE, more: object = {}) => {
  const compiled = rateLimit.compile([documentOf(rules, more)], node);
  expect(compiled.problems).toEqual([]);
  const lines: string[] = [];
  let detail = false;
  const slots = localSlots(rateLimit, compiled.slots, 0);
  const services = {
    slots,
    node,
    detail: () => detail,
    writes: () => false,
    random: () => 0,
    log: (file: string, level: string, text: string) => void lines.push(`${file} [${level}] ${text}`),
  };
  const set = runSteps(rateLimit.instantiate(compiled.program, services));
  const ask = (request: RuleRequest, direction: RuleDirection = RuleDirection.SERVER): number => {
    const decision = new RuleDecision();
    const verdict = set.decide(direction, request, decision);
    return verdict === RuleVerdict.PASS ? 0 : (decision.rejection?.ruleDbId ?? -1);
  };
  return {
    set,
    ask,
    lines,
    compiled,
    slots,
    showDetail: () => {
      detail = true;
    },
  };
};
const bolt = (more: Partial<RequestDescription> = {}) =>
  describedRequest({ protocol: 'bolt', service: ECHO, method: 'echo', ...more });
const http = (more: Partial<RequestDescription> = {}) =>
  describedRequest({
    protocol: 'Http1',
    host: 'details.bookinfo:9080',
    method: 'GET',
    path: '/details/0?x=1',
    ...more,
  });

describe('which rules a request meets', () => {
  test.each<[string, object, RuleRequest, boolean]>([
    ['service and any method', {}, bolt(), true],
    ['service and method', { methods: ['echo'] }, bolt(), true],
    ['another method', { methods: ['other'] }, bolt(), false],
    ['another service', { services: ['x.Y:1.0@DEFAULT'] }, bolt(), false],
    ['another version', { services: [ECHO.replace('1.0', '2.0')] }, bolt(), false],
    ['every service', { services: ['*'] }, bolt(), true],
    ['every service, one method', { services: ['*'], methods: ['echo'] }, bolt(), true],
    ['every service, another method', { services: ['*'], methods: ['other'] }, bolt(), false],
    ['the id with its suffix on the wire', {}, { ...bolt(), service: ECHO }, true],
    ['a host', { services: [DETAILS] }, http(), true],
    [
      'a host in other letters',
      { services: ['Details.bookinfo:9080@Http1'] },
      http({ host: 'details.BOOKINFO:9080' }),
      true,
    ],
    ['a host without its port', { services: ['details.bookinfo@Http1'] }, http(), false],
    ['HTTP/2 to the same host', { services: ['details.bookinfo:9080@Http2'] }, http({ protocol: 'Http2' }), true],
    ['an app of Spring Cloud', { services: ['details@springcloud'] }, http({ host: 'details' }), true],
    ['a verb', { services: [DETAILS], methods: ['GET'] }, http(), true],
    ['a verb and any path', { services: [DETAILS], methods: ['GET *'] }, http(), true],
    ['another verb', { services: [DETAILS], methods: ['POST *'] }, http(), false],
    ['a path', { services: [DETAILS], methods: ['/details/0'] }, http(), true],
    ['a longer path', { services: [DETAILS], methods: ['/details/'] }, http(), false],
    ['verb and path', { services: [DETAILS], methods: ['GET /details/0'] }, http(), true],
    ['another verb and path', { services: [DETAILS], methods: ['PUT /details/0'] }, http(), false],
    ['a prefix', { services: [DETAILS], methods: ['/details/*'] }, http(), true],
    ['a prefix is taken as it is', { services: [DETAILS], methods: ['/detail./*'] }, http(), false],
    ['an expression', { services: [DETAILS], methods: ['~^/details/\\d+$'] }, http(), true],
    ['an expression that does not match', { services: [DETAILS], methods: ['~^/details/[a-z]+$'] }, http(), false],
    ['fields of other products', { services: [DETAILS], httpMethod: 'GET', httpPath: '/details' }, http(), true],
    ['their verb', { services: [DETAILS], httpMethod: 'PUT' }, http(), false],
    [
      'a gRPC service',
      { services: ['a.B@grpc'], methods: ['Say'] },
      describedRequest({ protocol: 'grpc', service: 'a.B', method: 'Say' }),
      true,
    ],
    [
      'Triple',
      { services: ['a.B:1.0:g@tri'], methods: ['Say'] },
      describedRequest({ protocol: 'grpc', service: 'a.B:1.0:g@tri', method: 'Say' }),
      true,
    ],
    [
      'Triple on a listener of HTTP/2',
      { services: ['a.B@tri'], methods: ['Say'] },
      describedRequest({ protocol: 'grpc', service: 'a.B', method: 'Say' }),
      true,
    ],
    [
      'gRPC by its host',
      { services: [DETAILS] },
      { ...describedRequest({ protocol: 'grpc', service: 'a.B', method: 'Say', host: 'details.bookinfo:9080' }) },
      true,
    ],
    [
      'RPC is not gRPC',
      { services: ['a.B@grpc'] },
      describedRequest({ protocol: 'bolt', service: 'a.B', method: 'Say' }),
      false,
    ],
    ['a resource', { services: [], Resource: { name: `${ECHO}:i:r` } }, bolt(), true],
    ['a resource with a method', { services: [], Resource: { name: `${ECHO}.echo:i:r#40f1a27a` } }, bolt(), true],
    ['a resource with another method', { services: [], Resource: { name: `${ECHO}.x:i:r` } }, bolt(), false],
    ['a resource of HTTP', { services: [], Resource: { name: `${DETAILS}:i:r#f8238ada` } }, http(), true],
    ['the any-any resource', { services: [], Resource: { name: '*.*:i:r' } }, http(), true],
    ['an outbound resource', { services: [], Resource: { name: `${ECHO}:o:r` } }, bolt(), false],
    ['a rule that is off', { enabled: false }, bolt(), false],
    ['a rule of the other side', { direction: 'CLIENT' }, bolt(), false],
  ])('%s', (_name, more, request, expected) => {
    const { ask, set } = start([rule({ threshold: 0, ...more })]);
    expect(ask(request) > 0).toBe(expected);
    const acting = set.explain(RuleDirection.SERVER, request).filter(({ verdict }) => verdict === 'reject');
    expect(acting.length > 0).toBe(expected);
  });

  const condition = (field: string, operation: string, value: string[], type = 'HEADER') => ({
    conditions: [{ type, field, operation, value }],
  });
  const vip = bolt({
    headers: { user: 'vip' },
    baggage: { mark: 'T' },
    labels: { zone: 'a' },
    system: { 'source.ip': '10.1.2.3', 'source.app.name': 'caller' },
  });
  test.each<[string, object, RuleRequest, boolean]>([
    ['equal', condition('user', 'EQUAL', ['vip']), vip, true],
    ['equal to another', condition('user', 'EQUAL', ['VIP']), vip, false],
    ['missing equals empty', condition('nobody', 'EQUAL', ['']), vip, true],
    ['not equal', condition('user', 'NOT_EQUAL', ['x']), vip, true],
    ['missing is not x', condition('nobody', 'NOT_EQUAL', ['x']), vip, true],
    ['in', condition('user', 'IN', ['a', 'vip']), vip, true],
    ['not in', condition('user', 'NOT_IN', ['a', 'vip']), vip, false],
    ['missing is in none', condition('nobody', 'NOT_IN', ['a']), vip, true],
    ['regex is found anywhere', condition('user', 'REGEX', ['i']), vip, true],
    ['regex with anchors', condition('user', 'REGEX', ['^i']), vip, false],
    ['regex on what is missing', condition('nobody', 'REGEX', ['.*']), vip, true],
    ['RPC headers keep their case', condition('User', 'EQUAL', ['vip']), vip, false],
    [
      'HTTP headers do not',
      { ...condition('User', 'EQUAL', ['vip']), services: ['*'] },
      http({ headers: { USER: 'vip' } }),
      true,
    ],
    ['baggage', condition('mark', 'EQUAL', ['T'], 'TRACE'), vip, true],
    ['label', condition('zone', 'EQUAL', ['a'], 'LABEL'), vip, true],
    ['custom: header first', condition('user', 'EQUAL', ['vip'], 'CUSTOM'), vip, true],
    ['custom: then baggage', condition('mark', 'EQUAL', ['T'], 'CUSTOM'), vip, true],
    ['caller app', condition('source.app.name', 'EQUAL', ['caller'], 'SYSTEM'), vip, true],
    ['caller app by its alias', condition('system.sourceApp', 'EQUAL', ['caller'], 'SYSTEM'), vip, true],
    ['caller in a network', condition('source.ip', 'IN', ['10.0.0.0/8'], 'SYSTEM'), vip, true],
    ['caller not in a network', condition('source.ip', 'NOT_IN', ['10.0.0.0/8', '::/0'], 'SYSTEM'), vip, false],
    ['callee service', condition('destination.service.name', 'EQUAL', [ECHO], 'SYSTEM'), vip, true],
    ['callee method', condition('destination.method.name', 'EQUAL', ['echo'], 'SYSTEM'), vip, true],
    ['traffic type', condition('traffic.type', 'EQUAL', ['online'], 'SYSTEM'), vip, true],
  ])('condition: %s', (_name, more, request, expected) => {
    expect(start([rule({ threshold: 0, ...more })]).ask(request) > 0).toBe(expected);
  });

  test('conditions are ANDed and stop at the first that fails', () => {
    const conditions = [
      { type: 'HEADER', field: 'a', operation: 'EQUAL', value: ['1'] },
      { type: 'HEADER', field: 'b', operation: 'EQUAL', value: ['2'] },
    ];
    const { set } = start([rule({ threshold: 0, conditions })]);
    const [trace] = set.explain(RuleDirection.SERVER, bolt({ headers: { b: '2' } }));
    expect(trace?.conditions).toEqual([{ condition: 'HEADER a EQUAL [1]', actual: '', matched: false }]);
  });

  test('an expression made to backtrack is refused or takes linear time', () => {
    // Half a million characters would take longer than the age of the universe in exponential time; this one is over at once.
    const { ask } = start([
      rule({ threshold: 0, conditions: [{ type: 'HEADER', field: 'x', operation: 'REGEX', value: ['^(a|b)*$'] }] }),
    ]);
    expect(ask(bolt({ headers: { x: `${'a'.repeat(10_000)}!` } }))).toBe(0);
  });

  test('a thousand rules that ask for a value each are found by the value', () => {
    const rules = Array.from({ length: 1000 }, (_, index) =>
      rule({ threshold: 0, conditions: [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [`u${index}`] }] }),
    );
    const { ask, set } = start([
      ...rules,
      rule({ threshold: 0, conditions: [{ type: 'HEADER', field: 'other', operation: 'EQUAL', value: ['x'] }] }),
    ]);
    expect(ask(bolt({ headers: { user: 'u700' } }))).toBe((rules[700] as { ruleDbId: number }).ruleDbId);
    expect(ask(bolt({ headers: { user: 'nobody' } }))).toBe(0);
    expect(ask(bolt({ headers: { other: 'x' } }))).toBeGreaterThan(0);
    expect(set.explain(RuleDirection.SERVER, bolt()).length).toBe(1001);
  });
});

describe('what rules do together', () => {
  test('of the same service and conditions the slower acts', () => {
    const rules = [
      rule({ threshold: 10, timeMs: 1000 }),
      rule({ threshold: 5, timeMs: 1000 }),
      rule({ threshold: 600, timeMs: 60_000, methods: ['echo'] }),
    ];
    const { ask, set } = start(rules);
    const results = Array.from({ length: 20 }, () => ask(bolt()));
    expect(results.filter((id) => id === 0)).toHaveLength(5);
    expect(set.explain(RuleDirection.SERVER, bolt()).map(({ verdict }) => verdict)).toContain('skipped');
  });

  test('rate and concurrency act both', () => {
    const { set } = start([rule({ threshold: 5, timeMs: 1000 }), rule({ thresholdType: 'concurrency', threshold: 2 })]);
    const open = [new RuleDecision(), new RuleDecision(), new RuleDecision()];
    const verdicts = open.map((decision) => set.decide(RuleDirection.SERVER, bolt(), decision));
    expect(verdicts).toEqual([RuleVerdict.PASS, RuleVerdict.PASS, RuleVerdict.REJECT]);
    for (const decision of open) decision.complete(1, false);
    // Two tokens are gone; the third request had taken one and gave it back.
    const more = Array.from({ length: 6 }, () => {
      const decision = new RuleDecision();
      const verdict = set.decide(RuleDirection.SERVER, bolt(), decision);
      decision.complete(1, false);
      return verdict;
    });
    expect(more.filter((verdict) => verdict === RuleVerdict.PASS)).toHaveLength(3);
  });

  test('tokens of earlier rules come back when a later one refuses', () => {
    const { ask } = start([
      rule({ threshold: 3, timeMs: 1_000_000, maxBurstRatio: 1000, methods: ['echo'] }),
      rule({ threshold: 0, conditions: [{ type: 'HEADER', field: 'bad', operation: 'EQUAL', value: ['1'] }] }),
    ]);
    for (let i = 0; i < 10; i++) expect(ask(bolt({ headers: { bad: '1' } }))).toBeGreaterThan(0);
    expect([1, 2, 3, 4].map(() => ask(bolt()) === 0)).toEqual([true, true, true, false]);
  });

  test('rules with different conditions count apart, a request that meets both in both', () => {
    const { ask } = start([
      rule({ threshold: 2, timeMs: 1_000_000, maxBurstRatio: 1000 }),
      rule({
        threshold: 1,
        timeMs: 1_000_000,
        maxBurstRatio: 1000,
        conditions: [{ type: 'HEADER', field: 'u', operation: 'EQUAL', value: ['v'] }],
      }),
    ]);
    expect(ask(bolt({ headers: { u: 'v' } }))).toBe(0);
    expect(ask(bolt({ headers: { u: 'v' } }))).toBeGreaterThan(0);
    expect(ask(bolt())).toBe(0);
    expect(ask(bolt())).toBeGreaterThan(0);
  });

  test('several services of one rule count apart', () => {
    const { ask } = start([rule({ services: ['a.B:1.0@DEFAULT', 'a.C:1.0@DEFAULT'] })]);
    const call = (service: string) => ask(bolt({ service }));
    expect([call('a.B:1.0'), call('a.C:1.0')]).toEqual([0, 0]);
    expect(call('a.B:1.0')).toBeGreaterThan(0);
  });

  test('a watching rule flags what an enforcing one would refuse, and changes nothing', () => {
    const trace = Array.from({ length: 200 }, (_, index) => index * 37);
    const flagged = (mode: string): number[] => {
      const id = nextId;
      const { set, lines } = start([{ ...rule({ threshold: 10, timeMs: 1000, mode }), ruleDbId: id }]);
      return trace.filter((atMs) => {
        const before = lines.length;
        const decision = new RuleDecision();
        const rejected = set.decide(RuleDirection.SERVER, bolt({ atMs }), decision) === RuleVerdict.REJECT;
        decision.complete(1, false);
        expect(rejected).toBe(mode === 'CONTROL' && lines.length > before);
        return lines.length > before;
      });
    };
    const enforced = flagged('CONTROL');
    expect(enforced.length).toBeGreaterThan(10);
    expect(flagged('OBSERVE')).toEqual(enforced);
  });

  test('a watching rule does not hide an enforcing one', () => {
    const { ask } = start([
      rule({ threshold: 0, mode: 'OBSERVE' }),
      rule({ threshold: 3, timeMs: 1_000_000, maxBurstRatio: 1000 }),
    ]);
    expect([1, 2, 3, 4].map(() => ask(bolt()) === 0)).toEqual([true, true, true, false]);
  });
});

describe('where a rule acts', () => {
  const node: RuleNode = { ...UNKNOWN_NODE, app: 'echo', ip: '10.0.0.7', zone: 'GZ00B', labels: { version: 'v2' } };
  test.each<[object, boolean]>([
    [{ zones: ['GZ00B'] }, true],
    [{ zones: ['GZ00A'] }, false],
    [{ ips: ['10.0.0.7', '10.0.0.8'] }, true],
    [{ ips: ['10.0.0.8'] }, false],
    [{ ips: ['192.0.2.1', '10.0.0.0/29'] }, true],
    [{ ips: ['10.0.0.8/29', 'fd00::/8'] }, false],
    [{ labels: { version: 'v2' } }, true],
    [{ labels: { version: 'v1' } }, false],
    [{ zones: ['GZ00B'], ips: ['10.0.0.8'] }, false],
    [{ percent: 1 }, false],
    [{ percent: 100 }, true],
  ])('scope %o', (scope, expected) => {
    const { ask, set } = start([rule({ threshold: 0, scope })], node);
    expect(ask(bolt()) > 0).toBe(expected);
    if (!expected) expect(set.explain(RuleDirection.SERVER, bolt())[0]?.detail).toMatch(/not/);
  });

  test('a larger share keeps the instances of the smaller one', () => {
    const nodes = Array.from({ length: 500 }, (_, index) => ({ ip: `10.0.${index >> 8}.${index & 255}`, app: 'a' }));
    const chosen = (percent: number) => nodes.filter((item) => percentile(item) < percent);
    expect(
      chosen(30)
        .slice()
        .filter((item) => chosen(10).includes(item)),
    ).toEqual(chosen(10));
    expect(chosen(10).length).toBeGreaterThan(25);
    expect(chosen(10).length).toBeLessThan(80);
  });

  test('another threshold in a zone', () => {
    const zoned = rule({
      threshold: 5,
      timeMs: 1_000_000,
      maxBurstRatio: 1000,
      zoneSpec: [{ zone: 'GZ00B', threshold: 2 }],
    });
    const passes = (at: RuleNode) => {
      const { ask } = start([zoned], at);
      return Array.from({ length: 10 }, () => ask(bolt())).filter((id) => id === 0).length;
    };
    expect([passes(node), passes(UNKNOWN_NODE)]).toEqual([2, 5]);
  });

  test('a document that is off turns its rules off', () => {
    expect(start([rule({ threshold: 0 })], UNKNOWN_NODE, { enabled: false }).ask(bolt())).toBe(0);
  });
});

describe('lines', () => {
  /** As a running installation prints it. */
  const SEED =
    '{"id":0,"ruleDbId":341,"Resource":null,"thresholdType":"invokeTimes","threshold":1,"timeMs":10000,"mode":"CONTROL","maxBurstRatio":1,"httpPath":"","httpMethod":"","zoneSpec":null}';

  test('a refusal is written byte for byte', () => {
    const { ask, lines } = start([{ ...(JSON.parse(SEED) as object), services: [DETAILS] }]);
    ask(http());
    ask(http({ atMs: 1000 }));
    expect(lines).toEqual([
      `flowcontrol-block-stat.log [ERROR] [flow blocked] |${DETAILS}:i:r|LocalLimitSlot|0|<nil>|maxPermits:1storedPermits:0genPermits:0permits:1|${SEED}|`,
    ]);
  });

  test('a watched refusal has the same columns', () => {
    const { ask, lines } = start([{ ...(JSON.parse(SEED) as object), mode: 'OBSERVE', services: [ECHO] }]);
    ask(bolt());
    ask(bolt());
    expect(lines[0]).toMatch(
      /^flowcontrol-block-stat\.log \[WARN\] \[flow monitored\] \|.*:i:r\|LocalLimitSlot\|0\|<nil>\|maxPermits:1stored/,
    );
  });

  test('the resource carries the id of the conditions, and the service that was called where the rule names none', () => {
    const { ask, lines } = start([
      rule({
        threshold: 0,
        services: ['*'],
        conditions: [{ type: 'HEADER', field: 'u', operation: 'EQUAL', value: ['1'] }],
      }),
    ]);
    ask(bolt({ headers: { u: '1' } }));
    expect(lines[0]).toMatch(new RegExp(`\\|${ECHO.replaceAll('.', '\\.')}:i:r#[0-9a-f]{8}\\|`));
  });

  test('above a hundred a second they are summarised, and nothing is lost', () => {
    const { ask, lines, set } = start([rule({ threshold: 0 })]);
    for (let i = 0; i < 10_000; i++) ask(bolt({ atMs: 5000 }));
    set.tick(6000);
    expect(lines).toHaveLength(101);
    expect(lines[100]).toMatch(/\[flow blocked\] \|.*\| … repeated 9900 times$/);
  });

  test('in detail on request', () => {
    const { ask, lines, showDetail } = start([
      rule({
        threshold: 9,
        services: [DETAILS],
        conditions: [{ type: 'SYSTEM', field: 'http.method', operation: 'EQUAL', value: ['GET'] }],
      }),
    ]);
    ask(http());
    expect(lines).toEqual([]);
    showDetail();
    ask(http({ system: { 'source.ip': '10.0.0.9', 'destination.app.name': 'details' } }));
    expect(lines).toContain(
      `flowcontrol-default.log [DEBUG] [ParseResource] resource:&base.ResourceWrapper{name:"${DETAILS}:i:r", classification:2, flowType:0},sourceIp:10.0.0.9,targetApp:details,test:false,resType:2,trafficType:0`,
    );
    expect(lines).toContain('flowcontrol-default.log [DEBUG] [IsMatch] leftVal(GET),op(EQUAL),rightVal([GET])');
    expect(lines).toContain(
      `flowcontrol-default.log [DEBUG] [match] resource:${DETAILS}:i:r,key:${DETAILS}.*:i:r,conditions:[{SYSTEM http.method EQUAL [GET]}]`,
    );
    expect(lines.find((line) => line.includes('[AcquireBusinessInfo] contextRefinedData='))).toContain(
      '"X-CALLER-IP":"10.0.0.9"',
    );
  });
});

test('a simulation says what passes and why', () => {
  const requests = [0, 100, 200, 10_000].map((atMs) => ({ protocol: 'bolt', service: ECHO, method: 'echo', atMs }));
  const results = simulateRules(
    rateLimit,
    [documentOf([{ ...rule({}), ruleDbId: 5, name: 'slow' }])],
    UNKNOWN_NODE,
    'SERVER',
    requests,
  );
  expect(results.map(({ rejected }) => rejected)).toEqual([false, true, true, false]);
  expect(results[1]).toMatchObject({
    ruleDbId: 5,
    rules: [{ name: 'slow', verdict: 'reject', detail: '0 of 1 tokens' }],
  });
});
