import type { ApiClient } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type MeshClient, type MeshClientOptions, openMeshClient } from './mesh-client.ts';

/** What the tests of a block have. */
export interface PlaneRig {
  /** There while tests run. */
  readonly plane: TestPlane;
  /** What the administrator may do. */
  readonly api: () => ApiClient['ms'];
  /** A proxy with the key of the first start. */
  readonly proxy: (id: string, app: string, options?: Partial<MeshClientOptions>) => MeshClient;
}

/** One control plane, with every type of rules, for the tests of a block, and proxies that are gone after each of them. */
export function usePlane(): PlaneRig {
  let started: TestPlane | undefined;
  const open: MeshClient[] = [];
  beforeAll(async () => {
    started = await startTestPlane({ ruleKinds });
  });
  afterEach(async () => {
    for (const client of open.splice(0)) await client.close();
  });
  afterAll(() => started?.stop());
  const plane = (): TestPlane => {
    if (started === undefined) throw new Error('the control plane is there while tests run, and not before');
    return started;
  };
  return {
    get plane() {
      return plane();
    },
    api: () => plane().admin.client.ms,
    proxy(id, app, options = {}) {
      const { accessKeyId = '', secret = '' } = plane().plane.seeded ?? {};
      const address = plane().plane.grpcAddress ?? '';
      const client = openMeshClient({ address, credentials: { accessKey: accessKeyId, secret }, id, app, ...options });
      open.push(client);
      return client;
    },
  };
}
