import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, sidecarPorts } from '../../fault/mesh/ports.ts';
import { Program } from '../../fault/mesh/processes.ts';
import { Sidecar } from '../../fault/mesh/sidecar.ts';
import { until } from '../../fault/mesh/waiting.ts';
import { type MeshClient, openMeshClient } from '../../integration/control/mesh-client.ts';
import { sumOf } from '../../support/metrics.ts';
import { type Application, build, startConsumer, startProvider } from './applications.ts';
import { dubbo2, type Framework, feign, sofa, triple } from './frameworks.ts';
import { ORDERS, provided, SERVICE } from './orders-mapping.ts';

const BUILD_LIMIT_MS = 600_000;
const FOUND_MS = 60_000;
const TEST_MS = 120_000;

type Spoken = Framework['protocol'];

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
/** Every way out of a protocol on one listener: the route says which of them a call takes. */
const FILTERS: Readonly<Record<Spoken, object>> = {
  Http1: transcoders(
    ['http_dubbo', { mappings: [provided('1.0', 'blue')] }],
    ['http_bolt', { mappings: [provided('1.0', '')] }],
  ),
  dubbo: transcoders(['dubbo_http', { mappings: [orders] }], ['dubbo_tri', {}], ['dubbo_bolt', { services: toSofa }]),
  bolt: transcoders(['bolt_http', { mappings: [orders] }], ['bolt_dubbo', { services: toDubbo }]),
  tri: transcoders(['tri_dubbo', {}]),
};

function transcoders(...rules: readonly (readonly [type: string, config: object])[]): object {
  return {
    type: 'transcoder',
    config: { max_body_bytes: '4MiB', rules: rules.map(([type, config]) => ({ rule_info: { type, config } })) },
  };
}

const listenerOf = (protocol: Spoken, side: 'ingress' | 'egress'): string =>
  `${protocol === 'Http1' ? 'http' : protocol}_${side}`;
const filtersOn = (side: 'ingress' | 'egress'): Record<string, readonly object[]> =>
  Object.fromEntries(
    (Object.keys(FILTERS) as Spoken[]).map((protocol) => [listenerOf(protocol, side), [FILTERS[protocol]]]),
  );

const folder = mkdtempSync(path.join(tmpdir(), 'weft-discovered-conversion-'));
const sidecars: Sidecar[] = [];
const applications: Application[] = [];
const providers = new Map<Spoken, { readonly application: Application; readonly port: number }>();
/** Consumers by the HTTP proxy that their JVM has; '' for those that need none. */
const consumers = new Map<string, Application>();
let control: Program;
let direct: MeshClient;
/** The proxies of two consumers, one that converts and one that does not, and that of the provider. */
let converting: Meshed;
let plain: Meshed;
let far: Meshed;

interface Meshed {
  readonly sidecar: Sidecar;
  readonly egress: Readonly<Record<Spoken, number>>;
  readonly ingress: Readonly<Record<Spoken, number>>;
}

async function startSidecar(
  control: { readonly grpc: string; readonly keyFile: string },
  app: string,
  filters: Readonly<Record<string, readonly object[]>>,
): Promise<Meshed> {
  const ports = await sidecarPorts();
  const [dubbo, tri] = [await rpcPorts(), await rpcPorts()];
  const sidecar = new Sidecar(app, app, ports, folder, { dubbo, triple: tri }, filters);
  sidecars.push(sidecar);
  await sidecar.start(control);
  return {
    sidecar,
    egress: { Http1: ports.httpEgress, bolt: ports.boltEgress, dubbo: dubbo.egress, tri: tri.egress },
    ingress: { Http1: ports.httpIngress, bolt: ports.boltIngress, dubbo: dubbo.ingress, tri: tri.ingress },
  };
}

const rpcPorts = async () => ({ ingress: await freePort(), egress: await freePort(), app: await freePort() });

beforeAll(async () => {
  const data = path.join(folder, 'control');
  mkdirSync(data, { mode: 0o700 });
  const grpc = `127.0.0.1:${await freePort()}`;
  control = Program.weft(
    'control',
    [
      ...['up', '--data', data, '--listen', `127.0.0.1:${await freePort()}`, '--grpc', grpc],
      ...['--drm-query', 'off', '--json'],
    ],
    folder,
  );
  await control.up();
  const keyFile = path.join(data, 'proxy-key.json');
  converting = await startSidecar({ grpc, keyFile }, 'shop', filtersOn('egress'));
  plain = await startSidecar({ grpc, keyFile }, 'kiosk', {});
  far = await startSidecar({ grpc, keyFile }, 'orders', filtersOn('ingress'));
  direct = openMeshClient({
    address: grpc,
    credentials: JSON.parse(readFileSync(keyFile, 'utf8')),
    id: 'direct',
    app: 'orders',
    ip: '127.0.0.1',
  });
  for (const { edition, protocol, providerArguments } of Object.values(FRAMEWORKS)) {
    const port = await freePort();
    const application = await startProvider(await build(edition), port, providerArguments);
    applications.push(application);
    providers.set(protocol, { application, port });
  }
}, BUILD_LIMIT_MS);

