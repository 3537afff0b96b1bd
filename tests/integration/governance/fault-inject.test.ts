import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectSound, metric } from '../../support/metrics.ts';
import { keep, Peer, until } from '../engine/support.ts';
import { METHODS, PROTOCOLS, type RuleSource, SERVICES, SUCCESS, World } from './world.ts';

const faults = (...rules: object[]): RuleSource => ({ type: 'FAULT_INJECT', list: 'faultInjectRules', rules });
const delay = (fixedDelay: number, more: object = {}) => ({
  ruleType: 'DELAY',
  configs: { fixedDelay, ...more },
});
const logOf = ({ proxy }: World, file: string): string => {
  const place = path.join(proxy.directory, 'logs', file);
  return existsSync(place) ? readFileSync(place, 'utf8') : '';
};

/** What a caller sees of a status, in the words of each protocol: 503, 500, 403 and the gRPC status NOT_FOUND. */
const SEEN = {
  Http1: [503, 500, 403, 404],
  Http2: [503, 500, 403, 404],
  grpc: [14, 14, 7, 5],
  tri: [14, 14, 7, 5],
  bolt: [4, 2, 2, 6],
  dubbo: [40, 80, 80, 60],
  'dubbo-thrift': [6, 6, 6, 6],
  tars: [-9, -99, -99, -4],
} as const;

describe.each(PROTOCOLS)('%s', (protocol) => {
  const rule = { ruleDbId: 7, services: [SERVICES[protocol]] };

  it('aborts before the service sees anything, with the status of the rule in the words of the protocol', async () => {
    const world = await World.start(protocol, [
      faults(
        ...[503, 500, 403, 'NOT_FOUND'].map((code, index) => ({
          ...rule,
          ruleDbId: 7 + index,
          methods: [METHODS[protocol]],
          conditions: [],
          scope: {},
          faultInjectRuleItems: [{ configs: { code } }],
          enabled: index === 0,
        })),
      ),
    ]);
    const refused = await world.ask();
    expect(refused.status).toBe(SEEN[protocol][0]);
    if (protocol === 'Http1' || protocol === 'Http2')
      expect(refused.headers).toMatchObject({ 'x-weft-reject': 'fault-inject', 'x-weft-rule': '7' });
    else expect(refused.text === '' || refused.text.includes('|rule=7')).toBe(true);
    for (const [index, code] of [500, 403, 'NOT_FOUND'].entries()) {
      await world.change([faults({ ...rule, faultInjectRuleItems: [{ configs: { code } }] })]);
      expect((await world.ask()).status).toBe(SEEN[protocol][index + 1]);
    }
    expect(world.service.seen).toBe(0);
    expect((await world.ask('out')).status).toBe(SUCCESS[protocol]);
    await world.change([faults({ ...rule, mode: 'OBSERVE', faultInjectRuleItems: [{}] })]);
    expect((await world.ask()).status).toBe(SUCCESS[protocol]);
    expect(await metric(world.proxy, 'weft_governance_total', { mode: 'OBSERVE', verdict: 'would_reject' })).toBe(1);
    await until(() => logOf(world, 'fault_inject.log').split('[hit] resourceName:').length >= 5);
    await until(
      () => logOf(world, 'in.log').includes('FaultInjected') || logOf(world, '../in.log').includes('FaultInjected'),
    );
    await expectSound(world.proxy);
  });

  it('delays, then goes on with the real answer, on both sides', async () => {
    const world = await World.start(protocol, [
      faults(
        { ...rule, faultInjectRuleItems: [delay(150)] },
        { ...rule, ruleDbId: 8, direction: 'CLIENT', faultInjectRuleItems: [delay(150)] },
      ),
    ]);
    for (const listener of ['in', 'out']) {
      const begun = performance.now();
      expect((await world.ask(listener)).status).toBe(SUCCESS[protocol]);
      // A timer fires never early; how late is not looked at.
      expect(performance.now() - begun).toBeGreaterThanOrEqual(149);
    }
    await until(
      () => logOf(world, 'in.log').includes('DelayInjected') || logOf(world, '../in.log').includes('DelayInjected'),
    );
    await expectSound(world.proxy);
  });
});

