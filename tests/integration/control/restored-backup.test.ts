import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { type MeshClient, openMeshClient } from './mesh-client.ts';

const DATA_ID = 'Alipay.shop:name=com.example.Prices.currency,version=3.0@DRM';

let plane: TestPlane | null = null;
let client: MeshClient | null = null;
const folders: string[] = [];
afterEach(async () => {
  await client?.close();
  await plane?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const write = (value: string, baseVersion: number) =>
  plane?.admin.client.drm.putValue({ body: { dataId: DATA_ID, value, baseVersion } });
const statusOf = async () => plane?.admin.client.drm.getStatus({ query: { dataId: DATA_ID } });
const history = async () => (await plane?.admin.client.drm.listHistory({ query: { dataId: DATA_ID } }))?.items ?? [];

/** A proxy holds version 4, and the disk of the control plane, which is stopped, version 1. */
async function restore() {
  const folder = mkdtempSync(join(tmpdir(), 'weft-restored-'));
  const data = join(folder, 'data');
  const backup = join(folder, 'backup');
  folders.push(folder);
  plane = await startTestPlane({ dataDirectory: data, ruleKinds });
  const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
  const address = plane.plane.grpcAddress ?? '';
  const grpc = { host: '127.0.0.1', port: Number(address.split(':')[1]) };
  await write('"EUR"', 0);
  await plane.stop();
  cpSync(data, backup, { recursive: true });

  plane = await startTestPlane({ dataDirectory: data, grpc, ruleKinds });
  client = openMeshClient({
    address,
    credentials: { accessKey: accessKeyId, secret },
    id: 'p1',
    app: 'shop',
    dataIds: [DATA_ID],
  });
  const { values } = client;
  for (const [index, value] of ['"USD"', '"CHF"', '"YEN"'].entries()) await write(value, index + 1);
  await vi.waitFor(() => expect(values.get(DATA_ID)).toBe('"YEN"'), 20_000);
  await plane.stop();
  rmSync(data, { recursive: true });
  cpSync(backup, data, { recursive: true });
  return { data, grpc, values };
}

test('after an older backup was restored, what is stored reaches proxies that hold higher versions', async () => {
  const { data, grpc, values } = await restore();
  plane = await startTestPlane({ dataDirectory: data, grpc, ruleKinds });
  await vi.waitFor(() => expect(values.get(DATA_ID)).toBe('"EUR"'), 20_000);
  await vi.waitFor(async () => expect(await statusOf()).toMatchObject({ formal: 5, applied: 1, stale: 0 }), 20_000);
  expect((await history())[0]).toMatchObject({
    version: 5,
    operator: 'weft',
    comment: expect.stringContaining('version 4'),
  });
  await write('"GBP"', 5);
  await vi.waitFor(() => expect(values.get(DATA_ID)).toBe('"GBP"'), 20_000);
});

test('a value that was counted up to the very version that a proxy holds reaches it all the same', async () => {
  const { data, grpc, values } = await restore();
  // On another port: the proxy does not see the numbers go by.
  plane = await startTestPlane({ dataDirectory: data, ruleKinds });
  for (const [index, value] of ['"GBP"', '"SEK"', '"NOK"'].entries()) await write(value, index + 1);
  expect((await history())[0]).toMatchObject({ version: 4 });
  expect(values.get(DATA_ID)).toBe('"YEN"');
  await plane.stop();

  plane = await startTestPlane({ dataDirectory: data, grpc, ruleKinds });
  await vi.waitFor(() => expect(values.get(DATA_ID)).toBe('"NOK"'), 20_000);
  await vi.waitFor(async () => expect(await statusOf()).toMatchObject({ formal: 5, applied: 1, stale: 0 }), 20_000);
});
