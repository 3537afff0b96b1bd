import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { type Application, build, freePort, startConsumer, startProvider } from './applications.ts';
import { dubbo2, type Framework, sofa, spoiled, triple } from './frameworks.ts';

const BUILD_LIMIT_MS = 600_000;
const SERVICE = 'org.example.orders.OrderService';

/** Consumers and providers of different protocols, unmodified; one proxy between them converts. */
interface Pair {
  readonly consumer: Framework;
  readonly provider: Framework;
  readonly transcoder: string;
  /** Where the two name the service differently. */
  readonly services?: Readonly<Record<string, string>>;
  /** What the consumer catches of a service that the provider does not have. */
  readonly missing: RegExp;
  /** Whether an attachment of the consumer is seen by the provider. */
  readonly attachments: boolean;
}

const DUBBO = dubbo2('2.7.23');
const TRIPLE = triple('3.3.5');
const SOFA = sofa('5.13.2');

const PAIRS: readonly Pair[] = [
  {
    consumer: DUBBO,
    provider: TRIPLE,
    transcoder: 'dubbo_tri',
    missing: /^RpcException code=\d cause=.*UNIMPLEMENTED/,
    attachments: true,
  },
  {
    consumer: TRIPLE,
    provider: DUBBO,
    transcoder: 'tri_dubbo',
    missing: /^RpcException code=0 .*INVALID_ARGUMENT : .*Service not found:org.example.orders.NoSuchService/,
    attachments: true,
  },
  {
    consumer: SOFA,
    provider: DUBBO,
    transcoder: 'bolt_dubbo',
    services: { [`${SERVICE}:1.0`]: `${SERVICE}:1.0:blue` },
    missing: /^SofaRpcException type=\d+ /,
    attachments: false,
  },
  {
    consumer: DUBBO,
    provider: SOFA,
    transcoder: 'dubbo_bolt',
    services: { [`${SERVICE}:1.0:blue`]: `${SERVICE}:1.0` },
    missing: /^RpcException code=\d .*NoSuchService/,
    attachments: false,
  },
];

describe.each(PAIRS)('$consumer.name calls $provider.name', (pair) => {
  const { consumer, provider } = pair;
  let calling: Application;
  let serving: Application;
  let proxy: RunningProxy;

  beforeAll(async () => {
    const [consumerBuilt, providerBuilt] = [await build(consumer.edition), await build(provider.edition)];
    const port = await freePort();
    serving = await startProvider(providerBuilt, port, provider.providerArguments);
    const converting = (name: string, services: Readonly<Record<string, string>>): object =>
      proxyListener({
        name,
        protocol: consumer.protocol,
        streamFilters: [{ type: 'transcoder', config: { type: pair.transcoder, config: { services } } }],
      });
    const listeners = [
      converting('front', pair.services ?? {}),
      converting('missing', { [SERVICE]: 'org.example.orders.NoSuchService:1.0' }),
    ];
    proxy = await startProxy(
      configuration({
        listeners,
        routes: [{ match: consumer.match, route: { cluster_name: 'orders' } }],
        clusters: [cluster('orders', [port])],
      }),
    );
    calling = await startConsumer(consumerBuilt, consumer.consumerArguments, consumer.jvm);
  }, BUILD_LIMIT_MS);

  afterAll(async () => {
    await calling?.stop();
    await serving?.stop();
    await proxy?.dispose();
  });

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(proxy?.log() ?? '');
  });

  const ask = (command: string, listener = 'front'): Promise<string> =>
    calling.ask(`${proxy.port(listener)} ${command}`);

  it.each(
    (['call', 'exception', 'one-way', 'async', 'generic'] as const).flatMap((column) =>
      (consumer.exchanges[column] ?? []).map(([command, answer]) => [column, command, answer] as const),
    ),
  )('%s: %s', async (column, command, answer) => {
    let before = await spoiled(proxy);
    for (let left = (provider.attempts?.[column] ?? 1) - 1; left > 0; left--) {
      if ((await ask(command)) === answer) return;
      const now = await spoiled(proxy);
      expect(now, 'a failure that is none of the provider').toBeGreaterThan(before);
      before = now;
    }
    expect(await ask(command)).toEqual(answer instanceof RegExp ? expect.stringMatching(answer) : answer);
  });

  it('bodies that are large', async () => {
    expect(await ask('size 300000')).toBe('ok 300000');
    expect(await ask('large 300000')).toBe('ok 300000');
  });

  it('an answer that comes too late', async () => {
    const [[command, caught] = []] = consumer.exchanges.timeout ?? [];
    expect(await ask(command as string)).toMatch(caught as RegExp);
    expect(await ask('plus 1 1')).toBe('ok 2');
  });

  it('a service that the provider does not have', async () => {
    expect(await ask('echo hi', 'missing')).toMatch(pair.missing);
  });

  if (pair.attachments)
    it('what goes with a call', async () => {
      expect(await ask('attachment tenant blue')).toBe('ok blue');
    });
});
