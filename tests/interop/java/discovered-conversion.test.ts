import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../fault/mesh/waiting.ts';
import { freePort } from '../../support/ports.ts';
import { type Conversions, DiscoveredMesh, type Filters, type Spoken, transcoders } from '../discovered-mesh.ts';
import { type Application, build, startConsumer, startProvider } from './applications.ts';
import { dubbo2, type Framework, feign, sofa, triple } from './frameworks.ts';
import { ORDERS, provided, SERVICE } from './orders-mapping.ts';

const BUILD_LIMIT_MS = 600_000;
const FOUND_MS = 60_000;
const TEST_MS = 120_000;

const FRAMEWORKS: Readonly<Record<Spoken, Framework>> = {
  Http1: feign('2025.0.3', '3.5.16'),
  dubbo: dubbo2('2.7.23'),
  bolt: sofa('5.13.2'),
  tri: triple('3.3.5'),
};
/** How callers of each protocol name the orders. */
const NAMES: Readonly<Record<Spoken, string>> = {
  Http1: 'orders.example:80@Http1',
  dubbo: `${SERVICE}:1.0:blue@dubbo`,
  bolt: `${SERVICE}:1.0@DEFAULT`,
  tri: `${SERVICE}:1.0:blue@tri`,
};
const PAIRS: readonly (readonly [consumer: Spoken, provider: Spoken])[] = [
  ['dubbo', 'Http1'],
  ['Http1', 'dubbo'],
  ['bolt', 'Http1'],
  ['Http1', 'bolt'],
  ['dubbo', 'tri'],
  ['tri', 'dubbo'],
  ['bolt', 'dubbo'],
  ['dubbo', 'bolt'],
];

const orders = { ...ORDERS, target: 'orders.example:80@springcloud' };
const toDubbo = { [`${SERVICE}:1.0`]: `${SERVICE}:1.0:blue` };
const toSofa = { [`${SERVICE}:1.0:blue`]: `${SERVICE}:1.0` };
const use = (type: string, config: object) => ({ type, config });
/** Every way out of a protocol on one listener: the route says which of them a call takes. */
const FILTERS: Filters = {
  Http1: transcoders(
    use('http_dubbo', { mappings: [provided('1.0', 'blue')] }),
    use('http_bolt', { mappings: [provided('1.0', '')] }),
  ),
  dubbo: transcoders(
    use('dubbo_http', { mappings: [orders] }),
    use('dubbo_tri', {}),
    use('dubbo_bolt', { services: toSofa }),
  ),
  bolt: transcoders(use('bolt_http', { mappings: [orders] }), use('bolt_dubbo', { services: toDubbo })),
  tri: transcoders(use('tri_dubbo', {})),
};

const applications: Application[] = [];
const providers = new Map<Spoken, { readonly application: Application; readonly port: number }>();
/** Consumers by the HTTP proxy that their JVM has; '' for those that need none. */
const consumers = new Map<string, Application>();
let mesh: DiscoveredMesh;

beforeAll(async () => {
  mesh = await DiscoveredMesh.start(FILTERS);
  for (const { edition, protocol, providerArguments } of Object.values(FRAMEWORKS)) {
    const port = await freePort();
    const application = await startProvider(await build(edition), port, providerArguments);
    applications.push(application);
    providers.set(protocol, { application, port });
  }
}, BUILD_LIMIT_MS);

afterAll(async () => {
  for (const application of applications) await application.stop();
  await mesh?.close();
});

afterEach(({ task }) => {
  if (task.result?.state === 'fail')
    for (const log of [...mesh.logs(), ...applications.map((one) => one.log)]) process.stderr.write(log);
});

/** A consumer of a framework, started once; one of HTTP reaches services by their names through the proxy that it is given. */
async function consumerOf(protocol: Spoken, httpProxy: number): Promise<Application> {
  const isHttp = protocol === 'Http1';
  const key = isHttp ? `Http1 ${httpProxy}` : protocol;
  const known = consumers.get(key);
  if (known !== undefined) return known;
  const { edition, consumerArguments, jvm = [] } = FRAMEWORKS[protocol];
  const proxyOf = isHttp ? ['-Dhttp.proxyHost=127.0.0.1', `-Dhttp.proxyPort=${httpProxy}`] : [];
  const application = await startConsumer(await build(edition), consumerArguments, [...jvm, ...proxyOf]);
  applications.push(application);
  consumers.set(key, application);
  return application;
}

