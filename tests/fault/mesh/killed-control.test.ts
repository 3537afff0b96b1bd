/** What a control plane that is killed with SIGKILL loses: of figures the seconds since they were written, of answers nothing. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ApiClient, createApiClient } from '@weft/api';
import { takeToken } from '@weft/cli';
import { afterAll, expect, test } from 'vitest';
import { BOUNDS_MS, type MeshClient, openMeshClient } from '../../integration/control/mesh-client.ts';
import { freePort } from '../../support/ports.ts';
import { Program } from './processes.ts';
import { until } from './waiting.ts';

const SERVICE = 'details.bookinfo:9080@Http1';
const SOON_MS = 60_000;
const directory = mkdtempSync(path.join(tmpdir(), 'weft-mesh-killed-'));
const data = path.join(directory, 'control');
const closing: (() => Promise<unknown> | unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(directory, { recursive: true, force: true });
});

async function startControl(name: string, http: number, grpc: number) {
  const program = Program.weft(
    name,
    [
      'up',
      '--data',
      data,
      '--listen',
      `127.0.0.1:${http}`,
      '--grpc',
      `127.0.0.1:${grpc}`,
      '--drm-query',
      'off',
      '--json',
    ],
    directory,
  );
  closing.push(() => program.kill());
  return { program, answer: await program.up() };
}

const report = (proxy: MeshClient, requests: number): void =>
  proxy.report([
    {
      direction: 'inbound',
      sourceApp: 'front',
      targetApp: 'details',
      service: SERVICE,
      method: '',
      protocol: 'Http1',
      requests,
      errors: 0,
      rejected: 0,
      durationMsSum: requests * 15,
      histogram: BOUNDS_MS.map((bound) => (bound === 20 ? requests : 0)).concat(0),
    },
  ]);

const counted = async (client: ApiClient): Promise<number> =>
  (await client.ms.getTopology()).nodes.find(({ id }) => id === 'app:details')?.requests ?? 0;

/** Rows of figures that are in the database. */
function written(): number {
  const database = new DatabaseSync(path.join(data, 'weft.db'), { readOnly: true });
  try {
    return Number(database.prepare('SELECT count(*) AS rows FROM t_figure_chunk').get()?.['rows']);
  } finally {
    database.close();
  }
}

test('a killed control plane loses the figures since they were written last, and no rule that it answered for', async () => {
  mkdirSync(data, { mode: 0o700 });
  const [http, grpc] = [await freePort(), await freePort()];
  const { program, answer } = await startControl('first', http, grpc);
  const endpoint = `http://127.0.0.1:${http}`;
  const { token } = await takeToken({
    endpoint,
    loginName: 'admin',
    password: String(answer['oneTimePassword']),
    newPassword: async () => 'a password of tests 4',
    tokenName: 'killed',
  });
  const client = createApiClient({ baseUrl: endpoint, token });
  const credentials = JSON.parse(readFileSync(path.join(data, 'proxy-key.json'), 'utf8')) as {
    accessKey: string;
    secret: string;
  };
  const proxy = openMeshClient({ address: `127.0.0.1:${grpc}`, credentials, id: 'details-1', app: 'details' });
  closing.push(() => proxy.close());
  report(proxy, 100);
  await until('the first are counted', SOON_MS, async () => (await counted(client)) === 100);
  await until('the first are written', SOON_MS, () => written() > 0);

  report(proxy, 50);
  await until('more are counted', SOON_MS, async () => (await counted(client)) === 150);
  const body = { name: 'kept', app: 'details', services: [SERVICE], spec: { threshold: 7 } };
  const { ruleDbId } = await client.ms.createLimitRule({ body });
  await program.kill();

  await startControl('second', http, grpc);
  // What was written is there; of the rest what the next writing happened to take.
  const after = await counted(client);
  expect([100, 150]).toContain(after);
  console.log(`150 requests counted, 100 of them written before SIGKILL: ${after} are there after it`);
  expect(await client.ms.getLimitRule({ params: { id: ruleDbId } })).toMatchObject({ name: 'kept', version: 1 });
  report(proxy, 10);
  await until('counting goes on', SOON_MS, async () => (await counted(client)) === after + 10);
}, 240_000);
