/** Switches of the lists of authorization rules, and that such a rule is off before it is deleted. */
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { ruleDataId } from '@weft/schema/data-id';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type MeshClient, openMeshClient } from './mesh-client.ts';

const APP = 'details';
const SERVICE = 'details.bookinfo:9080@Http1';
const OTHER = 'details.bookinfo:9081@Http1';
const DATA_ID = ruleDataId('AUTH', APP);
const PATIENCE = { timeout: 20_000 };

describe('lists of authorization rules', () => {
  let plane: TestPlane;
  let proxy: MeshClient;
  let white = 0;
  beforeAll(async () => {
    plane = await startTestPlane({ ruleKinds });
    const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
    const address = plane.plane.grpcAddress ?? '';
    proxy = openMeshClient({
      address,
      credentials: { accessKey: accessKeyId, secret },
      id: 'd1',
      app: APP,
      dataIds: [DATA_ID],
    });
    const rule = (name: string, type: 'WHITELIST' | 'BLACKLIST', services: string[]) =>
      api().createAuthRule({ body: { name, app: APP, services, enabled: true, spec: { type } } });
    white = (await rule('readers', 'WHITELIST', [SERVICE, OTHER])).ruleDbId;
    await rule('stranger', 'BLACKLIST', [SERVICE]);
  });
  afterAll(async () => {
    await proxy?.close();
    await plane?.stop();
  });

  const api = () => plane.admin.client.ms;
  /** Switches of the entries that the proxy has, white then black. */
  const switches = (): Record<string, [boolean, boolean]> =>
    Object.fromEntries(
      (
        JSON.parse(proxy.values.get(DATA_ID) ?? '{"rbacRules":[]}').rbacRules as {
          service: string;
          whiteListEnabled: boolean;
          blackListEnabled: boolean;
        }[]
      ).map((entry) => [entry.service, [entry.whiteListEnabled, entry.blackListEnabled]]),
    );
  const ask = async (): Promise<string> => {
    const { verdict } = await api().simulateRules({
      body: { type: 'auth', direction: 'SERVER', app: APP, service: SERVICE, httpPath: '/details/0' },
    });
    return verdict;
  };

  test('act where nobody has switched them, and off ones do not; proxies and simulations know', async () => {
    await vi.waitFor(() => expect(switches()).toEqual({ [SERVICE]: [true, true], [OTHER]: [true, false] }), PATIENCE);
    // Everybody is in both lists: the black one has the say.
    expect(await ask()).toBe('reject');
    const off = await api().switchAuthLists({ body: { app: APP, service: SERVICE, blackListEnabled: false } });
    expect(off).toMatchObject({
      whiteListEnabled: true,
      blackListEnabled: false,
      blackListRules: 1,
      modifiedBy: 'admin',
      warnings: [`the blacklist of ${SERVICE} is switched off: rules in it do not act there`],
    });
    await vi.waitFor(() => expect(switches()).toEqual({ [SERVICE]: [true, false], [OTHER]: [true, false] }), PATIENCE);
    expect(await ask()).toBe('pass');
    await api().switchAuthLists({ body: { app: APP, service: OTHER, whiteListEnabled: false } });
    await vi.waitFor(() => expect(switches()).toEqual({ [SERVICE]: [true, false], [OTHER]: [false, false] }), PATIENCE);
    const { items } = await api().listAuthLists();
    expect(items.map((item) => [item.service, item.whiteListEnabled, item.blackListEnabled])).toEqual([
      [SERVICE, true, false],
      [OTHER, false, true],
    ]);
    const { warnings } = await api().getAuthRule({ params: { id: white } });
    expect(warnings).toContain(`the whitelist of ${OTHER} is switched off: rules in it do not act there`);
    const { items: changes } = await api().listChanges({ query: { object: 'lists of' } });
    expect(changes[0]).toMatchObject({ operation: 'switch', summary: `lists of ${APP} ${OTHER}: whitelist off` });
    const { items: rows } = await plane.admin.client.osp.listAudit({ query: { action: 'ms.switchAuthLists' } });
    expect(rows[0]).toMatchObject({ object: `lists of ${APP} ${OTHER}`, actor: 'admin', result: 'OK' });
  });

  test('of what nobody knows are told apart, and go away when they are on again', async () => {
    const place = { app: 'nosuch', service: 'nosuch@Http1' };
    const off = await api().switchAuthLists({ body: { ...place, whiteListEnabled: false } });
    expect(off.warnings).toEqual(['no proxy of an app nosuch is known here', 'nobody provides or calls nosuch@Http1']);
    const listed = async () => (await api().listAuthLists({ query: { app: place.app } })).items;
    expect(await listed()).toMatchObject([{ ...place, whiteListEnabled: false, warnings: off.warnings }]);
    await api().switchAuthLists({ body: { ...place, blackListEnabled: false } });
    await api().switchAuthLists({ body: { ...place, whiteListEnabled: true } });
    expect(await listed()).toMatchObject([{ whiteListEnabled: true, blackListEnabled: false }]);
    await api().switchAuthLists({ body: { ...place, blackListEnabled: true } });
    expect(await listed()).toEqual([]);
    // Of an app that has a proxy, only the service is unknown; of the whole app nothing is.
    const known = await api().switchAuthLists({ body: { app: APP, service: '*', blackListEnabled: true } });
    expect(known.warnings).toEqual([]);
  });

  test('stay as they are when a rule of theirs changes, and when the control plane starts again', async () => {
    await api().disableAuthRule({ params: { id: white } });
    await api().enableAuthRule({ params: { id: white } });
    await vi.waitFor(() => expect(switches()).toEqual({ [SERVICE]: [true, false], [OTHER]: [false, false] }), PATIENCE);
    await proxy.close();
    await plane.plane.stop();
    const again = await startTestPlane({ ruleKinds, dataDirectory: plane.directory });
    try {
      const { items } = await again.admin.client.ms.listAuthLists({ query: { app: APP } });
      expect(items.map((item) => item.whiteListEnabled)).toEqual([true, false]);
      // A rule that is on stays.
      const params = { id: white };
      await expect(again.admin.client.ms.deleteAuthRule({ params })).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining('switch it off first'),
      });
      await again.admin.client.ms.disableAuthRule({ params });
      expect((await again.admin.client.ms.listAuthLists()).items[0]?.warnings).toEqual([
        `the whitelist of ${SERVICE} has no rule that is on: everybody may call`,
        `the blacklist of ${SERVICE} is switched off: rules in it do not act there`,
      ]);
      await again.admin.client.ms.deleteAuthRule({ params });
      const developer = await again.createUser('developer', 'reads-lists');
      const body = { app: APP, service: SERVICE, blackListEnabled: true };
      await expect(developer.client.ms.switchAuthLists({ body })).rejects.toMatchObject({ status: 403 });
      await expect(
        again.admin.client.ms.switchAuthLists({ body: { app: APP, service: SERVICE } }),
      ).rejects.toMatchObject({ status: 400 });
    } finally {
      await again.stop();
    }
  });
});
