import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type ApiClient, ApiError, createApiClient, type Session } from '@weft/api';
import { createRandom } from '@weft/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./plane-process.ts', import.meta.url));
const PASSWORD = 'a password of tests';
const dataId = (index: number): string => `Alipay.shop:name=com.example.Prices.v${index},version=3.0@DRM`;

interface Started {
  readonly url: string;
  readonly seeded: { readonly oneTimePassword: string } | null;
}

describe('what was acknowledged', () => {
  let directory = '';
  let child: ChildProcess;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'weft-durable-'));
  });
  afterEach(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(...args: string[]): Promise<Started> {
    child = spawn(process.execPath, ['--conditions=@weft/source', PROGRAM, directory, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> });
    const [line] = (await once(lines, 'line')) as [string];
    return JSON.parse(line) as Started;
  }

  async function logIn({ url, seeded }: Started): Promise<ApiClient> {
    const attempt = async (password: string): Promise<ApiClient> => {
      const response = await fetch(`${url}/openapi/v1/osp/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ loginName: 'admin', password }),
      });
      const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      const { csrfToken } = (await response.json()) as Session;
      return createApiClient({
        baseUrl: url,
        csrfToken: () => csrfToken,
        fetch: (input, init) => fetch(input, { ...init, headers: [...new Headers(init?.headers), ['cookie', cookie]] }),
      });
    };
    if (seeded === null) return attempt(PASSWORD);
    const client = await attempt(seeded.oneTimePassword);
    await client.osp.changeOwnPassword({ body: { currentPassword: seeded.oneTimePassword, newPassword: PASSWORD } });
    return client;
  }

  test('is there after kill -9 in the middle of a thousand writes, with its audit rows', async () => {
    const random = createRandom(20_260_101);
    const acknowledged = new Set<number>();
    let next = 0;
    for (let round = 0; round < 2; round++) {
      const client = await logIn(await start());
      const killAt = acknowledged.size + 100 + random.below(200);
      const writer = async (): Promise<void> => {
        while (next < 1000) {
          const index = next++;
          try {
            await client.drm.putValue({ body: { dataId: dataId(index), value: String(index), baseVersion: 0 } });
          } catch (error) {
            if (error instanceof ApiError && error.code === 'NO_ANSWER') return;
            throw error;
          }
          acknowledged.add(index);
          if (acknowledged.size === killAt) child.kill('SIGKILL');
        }
      };
      const gone = once(child, 'exit');
      await Promise.all(Array.from({ length: 8 }, writer));
      expect((await gone)[1]).toBe('SIGKILL');
    }
    const client = await logIn(await start());
    while (next < 1000) {
      const index = next++;
      await client.drm.putValue({ body: { dataId: dataId(index), value: String(index), baseVersion: 0 } });
      acknowledged.add(index);
    }
    const values = new Set<string>();
    for (let page = 1; page <= 2; page++)
      for (const { dataId: id } of (await client.drm.listResources({ query: { size: 500, page } })).items)
        values.add(id);
    expect([...acknowledged].filter((index) => !values.has(dataId(index)))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(980);
    const { total } = await client.osp.listAudit({ query: { action: 'drm.putValue' } });
    expect(total).toBeGreaterThanOrEqual(acknowledged.size);
    expect(await client.osp.verifyAudit()).toMatchObject({ firstBrokenId: null });
  });

  test('is still served when the disk is full: reading goes on, writing says so, nothing is half done', async () => {
    const client = await logIn(await start('150'));
    const filler = 'x'.repeat(100_000);
    let written = 0;
    let refused: unknown;
    while (refused === undefined && written < 100) {
      try {
        await client.drm.putValue({ body: { dataId: dataId(written), value: `${written}${filler}`, baseVersion: 0 } });
        written++;
      } catch (error) {
        refused = error;
      }
    }
    expect(refused).toMatchObject({ status: 503, code: 'STORAGE', retryAfterSeconds: 5 });
    expect(written).toBeGreaterThan(0);
    expect((await client.drm.listResources()).total).toBe(written);
    expect((await client.drm.getValue({ query: { dataId: dataId(0) } })).value).toHaveLength(100_001);
    expect(await client.osp.verifyAudit()).toMatchObject({ firstBrokenId: null });
  });

  test('is still served while another process holds the database; writes go on afterwards', async () => {
    const client = await logIn(await start());
    await client.drm.putValue({ body: { dataId: dataId(1), value: '1', baseVersion: 0 } });
    const other = new DatabaseSync(join(directory, 'weft.db'));
    other.exec('BEGIN IMMEDIATE');
    await expect(
      client.drm.putValue({ body: { dataId: dataId(1), value: '2', baseVersion: 1 } }),
    ).rejects.toMatchObject({ status: 503, code: 'STORAGE' });
    expect((await client.drm.getValue({ query: { dataId: dataId(1) } })).value).toBe('1');
    other.exec('COMMIT');
    other.close();
    expect(await client.drm.putValue({ body: { dataId: dataId(1), value: '2', baseVersion: 1 } })).toMatchObject({
      version: 2,
    });
  });
});
