/** The published gRPC interoperability cases: grpc-go's client and server with one proxy, then two, in between. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { expectSound, metric } from '../../support/metrics.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { buildGrpcGo, type GrpcGo, runGrpcGoCase, startGrpcGoServer } from './grpc-go.ts';

/** Every case that needs neither credentials nor a name resolver of its own. */
const CASES: readonly {
  readonly name: string;
  readonly args?: readonly string[];
  readonly maySendNothing?: boolean;
}[] = [
  { name: 'empty_unary' },
  { name: 'large_unary' },
  { name: 'client_streaming' },
  { name: 'server_streaming' },
  { name: 'ping_pong' },
  { name: 'empty_stream' },
  // Over after 1 ms, or at once: the client may give the call up before it has sent anything.
  { name: 'timeout_on_sleeping_server', maySendNothing: true },
  { name: 'cancel_after_begin', maySendNothing: true },
  { name: 'cancel_after_first_response' },
  { name: 'status_code_and_message' },
  { name: 'special_status_message' },
  { name: 'unimplemented_method' },
  { name: 'unimplemented_service' },
  { name: 'custom_metadata' },
  {
    name: 'orca_per_rpc',
    args: ['-service_config_json={"loadBalancingConfig":[{"test_backend_metrics_load_balancer":{}}]}'],
  },
  { name: 'rpc_soak', args: ['-soak_iterations=60'] },
  // A new connection for every call.
  { name: 'channel_soak', args: ['-soak_iterations=30'] },
];

let programs: GrpcGo;
let server: { readonly port: number; close(): Promise<void> };
const proxies: RunningProxy[] = [];

/** Plaintext HTTP/2 on both sides. */
const relay = (port: number): object =>
  configuration({
    listeners: [proxyListener({ protocol: 'Http2' })],
    routes: [routesTo('grpc', { upstream_protocol: 'Http2' })],
    clusters: [cluster('grpc', [port])],
  });

beforeAll(async () => {
  programs = await buildGrpcGo();
  server = await startGrpcGoServer(programs);
  const near = await startProxy(relay(server.port));
  proxies.push(near);
  proxies.push(await startProxy(relay(near.port('front'))));
}, 300_000);

afterAll(async () => {
  for (const proxy of proxies) await proxy.dispose();
  await server?.close();
});

describe.each([
  { through: 'one proxy', last: 0 },
  { through: 'two proxies', last: 1 },
])('grpc-go through $through', ({ last }) => {
  it.each(CASES)('$name', async ({ name, args, maySendNothing }) => {
    const front = proxies[last] as RunningProxy;
    const before = await metric(front, 'downstream_request_total', { listener: 'front' });
    const { code, stderr } = await runGrpcGoCase(programs, front.port('front'), name, args);
    expect(code, stderr).toBe(0);
    const calls = (await metric(front, 'downstream_request_total', { listener: 'front' })) - before;
    if (maySendNothing !== true) expect(calls).toBeGreaterThan(0);
  });

  it('leaves no call behind in the proxy', async () => {
    for (const proxy of proxies.slice(0, last + 1)) {
      await expectSound(proxy);
      await expect.poll(() => metric(proxy, 'downstream_request_active', { listener: 'front' })).toBe(0);
      await expect.poll(() => metric(proxy, 'upstream_request_active', { cluster: 'grpc' })).toBe(0);
    }
  });
});

describe('the gate', () => {
  it('fails for a proxy that answers itself', async () => {
    const proxy = await startProxy(
      configuration({
        listeners: [proxyListener({ protocol: 'Http2' })],
        routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: 'hello' } }],
      }),
    );
    const { code } = await runGrpcGoCase(programs, proxy.port('front'), 'empty_unary');
    await proxy.dispose();
    expect(code).not.toBe(0);
  });
});
