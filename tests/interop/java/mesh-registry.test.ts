import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { sidecarPorts } from '../../fault/mesh/ports.ts';
import { Program } from '../../fault/mesh/processes.ts';
import { Sidecar } from '../../fault/mesh/sidecar.ts';
import { until } from '../../fault/mesh/waiting.ts';
import { freePort } from '../../support/ports.ts';
import { type Application, build, startConsumer, startProvider } from './applications.ts';
import { sofa } from './frameworks.ts';

const CALLS = 1000;
const BUILD_LIMIT_MS = 600_000;
const FOUND_MS = 30_000;
/** Written into SOFARPC's client: of what the registry answers, it takes the parameters and not the port. */
const SOFA_EGRESS = 12_220;
const DATA_ID = 'org.example.orders.OrderService:1.0@DEFAULT';

const folder = mkdtempSync(path.join(tmpdir(), 'weft-mesh-registry-'));
const sidecars: Sidecar[] = [];
let control: Program;
let provider: Application;
let consumer: Application;
let near: Sidecar;

/** The registry client of SOFARPC's own, with the local API of a proxy as its registry: nothing publishes or subscribes for them. */
beforeAll(async () => {
  const built = await build(sofa('5.13.2').edition);
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
  for (const app of ['shop', 'orders']) {
    const sidecar = new Sidecar(
      app,
      app,
      app === 'shop' ? { ...(await sidecarPorts()), boltEgress: SOFA_EGRESS } : await sidecarPorts(),
      folder,
    );
    sidecars.push(sidecar);
    await sidecar.start({ grpc, keyFile: path.join(data, 'proxy-key.json') });
  }
  const [calling, serving] = sidecars as [Sidecar, Sidecar];
  near = calling;
  provider = await startProvider(built, serving.ports.boltApp, [`mesh:127.0.0.1:${serving.ports.api}`]);
  consumer = await startConsumer(built);
}, BUILD_LIMIT_MS);

afterAll(async () => {
  await consumer?.stop();
  await provider?.stop();
  for (const sidecar of sidecars) await sidecar.kill();
  await control?.kill();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(({ task }) => {
  if (task.result?.state === 'fail')
    for (const log of [provider.log, consumer.log, ...sidecars.map((one) => one.log())]) process.stderr.write(log);
});

it('publishes and subscribes through the proxies, and calls through both', async () => {
  const registry = `mesh:127.0.0.1:${near.ports.api}`;
  await until('the first call', FOUND_MS, async () => {
    const answer = await consumer.ask(`${registry} echo a`);
    if (answer !== 'ok a') throw new Error(answer);
    return true;
  });
  expect(await consumer.ask(`${registry} many ${CALLS}`)).toBe(`ok ${CALLS}`);
  expect(await near.endpoints(DATA_ID)).toMatchObject({ endpoints: 1 });
});
