import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { startProxy } from '../../support/proxy.ts';

it('a proxy that does not start leaves no folder behind', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-support-'));
  vi.stubEnv('TMPDIR', folder);
  try {
    await expect(startProxy({ servers: 'none' })).rejects.toThrow(/ended with 78/);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  }
});
