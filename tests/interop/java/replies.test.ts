import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { type Application, build, freePort, startConsumer, startProvider } from './applications.ts';
import { type Framework, feign, sofa, triple } from './frameworks.ts';

/** A port that refuses connections. */
const NOBODY = 1;
const BUILD_LIMIT_MS = 600_000;
const LIMIT_DATA_ID =
  'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.demo.flowControlRule,version=3.0@DRM';

interface Cause {
  readonly cause: string;
  readonly way: string;
  readonly command: string;
  /** In the message that the caller finds. */
  readonly message: string;
  /** What the caller catches, up to its message. */
  readonly caught: string;
}

interface Page {
  readonly framework: Framework;
  readonly file: string;
  readonly title: string;
  readonly text: string;
  readonly causes: readonly Cause[];
}

const unrouted = { cause: 'no route matches', way: 'unrouted', command: 'echo x' };
const noHost = { cause: 'no host', way: 'empty', command: 'echo x' };
const refused = { cause: 'connection refused', way: 'dead', command: 'echo x' };
const lost = { cause: 'connection lost', way: 'vanishing', command: 'echo x' };
const late = { cause: 'timeout of the route', way: 'late', command: 'linger 10000' };
const limited = { cause: 'limited by a rule', way: 'limited', command: 'echo x' };
const denied = { cause: 'refused by a filter (403)', way: 'denied', command: 'echo x' };

const PAGES: readonly Page[] = [
  {
    framework: sofa('5.13.2'),
    file: 'sofarpc-replies.md',
    title: 'What a SOFARPC caller sees when Weft answers',
    text: `The caller gets the status of Bolt, which its framework turns into an exception; \`type\` is \`getErrorType()\`: 100 is
\`SERVER_BUSY\`, 199 \`SERVER_UNDECLARED_ERROR\`, 200 \`CLIENT_TIMEOUT\`, 250 \`CLIENT_NETWORK\`, 299 \`CLIENT_UNDECLARED_ERROR\`. Which rule
it was is in the log of the proxy, in the message that callers on Node see, and with type 199 in that of callers on Java. One-way calls are dropped and counted.`,
    causes: [
      { ...unrouted, message: 'Rpc invocation exception: NO_PROCESSOR', caught: 'SofaRpcException type=299' },
      { ...noHost, message: 'Rpc invocation exception: NO_PROCESSOR', caught: 'SofaRpcException type=299' },
      { ...refused, message: 'ConnectionClosedException: Connection closed!', caught: 'SofaRpcException type=250' },
      { ...lost, message: 'ConnectionClosedException: Connection closed!', caught: 'SofaRpcException type=250' },
      { ...late, message: 'Rpc invocation timeout[responseCommand TIMEOUT]!', caught: 'SofaTimeOutException type=200' },
      { ...limited, message: 'Server thread pool busy!', caught: 'SofaRpcException type=100' },
      { ...denied, message: 'RpcServerException: refused with status 403', caught: 'SofaRpcException type=199' },
    ],
  },
  {
    framework: triple('3.3.5'),
    file: 'triple-java-replies.md',
    title: 'What a Dubbo caller over Triple sees when Weft answers',
    text: `The answer has \`grpc-status\` and \`grpc-message\` and no body. Dubbo makes a \`StatusRpcException\` of it, which the caller of a synchronous
method finds inside of the \`ExecutionException\`: code 0 is \`UNKNOWN_EXCEPTION\`, and what happened is in the status. Callers with JSON
get the HTTP status and \`{"message":"…","status":"…"}\`.`,
    causes: [
      {
        ...unrouted,
        message: 'StatusRpcException: UNIMPLEMENTED : no route matches',
        caught: 'RpcException code=0 cause=ExecutionException',
      },
      {
        ...noHost,
        message: 'StatusRpcException: UNAVAILABLE : no healthy host',
        caught: 'RpcException code=0 cause=ExecutionException',
      },
      {
        ...refused,
        message: 'StatusRpcException: UNAVAILABLE : cannot connect to the host',
        caught: 'RpcException code=0 cause=ExecutionException',
      },
      {
        ...lost,
        message: 'StatusRpcException: UNAVAILABLE : the host ended the exchange',
        caught: 'RpcException code=0 cause=ExecutionException',
      },
      {
        ...late,
        message: 'StatusRpcException: DEADLINE_EXCEEDED : the host did not answer in time',
        caught: 'RpcException code=0 cause=ExecutionException',
      },
      {
        ...limited,
        message: 'StatusRpcException: RESOURCE_EXHAUSTED : limit exceeded|rule=7',
        caught: 'RpcException code=0 cause=ExecutionException',
      },
      {
        ...denied,
        message: 'StatusRpcException: PERMISSION_DENIED',
        caught: 'RpcException code=0 cause=ExecutionException',
      },
    ],
  },
  {
    framework: feign('2025.0.3', '3.5.16'),
    file: 'spring-cloud-replies.md',
    title: 'What a caller with OpenFeign sees when Weft answers',
    text: `Each is a \`FeignException\` with the status of HTTP; the message ends with the body. A refusal by a rule has \`retry-after\`,
which Feign gives as a \`RetryableException\` around the one of the status; without a \`Retryer\` of its own an application sees it at once.
The headers of that cause say more: \`x-weft-reject\` what refused, \`x-weft-rule\` the number of the rule.`,
    causes: [
      { ...unrouted, message: '[no route matches (NoRouteFound)]', caught: 'NotFound status=404' },
      { ...noHost, message: '[no healthy host (NoHealthyUpstream)]', caught: 'BadGateway status=502' },
      {
        ...refused,
        message: '[cannot connect to the host (UpstreamConnectionFailure)]',
        caught: 'BadGateway status=502',
      },
      {
        ...lost,
        message: '[the host ended the exchange (UpstreamConnectionTermination)]',
        caught: 'BadGateway status=502',
      },
      {
        ...late,
        message: '[the host did not answer in time (UpstreamRequestTimeout)]',
        caught: 'GatewayTimeout status=504',
      },
      {
        ...limited,
        message: '[limit exceeded]',
        caught: 'RetryableException status=429 cause=TooManyRequests reject=limit',
      },
      { ...denied, message: '[403 Forbidden]', caught: 'Forbidden status=403' },
    ],
  },
];

