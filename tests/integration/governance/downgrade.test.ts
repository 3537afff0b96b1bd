import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectSound, metric } from '../../support/metrics.ts';
import { boltRequest, readFrame } from '../engine/bolt.ts';
import { Peer, until } from '../engine/support.ts';
import { METHODS, PROTOCOLS, type RuleSource, SERVICES, SUCCESS, World } from './world.ts';

const downgrades = (...rules: object[]): RuleSource => ({ type: 'DOWNGRADE', list: 'downgradeRules', rules });
const logOf = ({ proxy }: World, file: string): string => {
  const place = path.join(proxy.directory, 'logs', file);
  return existsSync(place) ? readFileSync(place, 'utf8') : '';
};
const condition = (field: string, value: string) => ({ type: 'SYSTEM', field, operation: 'EQUAL', value: [value] });
/** Serialization of a request of the first version. */
const CODEC_AT = 9;
/** What the caller of a degraded service sees, in the words of each protocol. */
const DEGRADED = {
  Http1: 503,
  Http2: 503,
  grpc: 14,
  tri: 14,
  bolt: 4,
  dubbo: 70,
  'dubbo-thrift': 6,
  tars: -9,
} as const;

describe.each(PROTOCOLS)('%s', (protocol) => {
  const conditions = [
    condition('destination.service.name', SERVICES[protocol]),
    condition('destination.method.name', METHODS[protocol]),
  ];
  const rule = { ruleDbId: 4, conditions, actions: [{ type: 'REJECT', enabled: true, extension: [{}] }] };

  it('answers for the service at the caller and sends nothing, until the list is empty', async () => {
    const world = await World.start(protocol, [downgrades(rule)]);
    const answer = await world.ask('out');
    expect(answer.status).toBe(DEGRADED[protocol]);
    if (protocol === 'Http1' || protocol === 'Http2')
      expect(answer).toMatchObject({
        text: 'service degraded',
        headers: { 'x-weft-reject': 'downgrade', 'x-weft-rule': '4' },
      });
    else expect(answer.text).toContain('service degraded|rule=4');
    expect(world.service.seen).toBe(0);
    expect((await world.ask('in')).status).toBe(SUCCESS[protocol]);
    expect(await metric(world.proxy, 'weft_governance_total', { type: 'downgrade', verdict: 'reject' })).toBe(1);
    await until(() => logOf(world, 'downgrade.log').includes('[downgradeFilter] downgrade rule is active and hijack'));
    const log = logOf(world, 'downgrade.log');
    expect(log).toMatch(
      / \[INFO\] \[downgrade\] receive drm resource push sofa\.config:name=[^=]+,version=3\.0@DRM=\{/,
    );
    expect(log).toContain('local downgrade rules: &{AppName:demo Enabled:true DowngradeRules:[');
    await until(() => `${logOf(world, 'out.log')}${logOf(world, '../out.log')}`.includes('DEGRADED'));
    await world.change([downgrades({ ...rule, actions: [{ type: 'REJECT', enabled: false }] })]);
    expect((await world.ask('out')).status).toBe(SUCCESS[protocol]);
    await until(() => logOf(world, 'downgrade.log').includes('but mode is not reject'));
    await world.change([downgrades()]);
    expect((await world.ask('out')).status).toBe(SUCCESS[protocol]);
    await expectSound(world.proxy);
  });
});

it.each(['Http1', 'Http2'] as const)('%s: answers with nothing, or with what the rule says', async (protocol) => {
  const conditions = [condition('destination.service.name', SERVICES[protocol])];
  const rule = (action: object) => downgrades({ ruleDbId: 4, conditions, actions: [action] });
  const world = await World.start(protocol, [rule({ type: 'RETURN_NULL' })]);
  expect(await world.ask('out')).toMatchObject({ status: 200, text: '' });
  await world.change([rule({ type: 'MOCK', extension: [{ body: { stars: [] }, headers: { 'x-from': 'rule' } }] })]);
  expect(await world.ask('out')).toMatchObject({
    status: 200,
    text: '{"stars":[]}',
    headers: { 'content-type': 'application/json', 'x-from': 'rule', 'x-weft-reject': 'downgrade' },
  });
  expect(world.service.seen).toBe(0);
});

it('answers callers of another serialization with the error, and one-way calls not at all', async () => {
  const conditions = [condition('destination.service.name', SERVICES.bolt)];
  const rule = { ruleDbId: 4, conditions, actions: [{ type: 'MOCK', extension: [{ body: 'null' }] }] };
  const world = await World.start('bolt', [downgrades(rule)]);
  const peer = new Peer(world.proxy.port('out'));
  await peer.connected;
  const other = boltRequest({ id: 2 });
  other[CODEC_AT] = 11;
  await peer.send(Buffer.concat([boltRequest({ id: 1, oneWay: true }), other, boltRequest({ id: 3 })]));
  const seen: (readonly [number, number])[] = [];
  await until(() => {
    seen.length = 0;
    let rest = peer.bytes;
    for (let frame = readFrame(rest); frame !== null; frame = readFrame(rest)) {
      seen.push([frame.id, frame.status]);
      rest = rest.subarray(frame.size);
    }
    return seen.length === 2;
  });
  peer.socket.destroy();
  expect(seen).toEqual([
    [2, 4],
    [3, 0],
  ]);
  expect(world.service.seen).toBe(0);
});

it('answers callers of gRPC with the messages of a rule, and with the error of one that has none', async () => {
  const rule = (service: string, detail: object) =>
    downgrades({
      ruleDbId: 4,
      conditions: [condition('destination.service.name', service)],
      actions: [{ type: 'MOCK', extension: [{ body: '{"text":"off"}', ...detail }] }],
    });
  const headers = { 'x-from': 'rule' };
  const world = await World.start('grpc', [rule(SERVICES.grpc, { messages: ['CgNvZmY='], headers })]);
  const answer = await world.ask('out');
  expect(answer).toMatchObject({ status: 0, text: '\0\0\0\0\x05\n\x03off' });
  expect(answer.headers).toMatchObject({
    'content-type': 'application/grpc',
    ...headers,
    'x-weft-reject': 'downgrade',
  });
  await world.change([rule(SERVICES.Http2, {})]);
  expect(await world.ask('out')).toMatchObject({ status: 14, text: 'service degraded|rule=4' });
  expect(world.service.seen).toBe(0);
  await expectSound(world.proxy);
});

it.each([
  ['tars', '{"ret":"off"}', 'is no tag, 0 to 255'],
  ['tars', '{"0":1,"0":2}', 'no answer of Tars: $: not JSON: a name that was there before at character 7'],
  ['dubbo-thrift', '{"0":"off"}', 'no answer of Thrift: $.0: one value by its type'],
  ['dubbo-thrift', '{"40000":{"i8":1}}', 'is no number of a field, -32768 to 32767'],
] as const)('%s: refuses %s, and goes on with what there was', async (protocol, body, problem) => {
  const rule = (action: object) =>
    downgrades({
      ruleDbId: 4,
      conditions: [condition('destination.service.name', SERVICES[protocol])],
      actions: [action],
    });
  const world = await World.start(protocol, [rule({ type: 'RETURN_NULL' })]);
  await expect(world.change([rule({ type: 'MOCK', extension: [{ body }] })])).rejects.toThrow(problem);
  expect((await world.ask('out')).status).toBe(SUCCESS[protocol]);
  expect(world.service.seen).toBe(0);
});

it('what is degraded takes no token', async () => {
  const services = [SERVICES.Http1];
  const limit: RuleSource = {
    type: 'LIMIT',
    list: 'flowControlRules',
    rules: [{ ruleDbId: 1, threshold: 1, timeMs: 1_000_000, services, direction: 'CLIENT' }],
  };
  const conditions = [
    condition('destination.service.name', SERVICES.Http1),
    { type: 'HEADER', field: 'off', operation: 'EQUAL', value: ['1'] },
  ];
  const world = await World.start('Http1', [limit, downgrades({ ruleDbId: 2, conditions, actions: [{}] })]);
  expect(await world.statuses(3, 'out', { off: '1' })).toEqual([503, 503, 503]);
  expect(await world.statuses(2, 'out')).toEqual([200, 429]);
});
