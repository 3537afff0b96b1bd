import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener } from '../../../support/config.ts';
import { type RunningProxy, startProxy } from '../../../support/proxy.ts';
import { type Application, type Built, build, dubbo, freePort, startConsumer, startProvider } from '../applications.ts';

/** The lines in use: the last of 2.7 and of 3.3. */
const VERSIONS = ['2.7.23', '3.3.5'] as const;
type Version = (typeof VERSIONS)[number];
const PAGE = new URL('../../../../docs/reference/dubbo-replies.md', import.meta.url);
const SERVICE = 'org.example.orders.OrderService:1.0:blue@dubbo';
const LIMIT_DATA_ID =
  'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.demo.flowControlRule,version=3.0@DRM';
/** A port that refuses connections. */
const NOBODY = 1;
const BUILD_LIMIT_MS = 600_000;

const built = new Map<Version, Built>();
const providers = new Map<Version, Application>();
const consumers = new Map<Version, Application>();
const ports = new Map<Version, number>();
let inner: RunningProxy | undefined;
let outer: RunningProxy | undefined;
let vanishing: Server | undefined;

interface Way {
  readonly name: string;
  readonly ports: readonly number[];
  readonly listener?: object;
  readonly route?: object;
  readonly unrouted?: boolean;
  /** Attachments that the proxy adds. */
  readonly added?: Readonly<Record<string, string>>;
}

function config(ways: readonly Way[], governance: object = {}): object {
  const listeners = ways.map(({ name, listener }) =>
    proxyListener({ name, protocol: 'dubbo', router: name, ...listener }),
  );
  const routers = ways.map(({ name, route, unrouted, added = {} }) => ({
    router_config_name: name,
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        request_headers_to_add: Object.entries(added).map(([key, value]) => ({
          header: { key, value },
          append: false,
        })),
        routers: [
          {
            match: {
              headers: [
                { name: 'service', value: unrouted === true ? 'org.example.Other' : 'org.example.orders.OrderService' },
              ],
            },
            route: { cluster_name: name, ...route },
          },
        ],
      },
    ],
  }));
  const base = configuration({ listeners, clusters: ways.map((way) => cluster(way.name, way.ports)) });
  return { ...base, servers: [{ graceful_timeout: '5s', listeners, routers }], ...governance };
}

const portOf = (version: Version): number => ports.get(version) as number;
const ask = (version: Version, listener: string, command: string): Promise<string> =>
  (consumers.get(version) as Application).ask(`${(outer as RunningProxy).port(listener)} ${command}`);

beforeAll(async () => {
  for (const version of VERSIONS) built.set(version, await build(dubbo(version)));
  for (const version of VERSIONS) {
    ports.set(version, await freePort());
    providers.set(version, await startProvider(built.get(version) as Built, portOf(version)));
    consumers.set(version, await startConsumer(built.get(version) as Built));
  }
  vanishing = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    vanishing?.listen(0, '127.0.0.1', resolve);
  });
  const vanishingPort = (vanishing.address() as { port: number }).port;
  const inside = config(VERSIONS.map((version) => ({ name: version, ports: [portOf(version)] })));
  inner = await startProxy(inside);
  const near = [portOf('2.7.23')];
  const fault = (status: number): object => ({
    streamFilters: [{ type: 'fault', config: { abort: { status, percentage: 100 } } }],
  });
  const limit = {
    ruleDbId: 7,
    threshold: 1,
    timeMs: 1_000_000,
    maxBurstRatio: 1000,
    services: [SERVICE],
  };
  outer = await startProxy(
    config(
      [
        ...VERSIONS.map((version) => ({ name: version, ports: [(inner as RunningProxy).port(version)] })),
        { name: 'direct', ports: near },
        { name: 'marked', ports: near, added: { color: 'green' } },
        { name: 'unrouted', ports: near, unrouted: true },
        { name: 'empty', ports: [] },
        { name: 'dead', ports: [NOBODY] },
        { name: 'vanishing', ports: [vanishingPort] },
        { name: 'late', ports: near, route: { timeout: '300ms' } },
        { name: 'limited', ports: near, listener: { type: 'ingress' } },
        { name: 'denied', ports: near, listener: fault(403) },
        { name: 'thrown', ports: near, listener: { ...fault(403), extend: { reject_as: 'exception' } } },
      ],
      {
        governance: {
          app: 'demo',
          documents: [{ data_id: LIMIT_DATA_ID, version: 1, value: { appName: 'demo', flowControlRules: [limit] } }],
        },
      },
    ),
  );
}, BUILD_LIMIT_MS);

afterAll(async () => {
  for (const application of [...consumers.values(), ...providers.values()]) await application.stop();
  await outer?.dispose();
  await inner?.dispose();
  vanishing?.close();
});

afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const log of [outer?.log(), inner?.log()]) process.stderr.write(`${log ?? ''}\n`);
});

const PAIRS = VERSIONS.flatMap((consumer) => VERSIONS.map((provider) => ({ consumer, provider })));

