import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { closedPort, tcpBackend } from '../../support/backend.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { type BoltFrame, BoltReader, boltRequest, boltResponse } from '../engine/bolt.ts';
import { keep, Peer, until } from '../engine/support.ts';
import { type DubboFrame, dubboResponse, readDubbo } from './dubbo.ts';
import { PROTOCOLS, type RuleSource, SERVICES, Service, SUCCESS, World } from './world.ts';

const mirror = (...rules: object[]): RuleSource => ({ type: 'MIRROR', list: 'mirrorRules', rules });
const at = (port: number) => ({ targetAddresses: [`127.0.0.1:${port}`] });
const logOf = ({ proxy }: World): string => {
  const place = path.join(proxy.directory, 'logs', 'mirror.log');
  return existsSync(place) ? readFileSync(place, 'utf8') : '';
};
const copies = ({ proxy }: World, result: string, rule = '8'): Promise<number> =>
  metric(proxy, 'weft_mirror_total', { rule, result });

interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP/1.1 service that remembers what it saw. */
async function recorder(port = 0): Promise<{ readonly port: number; readonly seen: SeenRequest[] }> {
  const seen: SeenRequest[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body });
      response.end('thrown away');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  keep({
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

function post(port: number, body: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const all = { host: 'echo.demo:80', ...headers };
    const request = http.request(
      { host: '127.0.0.1', port, method: 'POST', path: '/a?b=c', headers: all, agent: false },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

describe.each(PROTOCOLS)('%s', (protocol) => {
  it.each(['in', 'out'])('copies what goes through `%s`, and answers as if it did not', async (listener) => {
    const shadow = await Service.listen(protocol);
    const rule = { ruleDbId: 8, services: [SERVICES[protocol]], direction: listener === 'in' ? 'SERVER' : 'CLIENT' };
    const world = await World.start(protocol, [mirror({ ...rule, ...at(shadow.port), amplification: 3 })]);
    expect(new Set(await world.statuses(4, listener))).toEqual(new Set([SUCCESS[protocol]]));
    expect(world.service.seen).toBe(4);
    await until(() => shadow.seen === 12);
    await until(async () => (await copies(world, 'ok')) === 12);
    shadow.behaviour = 'error';
    expect(await world.statuses(1, listener)).toEqual([SUCCESS[protocol]]);
    await until(async () => (await copies(world, 'error')) === 3);
    shadow.behaviour = 'reset';
    expect(await world.statuses(1, listener)).toEqual([SUCCESS[protocol]]);
    await until(async () => (await copies(world, 'failed')) === 3);
    await expectSound(world.proxy);
  });
});

it('a copy is the request with another host, its own headers, and the body', async () => {
  const shadow = await recorder();
  const rule = {
    ruleDbId: 8,
    services: ['*'],
    direction: 'CLIENT',
    stripHeaders: ['Authorization'],
    addHeaders: { 'x-weft-mirror': '1', 'X-Lane': 'shadow' },
    ...at(shadow.port),
  };
  const primary = await recorder();
  const world = await World.start('Http1', [mirror(rule)], { ports: [primary.port], ownHost: false });
  const body = 'b'.repeat(100_000);
  expect(await post(world.proxy.port('out'), body, { authorization: 'secret', 'x-own': 'a' })).toBe(200);
  await until(() => shadow.seen.length === 1);
  const [copy] = shadow.seen;
  expect(copy).toMatchObject({ method: 'POST', url: '/a?b=c', body });
  expect(copy?.headers).toMatchObject({
    host: 'echo.demo-shadow:80',
    'x-own': 'a',
    'x-weft-mirror': '1',
    'x-lane': 'shadow',
  });
  expect(copy?.headers.authorization).toBeUndefined();
  expect(primary.seen[0]?.headers).toMatchObject({ host: 'echo.demo:80', authorization: 'secret' });
  expect(primary.seen[0]?.headers['x-weft-mirror']).toBeUndefined();
  expect(primary.seen[0]?.body).toBe(body);
});

it('a slow or silent target holds nothing up; copies under way are bounded, others dropped and counted', async () => {
  const shadow = await Service.listen('Http1');
  shadow.behaviour = 'silent';
  const rule = { ruleDbId: 8, services: ['*'], direction: 'CLIENT', maxPending: 2, ...at(shadow.port) };
  const world = await World.start('Http1', [mirror(rule)], { threads: 1 });
  expect(new Set(await world.statuses(5, 'out'))).toEqual(new Set([200]));
  await until(async () => (await copies(world, 'dropped')) === 3);
  await until(() => logOf(world).includes('[WARN]'));
  expect(logOf(world)).toMatch(
    /\[WARN\] \[mirror\] - \*:o:r -> 127\.0\.0\.1:\d+ dropped too many copies are under way\n/,
  );
});

it('longer bodies are not copied; a target that is away costs nothing', async () => {
  const shadow = await recorder();
  const rule = { ruleDbId: 8, services: ['*'], direction: 'CLIENT', maxBodyBytes: 1000, ...at(shadow.port) };
  const away = { ...rule, ruleDbId: 9, targetAddresses: ['127.0.0.1:1'] };
  const world = await World.start('Http1', [
    mirror(rule, away, { ...away, ruleDbId: 10, targetAddresses: [], targetCluster: 'none' }),
  ]);
  expect(await post(world.proxy.port('out'), 'b'.repeat(1001))).toBe(200);
  expect(await post(world.proxy.port('out'), 'b'.repeat(1000))).toBe(200);
  await until(() => shadow.seen.length === 1);
  await until(async () => (await copies(world, 'dropped')) === 1);
  await until(async () => (await copies(world, 'failed', '9')) === 1);
  await until(async () => (await copies(world, 'dropped', '10')) === 2);
  expect(shadow.seen[0]?.body).toHaveLength(1000);
  // Nothing is kept of what was copied.
  await until(async () => (await metric(world.proxy, 'weft_proxy_buffered_bytes')) === 0);
});

it('a target that is dead rests: no connect for each copy; one that comes back gets them again', async () => {
  const port = await closedPort();
  const rule = { ruleDbId: 8, services: ['*'], direction: 'CLIENT', ...at(port) };
  const world = await World.start('Http1', [mirror(rule)], { threads: 1 });
  expect(new Set(await world.statuses(40, 'out'))).toEqual(new Set([200]));
  await until(async () => (await copies(world, 'failed')) + (await copies(world, 'rested')) === 40);
  // Tests on a slow machine may see the end of the first rests.
  const failed = await copies(world, 'failed');
  expect(failed).toBeGreaterThan(0);
  expect(failed).toBeLessThan(10);
  // A line a second: the first one was of a copy that failed.
  await until(async () => {
    await world.statuses(1, 'out');
    return logOf(world).includes('rested after copies that failed; tried again in');
  });
  const shadow = await recorder(port);
  await until(async () => {
    await world.statuses(1, 'out');
    return shadow.seen.length > 0;
  });
  await until(async () => (await copies(world, 'ok')) > 0);
});

it('copies go to the addresses that live, while another one rests', async () => {
  const shadow = await Service.listen('Http1');
  const addresses = [`127.0.0.1:${await closedPort()}`, `127.0.0.1:${shadow.port}`];
  const rule = { ruleDbId: 8, services: ['*'], direction: 'CLIENT', targetAddresses: addresses };
  const world = await World.start('Http1', [mirror(rule)], { threads: 1 });
  expect(new Set(await world.statuses(4, 'out'))).toEqual(new Set([200]));
  await until(async () => (await copies(world, 'failed')) > 0);
  const before = shadow.seen;
  await world.statuses(20, 'out');
  await until(() => shadow.seen >= before + 18);
  expect(await copies(world, 'rested')).toBe(0);
});

it('to a cluster of the file, to every instance of it; a share of the requests', async () => {
  const other = await Service.listen('Http1');
  const rule = { ruleDbId: 8, services: ['*'], direction: 'SERVER', targetCluster: 'service', broadcast: true };
  const world = await World.start('Http1', [mirror(rule)], { ports: [other.port] });
  expect(await world.statuses(4)).toEqual([200, 200, 200, 200]);
  // Each instance has half of the requests, and a copy of all of them.
  await until(() => world.service.seen === 6 && other.seen === 6);
  await world.change([mirror({ ...rule, broadcast: false, percent: 50 })]);
  const before = world.service.seen + other.seen;
  await world.statuses(200);
  await until(async () => (await copies(world, 'ok')) === world.service.seen + other.seen - 204);
  const copied = world.service.seen + other.seen - before - 200;
  // With fair draws this fails once in 10^9 runs.
  expect(copied).toBeGreaterThan(55);
  expect(copied).toBeLessThan(145);
});

it('Bolt: an id of its own, the headers of the copy, the same content; one-way calls too', async () => {
  const frames: BoltFrame[] = [];
  const listen = async (into: BoltFrame[]): Promise<number> => {
    const backend = keep(
      await tcpBackend((socket) => {
        const reader = new BoltReader();
        socket.on('data', (chunk) => {
          for (const frame of reader.push(chunk)) {
            if (frame.command !== 1) continue;
            into.push(frame);
            if (frame.type === 1) socket.write(boltResponse(frame.id, 'pong', 0));
          }
        });
      }),
    );
    return backend.port;
  };
  const primary: BoltFrame[] = [];
  const [port, primaryPort] = [await listen(frames), await listen(primary)];
  const rule = { ruleDbId: 8, services: [SERVICES.bolt], direction: 'CLIENT', ...at(port) };
  const world = await World.start('bolt', [mirror(rule)], { ports: [primaryPort], ownHost: false });
  const peer = new Peer(world.proxy.port('out'));
  await peer.connected;
  const headers = { service: 'com.example.Echo:1.0', sofa_head_method_name: 'echo', 'x-weft-mirror': 'own' };
  await peer.send(boltRequest({ id: 4711, headers, content: 'question' }));
  await until(() => frames.length === 1 && peer.bytes.length > 0);
  await peer.send(boltRequest({ id: 4712, headers, content: 'told', oneWay: true }));
  await until(() => frames.length === 2 && primary.length === 2);
  for (const [index, frame] of frames.entries()) {
    const own = primary[index] as BoltFrame;
    expect(frame.headers).toEqual({ ...own.headers, 'x-weft-mirror': '1' });
    expect(frame.content).toEqual(own.content);
    expect(frame.type).toBe(own.type);
    expect(frame.id).not.toBe(4711 + index);
  }
  expect(primary[0]?.headers).toEqual(headers);
  await until(async () => (await copies(world, 'ok')) === 2);
});

it('Dubbo: an id of its own, and the attachments of the copy behind the same arguments', async () => {
  const listen = async (into: DubboFrame[]): Promise<number> => {
    const backend = keep(
      await tcpBackend((socket) => {
        let rest: Buffer = Buffer.alloc(0);
        socket.on('data', (chunk) => {
          rest = Buffer.concat([rest, chunk]);
          for (let frame = readDubbo(rest); frame !== null; frame = readDubbo(rest)) {
            rest = rest.subarray(frame.size);
            if (!frame.isRequest) continue;
            into.push({ ...frame, body: Buffer.from(frame.body) });
            socket.write(dubboResponse(frame.id, 20, 'pong'));
          }
        });
      }),
    );
    return backend.port;
  };
  const frames: DubboFrame[] = [];
  const primary: DubboFrame[] = [];
  const [port, primaryPort] = [await listen(frames), await listen(primary)];
  const rule = { ruleDbId: 8, services: [SERVICES.dubbo], direction: 'CLIENT', ...at(port) };
  const world = await World.start('dubbo', [mirror(rule)], { ports: [primaryPort], ownHost: false });
  expect(await world.statuses(2, 'out')).toEqual([20, 20]);
  await until(() => frames.length === 2);
  const [own, copy] = [primary[0] as DubboFrame, frames[0] as DubboFrame];
  const pair = Buffer.from('\rx-weft-mirror\x011Z', 'latin1');
  expect(own.body.includes('x-weft-mirror')).toBe(false);
  // The end of the map moves behind the pair.
  expect(copy.body).toEqual(Buffer.concat([own.body.subarray(0, -1), pair]));
  expect(primary[1]?.body).toEqual(own.body);
});

it('says what it does: a line a second, the explanation', async () => {
  const shadow = await Service.listen('Http1');
  const rule = { ruleDbId: 8, services: [SERVICES.Http1], direction: 'CLIENT', percent: 100, ...at(shadow.port) };
  const world = await World.start('Http1', [mirror(rule)]);
  await world.ask('out', { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
  await until(() => logOf(world).includes('[mirror]'));
  expect(logOf(world)).toMatch(
    /\[INFO\] \[mirror\] 4bf92f3577b34da6a3ce929d0e0e4736 echo\.demo:80@Http1:o:r -> 127\.0\.0\.1:\d+ ok \d+\n/,
  );
  const explained = await world.proxy.admin(
    'GET',
    '/api/v1/explain?protocol=Http1&method=GET&host=echo.demo:80&path=/&listener=out',
  );
  expect(explained.body).toContain(`100 % of the requests are copied to 127.0.0.1:${shadow.port}`);
});
