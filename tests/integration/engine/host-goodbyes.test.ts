/** How hosts take their leave of connections on which nothing is asked, and what only looks like that. */
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { call } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { metric } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { FastBackend, keep, start, until } from './support.ts';

const VIOLATION = 'a host broke the protocol';

function inFrontOf(port: number, protocol: string): Promise<RunningProxy> {
  return start(
    configuration({
      listeners: [proxyListener()],
      routes: [routesTo('host', { upstream_protocol: protocol })],
      clusters: [cluster('host', [port])],
    }),
  );
}

const open = (proxy: RunningProxy): Promise<number> => metric(proxy, 'upstream_connection_active');
const violations = (log: string): string[] => log.split('\n').filter((line) => line.includes(VIOLATION));

it.each([
  ['FIN', ''],
  ['408', 'HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'],
  ['408 of HTTP/1.0 with a page', 'HTTP/1.0 408 Request Time-out\r\n\r\n<html>too slow</html>'],
])('a host of HTTP/1.1 that leaves an idle connection with %s broke nothing', async (_, words) => {
  const backend = await FastBackend.listen('ok');
  const proxy = await inFrontOf(backend.port, 'Http1');
  for (let round = 1; round <= 3; round++) {
    expect((await call(proxy.port('front'))).status).toBe(200);
    expect(backend.connections).toBe(round);
    for (const socket of backend.sockets) socket.end(words);
    await until(async () => (await open(proxy)) === 0);
  }
  expect(await metric(proxy, 'weft_proxy_protocol_errors_total')).toBe(0);
  expect(violations(proxy.log())).toEqual([]);
});

it('a host of HTTP/2 that leaves an idle connection with GOAWAY or without broke nothing', async () => {
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createServer((_request, response) => response.end('ok'));
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  keep({
    close: async () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  });
  const proxy = await inFrontOf((server.address() as AddressInfo).port, 'Http2');
  const goodbyes: readonly ((session: http2.ServerHttp2Session) => void)[] = [
    (session) => session.close(),
    (session) => session.goaway(http2.constants.NGHTTP2_NO_ERROR),
    (session) => session.socket.destroy(),
  ];
  for (const goodbye of goodbyes) {
    expect((await call(proxy.port('front'))).status).toBe(200);
    for (const session of sessions) goodbye(session);
    await until(async () => (await open(proxy)) === 0);
  }
  expect(await metric(proxy, 'weft_proxy_protocol_errors_total')).toBe(0);
  expect(violations(proxy.log())).toEqual([]);
});

it('a host that sends an answer nobody asked for is told of once a minute, and counted each time', async () => {
  const backend = await FastBackend.listen('ok');
  const proxy = await inFrontOf(backend.port, 'Http1');
  for (let round = 1; round <= 3; round++) {
    expect((await call(proxy.port('front'))).body).toBe('ok');
    for (const socket of backend.sockets) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil');
    await until(async () => (await metric(proxy, 'weft_proxy_protocol_errors_total')) === round);
  }
  expect((await call(proxy.port('front'))).body).toBe('ok');
  await until(() => proxy.log().includes(VIOLATION));
  expect(violations(proxy.log())).toEqual([
    expect.stringContaining(`host=127.0.0.1:${backend.port} reason="bytes that no request asked for"`),
  ]);
});