afterAll(async () => {
  await direct?.close();
  for (const application of applications) await application.stop();
  for (const sidecar of sidecars) await sidecar.kill();
  await control?.kill();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(({ task }) => {
  if (task.result?.state === 'fail')
    for (const log of [...sidecars.map((one) => one.log()), ...applications.map((one) => one.log)])
      process.stderr.write(log);
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

const conversions = async ({ sidecar }: Meshed): Promise<number> => {
  const response = await fetch(`http://127.0.0.1:${sidecar.ports.metrics}/metrics`);
  return sumOf(await response.text(), 'weft_proxy_conversions_total');
};

const CALLS: readonly (readonly [command: string, answer: string])[] = [
  ['echo hi', 'ok hi'],
  ['plus 40 2', 'ok 42'],
  ['group', 'ok 2'],
  ['size 100000', 'ok 100000'],
  ['large 100000', 'ok 100000'],
  ['many 100', 'ok 100'],
];
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
  ): Promise<{ readonly consumer: number; readonly provider: number }> {
    const consumer = await consumerOf(from, port);
    await until('the first call', FOUND_MS, async () => {
      const answer = await consumer.ask(`${address} echo first`);
      if (answer !== 'ok first') throw new Error(answer);
      return true;
    });
    const before = [await conversions(converting), await conversions(plain), await conversions(far)] as const;
    for (const [command, answer] of CALLS) expect(await consumer.ask(`${address} ${command}`), command).toBe(answer);
    // The other direction of the exception of the contract: callers of HTTP have a status for it.
    if (from !== 'Http1') expect(await consumer.ask(`${address} fail sold`)).toMatch(/^OutOfStockException sold /);
    const calls = CALL_COUNT + (from === 'Http1' ? 0 : 1);
    const after = [await conversions(converting), await conversions(plain), await conversions(far)] as const;
    return {
      consumer: (after[0] - before[0] + after[1] - before[1]) / calls,
      provider: (after[2] - before[2]) / calls,
    };
  }

  const published = async (meshed: Meshed, dataId: string): Promise<void> => {
    await until(dataId, FOUND_MS, async () => (await meshed.sidecar.endpoints(dataId)).endpoints === 1);
  };

  describe('the provider has a proxy', () => {
    beforeAll(async () => {
      const { port } = providers.get(to) as { port: number };
      await far.sidecar.publish(native, to, port, expose);
    });

    afterAll(() => far.sidecar.unpublish(native));

    afterEach(async () => {
      for (const one of [converting, plain]) await one.sidecar.unsubscribe(foreign);
    });

    it('that of the consumer converts where it can', { timeout: TEST_MS }, async () => {
      await converting.sidecar.subscribe(foreign, from);
      await published(converting, foreign);
      expect(await converted(converting.egress[from])).toEqual({ consumer: 1, provider: 0 });
    });

    it('that of the provider converts where the other cannot', { timeout: TEST_MS }, async () => {
      await plain.sidecar.subscribe(foreign, from);
      await published(plain, foreign);
      expect(await converted(plain.egress[from])).toEqual({ consumer: 0, provider: 1 });
    });

    it('that of the provider converts where the consumer has none', { timeout: TEST_MS }, async () => {
      const { [from]: port } = far.ingress;
      // An address, as a registry would have given it.
      expect(await converted(port, port)).toEqual({ consumer: 0, provider: 1 });
    });
  });

  it('the consumer alone has a proxy, which converts', { timeout: TEST_MS }, async () => {
    const { port } = providers.get(to) as { port: number };
    direct.publish(native, port, { protocol: to, metadata: {}, ...(to === 'bolt' ? { group: 'SOFA' } : {}) });
    await converting.sidecar.subscribe(native, to, expose);
    try {
      await published(converting, native);
      expect(await converted(converting.egress[from])).toEqual({ consumer: 1, provider: 0 });
    } finally {
      await converting.sidecar.unsubscribe(native);
      direct.unpublish(native);
    }
  });
});
