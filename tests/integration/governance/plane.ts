import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane } from '@weft/control/testing';
import { keep } from '../engine/support.ts';

/** A control plane, and how a proxy of app `demo` finds it. Without types of rules it checks no document. */
export async function startPlane(kinds = ruleKinds) {
  const plane = await startTestPlane({ ruleKinds: kinds });
  keep({ close: () => plane.stop() });
  const keyFile = path.join(plane.directory, 'key-of-the-test.json');
  const { accessKeyId: accessKey, secret } = plane.plane.seeded ?? {};
  const key = { accessKey, secret, tenant: 'ANTCLOUD', workspace: 'sit', instanceId: '000001' };
  writeFileSync(keyFile, JSON.stringify(key), { mode: 0o600 });
  const mesh = {
    app: 'demo',
    discovery: { address: '127.0.0.1:0' },
    control: { address: plane.plane.grpcAddress, key_file: keyFile },
  };
  return { plane, client: plane.admin.client, mesh };
}
