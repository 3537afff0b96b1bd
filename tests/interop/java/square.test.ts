import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sidecarPorts } from '../../fault/mesh/ports.ts';
import { Program } from '../../fault/mesh/processes.ts';
import { Sidecar } from '../../fault/mesh/sidecar.ts';
import { until } from '../../fault/mesh/waiting.ts';
import { metric } from '../../support/metrics.ts';
import { freePort } from '../../support/ports.ts';
import { type Application, build, startConsumer, startProvider } from './applications.ts';
import { dubbo2, type Framework, feign, sofa, triple } from './frameworks.ts';
import { Hops } from './hops.ts';

const CALLS = 1000;
const BUILD_LIMIT_MS = 600_000;
const FOUND_MS = 60_000;
const HTTP_NAME = 'orders.example:80';

interface Side {
  readonly framework: Framework;
  /** dataId under which the service is published. */
  readonly dataId: string;
}

const SIDES: readonly Side[] = [
  { framework: sofa('5.13.2'), dataId: 'org.example.orders.OrderService:1.0@DEFAULT' },
  { framework: dubbo2('2.7.23'), dataId: 'org.example.orders.OrderService:1.0:blue@dubbo' },
  { framework: triple('3.3.5'), dataId: 'org.example.orders.OrderService:1.0:blue@tri' },
  { framework: feign('2025.0.3', '3.5.16'), dataId: `${HTTP_NAME}@Http1` },
];

describe.each(SIDES)('$framework.name', ({ framework, dataId }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-square-'));
  const sidecars: Sidecar[] = [];
  let control: Program;
  let hops: Hops;
  let provider: Application;
  let consumer: Application;
  let providerPort: number;
  /** Where the proxy of the consumer that was made by discovery takes its calls. */
  let egress = 0;
  let ingress = 0;

  beforeAll(async () => {
    const built = await build(framework.edition);
    providerPort = await freePort();
    provider = await startProvider(built, providerPort, framework.providerArguments);
    hops = await Hops.open(framework, providerPort);
    const [near, far] = await startMesh();
    const isHttp = framework.protocol === 'Http1';
    const proxyOf = ['-Dhttp.proxyHost=127.0.0.1', `-Dhttp.proxyPort=${near.ports.httpEgress}`];
    consumer = await startConsumer(built, framework.consumerArguments, isHttp ? proxyOf : []);
    await far.publish(dataId, framework.protocol, providerPort);
    await near.subscribe(dataId, framework.protocol);
    await until('the provider is found', FOUND_MS, async () => (await near.endpoints(dataId)).endpoints === 1);
  }, BUILD_LIMIT_MS);

  afterAll(async () => {
    await consumer?.stop();
    await provider?.stop();
    await hops?.close();
    for (const sidecar of sidecars) await sidecar.kill();
    await control?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(({ task }) => {
    if (task.result?.state === 'fail')
      for (const log of [hops.log(), ...sidecars.map((one) => one.log())]) process.stderr.write(log);
  });

  /** A control plane, the proxy of the consumer and that of the provider, as `weft init --sidecar` configures them. */
  async function startMesh(): Promise<readonly [near: Sidecar, far: Sidecar]> {
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
    const [near, far] = [await sidecar('shop'), await sidecar('orders')];
    await Promise.all([near, far].map((one) => one.start({ grpc, keyFile: path.join(data, 'proxy-key.json') })));
    return [near, far];
  }

  async function sidecar(app: string): Promise<Sidecar> {
    const ports = await sidecarPorts();
    const rpc = { ingress: await freePort(), egress: await freePort(), app: providerPort };
    const made = new Sidecar(app, app, ports, folder, framework.protocol === 'tri' ? { triple: rpc } : { dubbo: rpc });
    sidecars.push(made);
    const { protocol } = framework;
    const [out, into] =
      protocol === 'bolt'
        ? [ports.boltEgress, ports.boltIngress]
        : protocol === 'Http1'
          ? [ports.httpEgress, ports.httpIngress]
          : [rpc.egress, rpc.ingress];
    if (app === 'shop') egress = out;
    else ingress = into;
    return made;
  }

  const many = (address: string | number): Promise<string> => consumer.ask(`${address} many ${CALLS}`);

  it('neither side has a proxy', async () => {
    expect(await many(providerPort)).toBe(`ok ${CALLS}`);
  });

  it('the consumer alone, routes in a file', async () => {
    expect(await many(hops.port('alone'))).toBe(`ok ${CALLS}`);
    expect(await metric(hops.outer, 'downstream_request_total', { listener: 'alone' })).toBe(CALLS);
  });

  it('the provider alone, routes in a file', async () => {
    expect(await many(hops.innerPort('served'))).toBe(`ok ${CALLS}`);
  });

  it('both, routes in a file', async () => {
    expect(await many(hops.port('served'))).toBe(`ok ${CALLS}`);
  });

  it('both, found by discovery', async () => {
    expect(await many(framework.protocol === 'Http1' ? HTTP_NAME : egress)).toBe(`ok ${CALLS}`);
  });

  it('the provider alone, published', async () => {
    expect(await many(ingress)).toBe(`ok ${CALLS}`);
  });
});
