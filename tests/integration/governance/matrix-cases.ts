/** Every type of rules on every side: what is done, over two proxies in a row, and what the caller gets to see. */
import { writeJavaAnswer } from '@weft/transcoders/common/made-up';
import { expect } from 'vitest';
import { metric } from '../../support/metrics.ts';
import { until } from '../engine/support.ts';
import { type Answered, type Protocol, type RuleSource, SERVICES, Service, SUCCESS, World } from './world.ts';

export interface Case {
  readonly type: string;
  readonly side: Side;
  readonly what: string;
  /** What the caller sees; throws when the rule does not do what it says. */
  run(mesh: Mesh): Promise<string>;
}

type Side = 'SERVER' | 'CLIENT';

/** The service behind its proxy, called through that of the caller; the rules lie at the one or at the other. */
export class Mesh {
  readonly protocol: Protocol;
  readonly caller: World;
  readonly callee: World;
  /** A second instance, which the caller calls past the proxy of the service; with `withSecond` alone. */
  readonly second: Service;

  private constructor(protocol: Protocol, caller: World, callee: World, second: Service) {
    this.protocol = protocol;
    this.caller = caller;
    this.callee = callee;
    this.second = second;
  }

  static async start(protocol: Protocol, withSecond = false): Promise<Mesh> {
    const callee = await World.start(protocol, []);
    const second = await Service.listen(protocol);
    const caller = await World.start(protocol, [], {
      ownHost: false,
      ports: [callee.proxy.port('in'), ...(withSecond ? [second.port] : [])],
      labels: [{ version: 'v1' }, { version: 'v1' }],
    });
    return new Mesh(protocol, caller, callee, second);
  }

  get ok(): number {
    return SUCCESS[this.protocol];
  }

  get services(): readonly string[] {
    return [SERVICES[this.protocol]];
  }

  get service(): Service {
    return this.callee.service;
  }

  ask(): Promise<Answered> {
    return this.caller.ask('out');
  }

  /** These rules at that side, and none at the other. */
  async change(side: Side, sources: readonly RuleSource[]): Promise<void> {
    await (side === 'SERVER' ? this.caller : this.callee).change([]);
    await (side === 'SERVER' ? this.callee : this.caller).change(sources);
  }
}

const list = (type: RuleSource['type'], name: string, rule: object): RuleSource => ({
  type,
  list: name,
  rules: [{ ruleDbId: 7, id: 7, ...rule }],
});

/** Status, and what text there is in it, of a refusal; in one line. */
function seen({ protocol, ok }: Mesh, { status, text }: Answered): string {
  const known = /[a-z][a-z ]*\|(?:[a-z-]+\|)?rule=7/.exec(text)?.[0];
  expect(status).not.toBe(ok);
  const message = known ?? (protocol.startsWith('Http') ? text : '');
  return message === '' ? String(status) : `${status} \`${message}\``;
}

/** A refusal that keeps everything from the service; without the rule the service is reached again. */
async function refuses(mesh: Mesh): Promise<string> {
  const { service } = mesh;
  const before = service.seen;
  const answer = await mesh.ask();
  expect(service.seen).toBe(before);
  if (mesh.protocol.startsWith('Http')) expect(answer.headers['x-weft-rule']).toBe('7');
  await mesh.change('SERVER', []);
  service.behaviour = 'ok';
  expect((await mesh.ask()).status).toBe(mesh.ok);
  expect(service.seen).toBe(before + 1);
  return seen(mesh, answer);
}

type Run = (mesh: Mesh, side: Side) => Promise<string>;
const both = (type: string, what: string, run: Run, only?: Side): Case[] =>
  (['CLIENT', 'SERVER'] as const)
    .filter((side) => only === undefined || only === side)
    .map((side) => ({ type, side, what, run: (mesh) => run(mesh, side) }));

const limits: Run = async (mesh, side) => {
  const rule = { direction: side, services: mesh.services, threshold: 1, timeMs: 1_000_000 };
  await mesh.change(side, [list('LIMIT', 'flowControlRules', rule)]);
  expect((await mesh.ask()).status).toBe(mesh.ok);
  return refuses(mesh);
};

const fuses: Run = async (mesh, side) => {
  const { services, service } = mesh;
  const rule = { direction: side, services, threshold: 50, floorRequestCount: 2, meltWindowMillis: 3_600_000 };
  await mesh.change(side, [list('FUSE', 'fuseRules', rule)]);
  service.behaviour = 'error';
  const before = service.seen;
  await mesh.ask();
  await mesh.ask();
  expect(service.seen).toBe(before + 2);
  return refuses(mesh);
};