/** `Name key=value …` as a cell of the page. */
function shown(caught: string): string {
  const [name, ...facts] = caught.split(' ');
  return [`\`${name}\``, ...facts.map((fact) => fact.replace('=', ' '))].join(', ');
}

function config(framework: Framework, provider: number, vanishing: number): object {
  const ways: Readonly<Record<string, { ports: readonly number[]; listener?: object; route?: object }>> = {
    direct: { ports: [provider] },
    unrouted: { ports: [provider] },
    empty: { ports: [] },
    dead: { ports: [NOBODY] },
    vanishing: { ports: [vanishing] },
    late: { ports: [provider], route: { timeout: '300ms' } },
    limited: { ports: [provider], listener: { type: 'ingress' } },
    denied: {
      ports: [provider],
      listener: { streamFilters: [{ type: 'fault', config: { abort: { status: 403, percentage: 100 } } }] },
    },
  };
  const names = Object.keys(ways);
  const listeners = names.map((name) =>
    proxyListener({ name, protocol: framework.protocol, router: name, ...ways[name]?.listener }),
  );
  const nothing = { headers: [{ name: 'nobody-sends-this', value: 'x' }] };
  const routers = names.map((name) => ({
    router_config_name: name,
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        routers: [
          {
            match: name === 'unrouted' ? nothing : framework.match,
            route: { cluster_name: name, ...ways[name]?.route },
          },
        ],
      },
    ],
  }));
  const rule = {
    ruleDbId: 7,
    threshold: 1,
    timeMs: 1_000_000,
    maxBurstRatio: 1000,
    services: [framework.limited],
  };
  const base = configuration({ listeners, clusters: names.map((name) => cluster(name, ways[name]?.ports ?? [])) });
  return {
    ...base,
    servers: [{ graceful_timeout: '5s', listeners, routers }],
    governance: {
      app: 'demo',
      documents: [{ data_id: LIMIT_DATA_ID, version: 1, value: { appName: 'demo', flowControlRules: [rule] } }],
    },
  };
}

describe.each(PAGES)('$framework.name', ({ framework, file, title, text, causes }) => {
  let provider: Application;
  let consumer: Application;
  let proxy: RunningProxy;
  let vanishing: Server;

  beforeAll(async () => {
    const built = await build(framework.edition);
    const port = await freePort();
    provider = await startProvider(built, port, framework.providerArguments);
    consumer = await startConsumer(built, framework.consumerArguments);
    vanishing = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      vanishing.listen(0, '127.0.0.1', resolve);
    });
    proxy = await startProxy(config(framework, port, (vanishing.address() as { port: number }).port));
  }, BUILD_LIMIT_MS);

  afterAll(async () => {
    await consumer?.stop();
    await provider?.stop();
    await proxy?.dispose();
    vanishing?.close();
  });

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(proxy?.log() ?? '');
  });

  const ask = (way: string, command: string): Promise<string> => consumer.ask(`${proxy.port(way)} ${command}`);

  it('is answered in words that its callers understand', async () => {
    for (const way of ['direct', 'limited']) expect(await ask(way, 'echo x')).toBe('ok x');
    const rows: string[] = [];
    for (const { cause, way, command, message, caught } of causes) {
      const answer = await ask(way, command);
      expect(answer, cause).toContain(message);
      expect(answer.slice(0, caught.length), `${cause}: ${answer}`).toBe(caught);
      rows.push(`| ${cause} | ${shown(caught)} | \`${message.replaceAll('|', '\\|')}\` |`);
    }
    const page = `<!-- Written by tests/interop/java with UPDATE_PAGES=1; do not edit. -->

# ${title}

${text}

| Cause | Caught | In its message |
| --- | --- | --- |
${rows.join('\n')}
`;
    const place = new URL(`../../../docs/reference/${file}`, import.meta.url);
    if (process.env['UPDATE_PAGES'] === '1') writeFileSync(place, page);
    expect(existsSync(place) ? readFileSync(place, 'utf8') : '', 'UPDATE_PAGES=1 writes the page anew').toBe(page);
  });
});
