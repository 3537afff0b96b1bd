import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, call, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { BoltReader, boltResponse } from '../engine/bolt.ts';

/** An unmodified HTTP client in front, a Bolt server behind, one proxy in between. */
let backend: Backend;
let proxy: RunningProxy;
const seen: string[] = [];
const TEXTS = ['service=com.example.Echo:1.0', 'x-trace=t-1', 'x-weft-converted=Http1>bolt'];

beforeAll(async () => {
  backend = await tcpBackend((socket) => {
    const reader = new BoltReader();
    socket.on('data', (chunk) => {
      const raw = chunk.toString('latin1');
      for (const frame of reader.push(chunk)) {
        seen.push(raw);
        const text = frame.content.toString();
        if (text === 'silence') return;
        socket.write(boltResponse(frame.id, `echo of ${text}`, text === 'fail' ? 2 : 0));
      }
    });
  });
  proxy = await startProxy(
    configuration({
      listeners: [
        proxyListener({
          streamFilters: [{ type: 'transcoder', config: { type: 'http2bolt_simple', max_body_bytes: '64KiB' } }],
        }),
      ],
      routes: [routesTo('hosts', { timeout: '1s' })],
      clusters: [cluster('hosts', [backend.port])],
    }),
  );
});

afterAll(async () => {
  await proxy?.dispose();
  await backend?.close();
});

const post = (body: string, headers: Record<string, string> = {}) =>
  call(proxy.port('front'), {
    method: 'POST',
    path: '/',
    body,
    headers: { service: 'com.example.Echo:1.0', ...headers },
  });

it('carries headers and body to a Bolt server and back', async () => {
  seen.length = 0;
  const answer = await post('hello', { 'x-trace': 't-1' });
  expect([answer.status, answer.body]).toEqual([200, 'echo of hello']);
  for (const text of TEXTS) expect(seen[0]).toContain(text.split('=')[0]);
  for (const text of TEXTS) expect(seen[0]).toContain(text.slice(text.indexOf('=') + 1));
});

it('tells an error status as 500', async () => {
  expect((await post('fail')).status).toBe(500);
});

it('answers in the words of the caller when the host says nothing', async () => {
  expect(await post('silence')).toMatchObject({ status: 504, body: expect.stringContaining('did not answer in time') });
});

it('refuses what is longer than the bound, and says so', async () => {
  expect(await post('x'.repeat(65_537))).toMatchObject({
    status: 413,
    body: 'transcode_request: the request is longer than 65536 bytes',
  });
  expect((await post('x'.repeat(60_000))).body).toHaveLength(60_000 + 'echo of '.length);
});