const aborts: Run = async (mesh, side) => {
  const rule = { direction: side, services: mesh.services, faultInjectRuleItems: [{ configs: { code: 503 } }] };
  await mesh.change(side, [list('FAULT_INJECT', 'faultInjectRules', rule)]);
  return refuses(mesh);
};

const DELAY_MS = 60;
const delays: Run = async (mesh, side) => {
  const items = [{ ruleType: 'DELAY', configs: { fixedDelay: DELAY_MS } }];
  const rule = { direction: side, services: mesh.services, faultInjectRuleItems: items };
  await mesh.change(side, [list('FAULT_INJECT', 'faultInjectRules', rule)]);
  const begun = performance.now();
  expect((await mesh.ask()).status).toBe(mesh.ok);
  // A timer fires never early; how late is not looked at.
  expect(performance.now() - begun).toBeGreaterThanOrEqual(DELAY_MS - 1);
  return 'the answer, later';
};

const denies: Run = async (mesh, side) => {
  const conditions = [{ type: 'SYSTEM', field: 'source.ip', operation: 'IN', value: ['127.0.0.0/8'] }];
  const rules = [{ ruleDbId: 7, type: 'BLACKLIST', conditions }];
  const entry = { service: mesh.services[0], blackListEnabled: true, rules };
  await mesh.change(side, [{ type: 'AUTH', list: 'rbacRules', rules: [entry] }]);
  return refuses(mesh);
};

const hijacks: Run = async (mesh, side) => {
  const { service, callee } = mesh;
  const rule = { port: callee.proxy.port('in'), maxRequests: 1, unit: 'concurrency' };
  await mesh.change(side, [list('HIJACK', 'hijackRules', rule)]);
  service.behaviour = 'silent';
  const before = service.seen;
  mesh.ask().catch(() => {});
  await until(
    async () =>
      service.seen > before && (await metric(callee.proxy, 'weft_limit_inflight', { rule: '7' }).catch(() => 0)) === 1,
  );
  service.behaviour = 'ok';
  return refuses(mesh);
};

const degrades: Run = async (mesh, side) => {
  const rule = { services: mesh.services, actions: [{ type: 'REJECT', enabled: true }] };
  await mesh.change(side, [list('DOWNGRADE', 'downgradeRules', rule)]);
  return refuses(mesh);
};

/** What the caller of a made-up answer gets, by what stands in the answer. */
async function madeUp(mesh: Mesh, side: Side, action: object): Promise<Answered> {
  const conditions = [{ type: 'SYSTEM', field: 'destination.service.name', operation: 'EQUAL', value: mesh.services }];
  await mesh.change(side, [list('DOWNGRADE', 'downgradeRules', { conditions, actions: [action] })]);
  const before = mesh.service.seen;
  const answer = await mesh.ask();
  expect([answer.status, mesh.service.seen]).toEqual([mesh.ok, before]);
  return answer;
}

/**
 * What an answer ends with: of SOFARPC no error, no message, null and no properties; of Dubbo the kind alone; of gRPC a message of
 * 0 bytes; of Triple null in its wrapper; of Thrift a struct that ends at once; of Tars a buffer of 0 bytes, an empty map and two empty
 * texts. HTTP has no content.
 */
const NULLS: Readonly<Partial<Record<Protocol, readonly [end: string, said: string, isAll?: true]>>> = {
  grpc: ['\0\0\0\0\0', 'a message without fields'],
  tri: ['\x12\x01N\x1a\x10java.lang.Object', 'null'],
  bolt: ['FNNN', 'null'],
  dubbo: ['\u0092', 'null'],
  'dubbo-thrift': ['\0', 'a result without a value', true],
  tars: ['m\0\fx\f\x86\0\x98\f', 'no value', true],
};

/** What the control plane puts into the document for a Java interface; of a `.proto` a message with one text. */
const messagesOf = (protocol: Protocol, body: string): object => {
  if (protocol === 'tri') return { messages: [writeJavaAnswer(body).toString('base64')] };
  return protocol === 'grpc' ? { messages: [Buffer.from('\n\x05stars').toString('base64')] } : {};
};

/** A reply of Thrift has no number. */
const shown = ({ protocol }: Mesh, status: number): string =>
  protocol === 'dubbo-thrift' ? 'a reply' : String(status);

const answersNull: Run = async (mesh, side) => {
  const extension = mesh.protocol === 'tri' ? [messagesOf('tri', 'null')] : [{}];
  const { status, text } = await madeUp(mesh, side, { type: 'RETURN_NULL', extension });
  const [end, said, isAll] = NULLS[mesh.protocol] ?? ['', 'no content', true];
  expect(isAll ? text : text.slice(-end.length)).toBe(end);
  return `${shown(mesh, status)}, ${said}`;
};

