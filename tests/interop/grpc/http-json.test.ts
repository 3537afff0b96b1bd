/**
 * grpc-go on both sides, and HTTP with JSON between two proxies: what its client says becomes lines and bodies of JSON, and gRPC
 * again for its server.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { requireTool } from '../../support/foreign.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { buildGrpcGo, type GrpcGo, runGrpcGoCase, startGrpcGoServer } from './grpc-go.ts';
import { TESTING_DESCRIPTORS } from './testing-descriptors.ts';

/** Those whose answers are in messages, statuses and ends: metadata in trailers has no place in JSON. */
const CASES: readonly { readonly name: string; readonly maySendNothing?: boolean }[] = [
  { name: 'empty_unary' },
  { name: 'large_unary' },
  { name: 'client_streaming' },
  { name: 'server_streaming' },
  { name: 'ping_pong' },
  { name: 'empty_stream' },
  { name: 'timeout_on_sleeping_server', maySendNothing: true },
  { name: 'cancel_after_begin', maySendNothing: true },
  { name: 'cancel_after_first_response' },
  { name: 'status_code_and_message' },
  { name: 'special_status_message' },
  { name: 'unimplemented_method' },
  { name: 'unimplemented_service' },
];

let programs: GrpcGo;
let server: { readonly port: number; close(): Promise<void> };
let toGrpc: RunningProxy;
let toHttp: RunningProxy;

const converting = (type: string, protocol: string, port: number, route: object): object =>
  configuration({
    listeners: [
      proxyListener({
        protocol,
        streamFilters: [
          {
            type: 'transcoder',
            config: { type, max_body_bytes: '4MiB', config: { descriptors: [TESTING_DESCRIPTORS] } },
          },
        ],
      }),
    ],
    routes: [routesTo('next', route)],
    clusters: [cluster('next', [port])],
  });

beforeAll(async () => {
  programs = await buildGrpcGo();
  server = await startGrpcGoServer(programs);
  toGrpc = await startProxy(converting('http_grpc', 'Http1', server.port, {}));
  // The mark is for calls that are converted once; this one is to be converted back.
  const unmarked = { request_headers_to_remove: ['x-weft-converted'] };
  toHttp = await startProxy(converting('grpc_http', 'Http2', toGrpc.port('front'), unmarked));
}, 300_000);

afterAll(async () => {
  await toHttp?.dispose();
  await toGrpc?.dispose();
  await server?.close();
});

describe('grpc-go through HTTP with JSON', () => {
  it.each(CASES)('$name', async ({ name, maySendNothing }) => {
    const before = await metric(toGrpc, 'weft_proxy_conversions_total');
    const { code, stderr } = await runGrpcGoCase(programs, toHttp.port('front'), name);
    expect(code, stderr).toBe(0);
    const converted = (await metric(toGrpc, 'weft_proxy_conversions_total')) - before;
    if (maySendNothing !== true && !name.startsWith('unimplemented')) expect(converted).toBeGreaterThan(0);
    for (const proxy of [toHttp, toGrpc]) {
      await expect.poll(() => metric(proxy, 'weft_proxy_exchanges_active'), { timeout: 20_000 }).toBe(0);
      await expectSound(proxy);
    }
  });
});

it('a stream of grpc-go comes to curl as events, all of them and in order', async () => {
  const sizes = Array.from({ length: 1000 }, (_, index) => index + 1);
  const curl = spawn(requireTool('curl', 'curl'), [
    ...['--silent', '--no-buffer', '--max-time', '60', '--header', 'accept: text/event-stream', '--data', '@-'],
    `http://127.0.0.1:${toGrpc.port('front')}/grpc.testing.TestService/StreamingOutputCall`,
  ]);
  curl.stdin.end(JSON.stringify({ responseParameters: sizes.map((size) => ({ size })) }));
  let text = '';
  curl.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const [code] = (await once(curl, 'close')) as [number];
  const bodies = [...text.matchAll(/^data: \{"payload":\{"body":"([^"]*)"\}\}$/gm)].map(([, body]) => body as string);
  expect([code, bodies.map((body) => Buffer.from(body, 'base64').length)]).toEqual([0, sizes]);
  expect(text.endsWith('event: end\ndata: {}\n\n')).toBe(true);
});