it('a delay counts towards the timeout of the route: 300 ms before a minute is a timeout', async () => {
  const rule = { ruleDbId: 7, services: [SERVICES.Http1], direction: 'CLIENT', faultInjectRuleItems: [delay(60_000)] };
  const world = await World.start('Http1', [faults(rule)], { route: { timeout: '300ms' } });
  expect((await world.ask('out')).status).toBe(504);
  expect(world.service.seen).toBe(0);
  await expectSound(world.proxy);
});

it('a caller that leaves while it waits frees what it held; a body that arrives meanwhile is kept', async () => {
  const rule = { ruleDbId: 7, services: [SERVICES.Http1], faultInjectRuleItems: [delay(60_000)] };
  const limit: RuleSource = {
    type: 'LIMIT',
    list: 'flowControlRules',
    rules: [{ ruleDbId: 1, thresholdType: 'concurrency', threshold: 50, services: [SERVICES.Http1] }],
  };
  const world = await World.start('Http1', [faults(rule), limit]);
  const inFlight = () => metric(world.proxy, 'weft_limit_inflight', { rule: '1' });
  const peers = Array.from({ length: 20 }, () => new Peer(world.proxy.port('in')));
  for (const peer of peers) {
    await peer.connected;
    await peer.send('GET / HTTP/1.1\r\nhost: echo.demo:80\r\n\r\n');
  }
  await until(async () => (await inFlight()) === 20);
  for (const peer of peers) peer.socket.resetAndDestroy();
  await until(async () => (await inFlight()) === 0);
  expect(world.service.seen).toBe(0);
  await world.change([faults({ ...rule, faultInjectRuleItems: [delay(100)] }), limit]);
  const answer = await new Promise<number>((resolve, reject) => {
    const request = http.request({ port: world.proxy.port('in'), method: 'POST', headers: { host: 'echo.demo:80' } });
    request.on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
    request.write('a'.repeat(10_000));
    request.end('b'.repeat(10_000));
  });
  expect(answer).toBe(200);
  await expectSound(world.proxy);
});

it('many requests wait at once while another is served', async () => {
  const conditions = [{ type: 'HEADER', field: 'slow', operation: 'EQUAL', value: ['1'] }];
  const rule = { ruleDbId: 7, services: [SERVICES.Http1], conditions, faultInjectRuleItems: [delay(1500)] };
  const world = await World.start('Http1', [faults(rule)]);
  const agent = new http.Agent({ maxSockets: 200 });
  keep({ close: async () => agent.destroy() });
  let answered = 0;
  const waiting = Promise.all(
    Array.from(
      { length: 200 },
      () =>
        new Promise<number>((resolve, reject) => {
          http
            .get({ port: world.proxy.port('in'), headers: { host: 'echo.demo:80', slow: '1' }, agent }, (response) => {
              answered++;
              response.resume().on('end', () => resolve(response.statusCode ?? 0));
            })
            .on('error', reject);
        }),
    ),
  );
  expect((await world.ask()).status).toBe(200);
  expect(answered).toBe(0);
  expect(new Set(await waiting)).toEqual(new Set([200]));
  await expectSound(world.proxy);
});

it('a drill opens the breaker of the service: what is injected counts as its answers', async () => {
  const services = [SERVICES.Http1];
  const world = await World.start('Http1', [
    faults({ ruleDbId: 7, services, faultInjectRuleItems: [{ configs: { code: 500 } }] }),
    {
      type: 'FUSE',
      list: 'fuseRules',
      rules: [{ ruleDbId: 9, services, threshold: 50, floorRequestCount: 3, meltWindowMillis: 3_600_000 }],
    },
  ]);
  expect(await world.statuses(5)).toEqual([500, 500, 500, 503, 503]);
  expect(world.service.seen).toBe(0);
});
