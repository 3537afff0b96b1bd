import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterEach, expect, test } from 'vitest';

let plane: TestPlane | null = null;
const folder = mkdtempSync(join(tmpdir(), 'weft-freeze-'));
afterEach(async () => {
  await plane?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the freeze of a workspace outlives a restart of the control plane, and one that is over does not', async () => {
  const until = new Date(Date.now() + 600_000).toISOString();
  plane = await startTestPlane({ dataDirectory: folder });
  await plane.admin.client.drm.freezeWorkspace({ body: { until, reason: 'peak' } });
  const { since } = await plane.admin.client.drm.getWorkspaceFreeze();
  await plane.stop();
  plane = await startTestPlane({ dataDirectory: folder });
  const kept = { frozen: true, scope: 'workspace', since, until, reason: 'peak', operator: 'admin' };
  expect(await plane.admin.client.drm.getWorkspaceFreeze()).toEqual(kept);
  await plane.admin.client.drm.thawWorkspace();
  await plane.stop();
  plane = await startTestPlane({ dataDirectory: folder });
  expect(await plane.admin.client.drm.getWorkspaceFreeze()).toMatchObject({ frozen: false, scope: null });
});
