import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startTestPlane } from '@weft/control/testing';
import { expect, test } from 'vitest';

/** States and messages of the components that need the database. */
type Shown = readonly (readonly [state: string, message: string])[];

test('a database that another process holds is said at every place that tells how components are, until it is free again', async () => {
  const plane = await startTestPlane();
  const { osp } = plane.admin.client;
  const shown = async (): Promise<Shown> =>
    (await osp.listComponents()).items
      .filter(({ name }) => name === 'osp' || name === 'drm')
      .map(({ state, message }) => [state, message]);
  const write = () => osp.createUser({ body: { loginName: 'li', role: 'viewer' } });
  const other = new DatabaseSync(join(plane.directory, 'weft.db'));
  try {
    other.exec('BEGIN IMMEDIATE');
    await expect(write()).rejects.toMatchObject({ code: 'STORAGE' });
    const said = expect.stringMatching(/^nothing can be written: another process holds the database; end what else/);
    expect(await shown()).toEqual([
      ['failed', said],
      ['failed', said],
    ]);
    const ready = await fetch(`${plane.baseUrl}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({
        checks: expect.arrayContaining([expect.objectContaining({ name: 'osp.database', ok: false, message: said })]),
      }),
    ]);
    other.exec('ROLLBACK');
    // Nobody has to write for that.
    expect(await shown()).toEqual([
      ['running', ''],
      ['running', ''],
    ]);
    await write();
  } finally {
    other.close();
    await plane.stop();
  }
});