/** What a rule says for a text that the method returns. */
const BODIES: Readonly<Partial<Record<Protocol, string>>> = {
  'dubbo-thrift': '{"0":{"str":"stars"}}',
  tars: '{"0":"stars"}',
};

const answers: Run = async (mesh, side) => {
  const body = BODIES[mesh.protocol] ?? '{"stars":[]}';
  const extension = [{ body, ...messagesOf(mesh.protocol, body) }];
  const { status, text } = await madeUp(mesh, side, { type: 'MOCK', extension });
  if (mesh.protocol === 'grpc') {
    expect(text).toBe('\0\0\0\0\x07\n\x05stars');
    return `${status}, the message`;
  }
  if (!mesh.protocol.startsWith('Http')) {
    expect(text).toContain('stars');
    if (mesh.protocol in BODIES) return `${shown(mesh, status)}, a text \`stars\``;
    return `${status}, a map \`{stars=[]}\``;
  }
  expect(text).toBe('{"stars":[]}');
  return `${status} \`${text}\``;
};

const toVersion = (version: string): RuleSource => {
  const destination = [{ type: 'CUSTOM', field: 'version', operation: 'EQUAL', value: [version] }];
  return list('ROUTE', 'rules', { destinations: [{ weight: 100, destination }] });
};

const routes: Run = async (mesh, side) => {
  await mesh.change(side, [toVersion('v1')]);
  expect((await mesh.ask()).status).toBe(mesh.ok);
  await mesh.change(side, [toVersion('v9')]);
  return refuses(mesh);
};

const isolates: Run = async (mesh, side) => {
  const two = await Mesh.start(mesh.protocol, true);
  const { second } = two;
  second.behaviour = 'error';
  const judged = { leastExceptionRate: 50, leastWindowCount: 2, timeWindow: 1.1, recoverTime: 86_400_000 };
  await two.change(side, [list('ISOLATE', 'faultToleranceRules', { direction: side, ...judged })]);
  await until(async () => {
    for (let i = 0; i < 4; i++) await two.ask();
    return (await metric(two.caller.proxy, 'weft_isolated_hosts', { rule: '7' })) === 1;
  });
  const before = second.seen;
  for (let i = 0; i < 4; i++) expect((await two.ask()).status).toBe(two.ok);
  expect(second.seen).toBe(before);
  return 'the answer of another instance';
};

const takesOut: Run = async (mesh, side) => {
  const { service } = mesh;
  const judged = { leastExceptionRate: 50, leastWindowCount: 2, timeWindow: 1.1, mode: 'OBSERVE' };
  await mesh.change(side, [list('ISOLATE', 'faultToleranceRules', { direction: side, ...judged })]);
  service.behaviour = 'error';
  await until(async () => {
    for (let i = 0; i < 4; i++) expect((await mesh.ask()).status).not.toBe(mesh.ok);
    return (await metric(mesh.callee.proxy, 'weft_isolated_hosts', { rule: '7' }).catch(() => 0)) === 1;
  });
  const { status } = await mesh.ask();
  service.behaviour = 'ok';
  return `${status}; the instance would be taken out of the lists of all callers`;
};

const mirrors: Run = async (mesh, side) => {
  const { second, service } = mesh;
  const targetAddresses = [`127.0.0.1:${second.port}`];
  await mesh.change(side, [
    list('MIRROR', 'mirrorRules', { direction: side, services: mesh.services, targetAddresses }),
  ]);
  second.behaviour = 'error';
  const [served, copied] = [service.seen, second.seen];
  expect((await mesh.ask()).status).toBe(mesh.ok);
  await until(() => second.seen === copied + 1);
  expect(service.seen).toBe(served + 1);
  return 'the answer; the copy arrives';
};

export const CASES: readonly Case[] = [
  ...both('LIMIT', 'one call in 1000 s, the second', limits),
  ...both('FUSE', 'open after two errors', fuses),
  ...both('FAULT_INJECT', 'abort with 503', aborts),
  ...both('FAULT_INJECT', 'delay', delays),
  ...both('AUTH', 'blacklist by address', denies, 'SERVER'),
  ...both('HIJACK', 'one at a time on the port, the second', hijacks, 'SERVER'),
  ...both('DOWNGRADE', 'reject', degrades, 'CLIENT'),
  ...both('DOWNGRADE', 'nothing', answersNull, 'CLIENT'),
  ...both('DOWNGRADE', 'mock', answers, 'CLIENT'),
  ...both('ROUTE', 'no instance has the label', routes, 'CLIENT'),
  ...both('ISOLATE', 'one of two instances fails', isolates, 'CLIENT'),
  ...both('ISOLATE', 'the instance fails, watched', takesOut, 'SERVER'),
  ...both('MIRROR', 'the target of the copies fails', mirrors),
];
