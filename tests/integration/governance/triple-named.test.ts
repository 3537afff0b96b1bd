/** What a call is named by, where somebody tries a rule, where somebody asks, and where it comes: one verdict per protocol. */
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { expect, it } from 'vitest';
import { METHODS, type Protocol, World } from './world.ts';

const RULE = 7;
const TRI = 'demo.Echo:1.0@tri';
const GRPC = 'demo.Echo@grpc';
const HEADERS = { 'tri-service-version': '1.0' };

/** How a call of the one service is named on a listener of the protocol. */
const CALLED: Readonly<Record<'grpc' | 'tri', string>> = { grpc: GRPC, tri: TRI };
type Called = keyof typeof CALLED & Protocol;

const equal = (field: string, value: string) => ({
  type: 'SYSTEM' as const,
  field,
  operation: 'EQUAL' as const,
  value: [value],
});
const named = (value: string) => ({ services: ['*'], conditions: [equal('destination.service.name', value)] });
const byPath = (value: string) => ({ services: ['*'], conditions: [equal('http.path', value)] });

/** The rules that refuse, and for which of the two listeners. */
const CASES: readonly (readonly [what: string, rule: object, refused: readonly Called[]])[] = [
  ['the whole name of Triple', named(TRI), ['tri']],
  ['the name of gRPC', named(GRPC), ['grpc']],
  ['a name that nobody is called by', named('demo.Echo:1.0@grpc'), []],
  ['the path', byPath('/demo.Echo/Say'), ['grpc', 'tri']],
  ['a path with the version', byPath('/demo.Echo:1.0/Say'), []],
  ['the service of Triple', { services: [TRI] }, ['tri']],
  ['the service of Triple without a version', { services: ['demo.Echo@tri'] }, ['grpc']],
  ['the service of gRPC', { services: [GRPC] }, ['grpc']],
  ['the service of gRPC, another method', { services: [GRPC], methods: ['Chat'] }, []],
];

/** As `weft rule test` asks. */
function tried(protocol: Called, rule: object): boolean {
  const kind = ruleKinds.find(({ type }) => type === 'LIMIT');
  const checked = kind?.check({ name: 'n', app: 'demo', enabled: true, ...rule, spec: { threshold: 0, timeMs: 1000 } });
  if (kind === undefined || checked?.kind !== 'ok') throw new Error(JSON.stringify(checked));
  const call = { app: 'demo', zone: '', httpMethod: 'GET', httpPath: '/', sourceApp: '', sourceIp: '', requests: 1 };
  const [answer] = kind.simulate([{ ruleDbId: RULE, body: checked.body }], {
    ...call,
    direction: 'SERVER',
    service: CALLED[protocol],
    method: METHODS[protocol],
    headers: {},
  });
  // What is said of single rules is what becomes of the call.
  expect(answer?.rules.some(({ verdict }) => verdict === 'reject')).toBe(answer?.rejected);
  return answer?.rejected === true;
}

/** As `weft explain` asks; a call of gRPC without its host, as `weft rule test` takes it. */
async function explained({ proxy }: World, protocol: Called): Promise<boolean> {
  const [service] = CALLED[protocol].split('@');
  const asked = `protocol=${protocol === 'grpc' ? 'gRPC' : protocol}&service=${service}&method=${METHODS[protocol]}`;
  const { status, body } = await proxy.admin('GET', `/api/v1/explain?${asked}&listener=in`);
  expect([status, body]).toEqual([200, body]);
  return body.includes('"verdict": "reject"') || body.includes('"verdict":"reject"');
}

it.each(['grpc', 'tri'] as const)('%s', { timeout: 60_000 }, async (protocol) => {
  const rules = (rule: object) => [
    {
      type: 'LIMIT' as const,
      list: 'flowControlRules',
      rules: [{ ruleDbId: RULE, threshold: 0, timeMs: 1000, ...rule }],
    },
  ];
  const world = await World.start(protocol, rules({ services: ['none@grpc'] }));
  for (const [what, rule, refused] of CASES) {
    await world.change(rules(rule));
    const { status } = await world.ask('in', protocol === 'tri' ? HEADERS : {});
    const is = refused.includes(protocol);
    expect([what, status === 8, await explained(world, protocol), tried(protocol, rule)]).toEqual([what, is, is, is]);
  }
});