const CALLS: readonly (readonly [command: string, answer: string])[] = [
  ['echo hi', 'ok hi'],
  ['plus 40 2', 'ok 42'],
  ['group', 'ok 2'],
  ['size 100000', 'ok 100000'],
  ['large 100000', 'ok 100000'],
  ['many 100', 'ok 100'],
];
/** What a consumer catches of the exception of the contract: callers of HTTP have a status for it. */
const OUT_OF_STOCK = /^OutOfStockException sold /;
const THROWN: Readonly<Record<Spoken, RegExp>> = {
  Http1: /^Conflict status=409 .*OutOfStockException/,
  dubbo: OUT_OF_STOCK,
  bolt: OUT_OF_STOCK,
  tri: OUT_OF_STOCK,
};
/** What goes with a call, as the provider sees it. */
const CARRIED: readonly (readonly [name: string, value: string])[] = [
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ['baggage', 'tenant=blue,user=7'],
  ['x-weft-lane', 'gray'],
];
/** Where the provider sees how long its caller waits: frameworks for RPC keep that from the application. */
const DEADLINE = 'x-weft-timeout-ms';
/** Consumers that say how long they wait; those of Dubbo say it where they are told to count down. */
const SAYS_DEADLINE: ReadonlySet<Spoken> = new Set(['bolt']);
/** Each of `CALLS` is one call, but for the last. */
const CALL_COUNT = CALLS.length - 1 + 100;

describe.each(PAIRS)('a consumer of %s and a provider of %s', (from, to) => {
  const native = NAMES[to];
  const foreign = NAMES[from];
  const expose = [{ protocol: from, dataId: foreign }];

  /** What the consumer gets at this port, and how often each proxy converted for it. */
  async function converted(
    port: number,
    address: string | number = from === 'Http1' ? 'orders.example:80' : port,
  ): Promise<Conversions> {
    const consumer = await consumerOf(from, port);
    await until('the first call', FOUND_MS, async () => {
      const answer = await consumer.ask(`${address} echo first`);
      if (answer !== 'ok first') throw new Error(answer);
      return true;
    });
    const before = await mesh.conversions();
    for (const [command, answer] of CALLS) expect(await consumer.ask(`${address} ${command}`), command).toBe(answer);
    expect(await consumer.ask(`${address} fail sold`)).toMatch(THROWN[from]);
    for (const [name, value] of CARRIED)
      expect(await consumer.ask(`${address} told ${name} ${name} ${value}`), name).toBe(`ok ${value}`);
    const said = to === 'Http1' && SAYS_DEADLINE.has(from);
    if (said) expect(await consumer.ask(`${address} received ${DEADLINE}`)).toMatch(/^ok [1-9]\d*$/);
    const calls = CALL_COUNT + 1 + CARRIED.length + (said ? 1 : 0);
    const after = await mesh.conversions();
    const [[late, caught] = []] = FRAMEWORKS[from].exchanges.timeout ?? [];
    expect(await consumer.ask(`${address} ${late}`)).toEqual(expect.stringMatching(caught as RegExp));
    await expect.poll(() => consumer.ask(`${address} plus 1 1`), { timeout: FOUND_MS }).toBe('ok 2');
    return {
      consumer: (after.consumer - before.consumer) / calls,
      provider: (after.provider - before.provider) / calls,
    };
  }

  describe('the provider has a proxy', () => {
    beforeAll(async () => {
      const { port } = providers.get(to) as { port: number };
      await mesh.far.sidecar.publish(native, to, port, expose);
    });

    afterAll(() => mesh.far.sidecar.unpublish(native));

    afterEach(async () => {
      for (const one of [mesh.converting, mesh.plain]) await one.sidecar.unsubscribe(foreign);
    });

    it('that of the consumer converts where it can', { timeout: TEST_MS }, async () => {
      await mesh.converting.sidecar.subscribe(foreign, from);
      await mesh.found(mesh.converting, foreign);
      expect(await converted(mesh.converting.egress[from])).toEqual({ consumer: 1, provider: 0 });
    });

    it('that of the provider converts where the other cannot', { timeout: TEST_MS }, async () => {
      await mesh.plain.sidecar.subscribe(foreign, from);
      await mesh.found(mesh.plain, foreign);
      expect(await converted(mesh.plain.egress[from])).toEqual({ consumer: 0, provider: 1 });
    });

    it('that of the provider converts where the consumer has none', { timeout: TEST_MS }, async () => {
      const { [from]: port } = mesh.far.ingress;
      // An address, as a registry would have given it.
      expect(await converted(port, port)).toEqual({ consumer: 0, provider: 1 });
    });
  });

  it('the consumer alone has a proxy, which converts', { timeout: TEST_MS }, async () => {
    const { port } = providers.get(to) as { port: number };
    mesh.direct.publish(native, port, { protocol: to, metadata: {}, ...(to === 'bolt' ? { group: 'SOFA' } : {}) });
    await mesh.converting.sidecar.subscribe(native, to, expose);
    try {
      await mesh.found(mesh.converting, native);
      expect(await converted(mesh.converting.egress[from])).toEqual({ consumer: 1, provider: 0 });
    } finally {
      await mesh.converting.sidecar.unsubscribe(native);
      mesh.direct.unpublish(native);
    }
  });
});