describe.each(PAIRS)('Dubbo $consumer calls $provider through two proxies', ({ consumer, provider }) => {
  it.each([
    ['echo hi', 'ok hi'],
    ['null', 'ok null'],
    ['plus 40 2', 'ok 42'],
    ['confirm', 'ok 7 ann 12.50 0.125 1700000000123 3 CONFIRMED 1 cyclic'],
    ['group', 'ok 2'],
    ['fail sold', 'OutOfStockException sold 3'],
    ['fire', 'ok fired'],
    ['fired', 'ok 20'],
    ['ping', 'ok ping'],
    ['generic', 'ok 9'],
    ['attachment color red', 'ok red'],
    ['async', 'ok 500'],
    ['size 1000000', 'ok 1000000'],
    ['large 1000000', 'ok 1000000'],
  ])('%s', async (command, answer) => {
    expect(await ask(consumer, provider, command)).toBe(answer);
  });

  it('keeps its own timeout', async () => {
    expect(await ask(consumer, provider, 'slow 1500')).toMatch(/^RpcException code=2 /);
    expect(await ask(consumer, provider, 'plus 1 1')).toBe('ok 2');
  });
});

it.each(VERSIONS)('goes on when the %s provider comes back', async (version) => {
  await providers.get(version)?.stop();
  const lost = await ask(version, version, 'echo hi');
  expect(lost).toMatch(/^RpcException code=1 /);
  providers.set(version, await startProvider(built.get(version) as Built, portOf(version)));
  expect(await ask(version, version, 'echo again')).toBe('ok again');
});

it.each(VERSIONS)('adds attachments to what Dubbo %s sends, small and large', async (version) => {
  expect(await ask(version, 'marked', 'received color')).toBe('ok green');
  expect(await ask(version, 'marked', 'attachment color red')).toBe('ok green');
  expect(await ask(version, 'marked', 'attachment size large')).toBe('ok large');
  expect(await ask(version, 'marked', 'confirm')).toBe('ok 7 ann 12.50 0.125 1700000000123 3 CONFIRMED 1 cyclic');
  expect(await ask(version, 'marked', 'size 1000000')).toBe('ok 1000000');
});

it('answers in fastjson2 whoever asks in it', async () => {
  const port = `${(outer as RunningProxy).port('dead')}?serialization=fastjson2`;
  const answer = await (consumers.get('3.3.5') as Application).ask(`${port} echo x`);
  // The service of such a request cannot be read, so that no route by service matches.
  expect(answer).toMatch(/^RpcException code=1 /);
  expect(answer).toContain('404|router unavailable');
});

/** Why the proxy answers, how a test brings it about, what it answers, and the code that callers of each version find. */
const CAUSES = [
  {
    cause: 'no route matches',
    listener: 'unrouted',
    command: 'echo x',
    status: 60,
    message: '404|router unavailable',
    codes: [1, 1],
  },
  {
    cause: 'no host',
    listener: 'empty',
    command: 'echo x',
    status: 60,
    message: '502|no health upstream',
    codes: [1, 1],
  },
  {
    cause: 'connection refused',
    listener: 'dead',
    command: 'echo x',
    status: 35,
    message: '502|cannot connect to the host',
    codes: [1, 1],
  },
  {
    cause: 'connection lost',
    listener: 'vanishing',
    command: 'echo x',
    status: 35,
    message: '502|the host ended the exchange',
    codes: [1, 1],
  },
  {
    cause: 'timeout of the route',
    listener: 'late',
    command: 'linger 10000',
    status: 30,
    message: '504|the host did not answer in time',
    codes: [2, 2],
  },
  {
    cause: 'limited by a rule',
    listener: 'limited',
    command: 'echo x',
    status: 40,
    message: '509|limit exceeded|rule=7',
    codes: [1, 1],
  },
  {
    cause: 'refused by a filter (403)',
    listener: 'denied',
    command: 'echo x',
    status: 80,
    message: '403|permission denied',
    codes: [1, 1],
  },
  {
    cause: 'the same, `reject_as: exception`',
    listener: 'thrown',
    command: 'echo x',
    status: 20,
    message: '403|permission denied',
    codes: [4, 0],
  },
] as const;

it('answers by itself in words that every caller understands', async () => {
  for (const version of VERSIONS) expect(await ask(version, 'direct', 'echo x')).toBe('ok x');
  expect(await ask('2.7.23', 'limited', 'echo x')).toBe('ok x');
  const rows: string[] = [];
  for (const { cause, listener, command, status, message, codes } of CAUSES) {
    const caught: string[] = [];
    for (const [i, version] of VERSIONS.entries()) {
      const answer = await ask(version, listener, command);
      expect(answer, `${cause}, ${version}`).toContain(message);
      const [, found, inside] = /^RpcException code=(\d+) cause=(\w+)/.exec(answer) ?? [];
      expect(found, `${cause}, ${version}: ${answer}`).toBe(String(codes[i]));
      caught.push(`\`RpcException\`, code ${found}${inside === 'none' ? '' : `, cause \`${inside}\``}`);
    }
    rows.push(`| ${cause} | ${status} | \`${message.replaceAll('|', '\\|')}\` | ${caught.join(' | ')} |`);
  }
  const page = `<!-- Written by tests/interop/java/dubbo with UPDATE_PAGES=1; do not edit. -->

# What a Dubbo caller sees when Weft answers

The message is \`number|reason\`; rules add \`|rule=\` and their number, breakers, limits of ports and injected faults
their word before it. One-way calls are dropped and counted. The answer is in
the serialization of the request: Hessian 2, fastjson and fastjson2; with any other the body is empty, and a caller
fails at once with a message of its own. Code 0 is \`UNKNOWN_EXCEPTION\`, 1 \`NETWORK_EXCEPTION\`, 2 \`TIMEOUT_EXCEPTION\`, 4 \`FORBIDDEN_EXCEPTION\`.

| Cause | Status | Message | Dubbo 2.7 catches | Dubbo 3.3 catches |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
  if (process.env['UPDATE_PAGES'] === '1') writeFileSync(PAGE, page);
  expect(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '').toBe(page);
});
