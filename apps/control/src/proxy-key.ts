import { renameSync, writeFileSync } from 'node:fs';
import type { Seeded } from '@weft/control';

/** Writes what proxies prove themselves with: readable for its owner only. */
export function writeProxyKey(file: string, seeded: Seeded): void {
  const { accessKeyId, secret, tenantId, workspaceId, instanceId } = seeded;
  const key = { accessKey: accessKeyId, secret, tenant: tenantId, workspace: workspaceId, instanceId };
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify(key, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(fresh, file);
}
