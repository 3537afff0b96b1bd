import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  createApiClient,
  drm,
  isPermitted,
  isWrite,
  ms,
  osp,
  ROLES,
  type RoleName,
  type RouteContract,
  registry,
  routeUrl,
} from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const VALUE = 'Alipay.shop:name=com.example.Prices.currency,version=3.0@DRM';

describe('who may do what', () => {
  let test_: TestPlane;
  beforeAll(async () => {
    test_ = await startTestPlane();
  });
  afterAll(() => test_.stop());

  test('the one-time password opens nothing but its own change', async () => {
    const { user, oneTimePassword } = await test_.admin.client.osp.createUser({
      body: { loginName: 'fresh', role: 'viewer' },
    });
    expect(user.mustChangePassword).toBe(true);
    const { client } = await test_.logIn('fresh', oneTimePassword);
    await expect(client.osp.listTokens()).rejects.toMatchObject({ status: 403, code: 'PASSWORD_CHANGE' });
    await expect(
      client.osp.changeOwnPassword({ body: { currentPassword: 'wrong', newPassword: 'x'.repeat(12) } }),
    ).rejects.toMatchObject({ code: 'BAD_LOGIN' });
    const session = await client.osp.changeOwnPassword({
      body: { currentPassword: oneTimePassword, newPassword: 'a much longer one' },
    });
    expect(session.mustChangePassword).toBe(false);
    await client.osp.listTokens();
    await expect(test_.logIn('fresh', oneTimePassword)).rejects.toThrow(/401/);
  });

  test('no user has the name under which the control plane acts by itself', async () => {
    for (const loginName of ['weft', 'Weft'])
      await expect(test_.admin.client.osp.createUser({ body: { loginName } })).rejects.toMatchObject({
        code: 'INVALID',
        fields: [{ path: '/loginName' }],
      });
  });

  test('a session needs its CSRF token to change something, and ends with logout', async () => {
    const { loggedIn } = await test_.createUser('viewer', 'leaver');
    const bare = createApiClient({ baseUrl: test_.baseUrl, fetch: loggedIn.fetch });
    await bare.osp.getSession();
    await expect(bare.osp.createToken({ body: { name: 'x' } })).rejects.toMatchObject({ status: 403, code: 'CSRF' });
    const forged = createApiClient({
      baseUrl: test_.baseUrl,
      fetch: loggedIn.fetch,
      csrfToken: () => test_.admin.session.csrfToken,
    });
    await expect(forged.osp.createToken({ body: { name: 'x' } })).rejects.toMatchObject({ code: 'CSRF' });
    await loggedIn.client.osp.logout();
    await expect(bare.osp.getSession()).rejects.toMatchObject({ status: 401, code: 'SESSION_ENDED' });
  });

  test('a revoked token and a disabled user are refused at once', async () => {
    const { client, loggedIn } = await test_.createUser('viewer', 'revoked');
    const { items } = await client.osp.listTokens();
    await client.osp.deleteToken({ params: { tokenId: items[0]?.tokenId ?? '' } });
    await expect(client.osp.getSession()).rejects.toMatchObject({ status: 401, code: 'TOKEN_REVOKED' });
    const { user } = await loggedIn.client.osp.getSession();
    await test_.admin.client.osp.updateUser({ params: { userId: user.userId }, body: { status: 'DISABLED' } });
    await expect(loggedIn.client.osp.getSession()).rejects.toMatchObject({ status: 401 });
    await expect(test_.logIn('revoked', 'revoked has a long password')).rejects.toThrow(/401/);
  });

  test('wrong passwords make a name wait where they come from, and tell nobody whether it exists', async () => {
    const { user } = await test_.admin.client.osp.createUser({ body: { loginName: 'locked', role: 'viewer' } });
    const attempt = async (loginName: string, i: number): Promise<string> => {
      const response = await fetch(`${test_.baseUrl}/openapi/v1/osp/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ loginName, password: `wrong ${i}` }),
      });
      return ((await response.json()) as { code: string }).code;
    };
    for (const loginName of ['locked', 'nobody']) {
      const codes: string[] = [];
      for (let i = 0; i < 6; i++) codes.push(await attempt(loginName, i));
      expect([loginName, ...codes]).toEqual([loginName, ...Array(5).fill('BAD_LOGIN'), 'LOCKED_OUT']);
    }
    const { items } = await test_.admin.client.osp.listAudit({ query: { actor: 'locked', action: 'osp.login' } });
    expect(items.map(({ result, diff }) => [result, diff])).toContainEqual(['REFUSED', { code: 'LOCKED_OUT' }]);
    const { oneTimePassword } = await test_.admin.client.osp.resetPassword({ params: { userId: user.userId } });
    // From elsewhere nothing was wrong: whoever guesses does not lock the owner out.
    const { gateway } = test_.plane;
    const elsewhere = await gateway.app.inject({
      method: 'POST',
      url: '/openapi/v1/osp/login',
      remoteAddress: '127.0.0.2',
      payload: { loginName: 'locked', password: oneTimePassword },
    });
    expect(elsewhere.statusCode).toBe(200);
    await test_.logIn('locked', oneTimePassword);
  });

  test('nobody gives away more than they have, and the last administrator stays', async () => {
    const { client } = await test_.createUser('tenant_admin', 'tenant-admin');
    await expect(
      client.osp.createUser({ body: { loginName: 'climber', role: 'platform_admin' } }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { items } = await test_.admin.client.osp.listUsers({ query: { keyword: 'admin' } });
    const admin = items.find((user) => user.loginName === 'admin');
    await expect(
      test_.admin.client.osp.updateUser({ params: { userId: admin?.userId ?? '' }, body: { status: 'DISABLED' } }),
    ).rejects.toMatchObject({ status: 412, code: 'GUARD' });
    // The administrator of the platform has no role in this tenant in particular: not to be seen from it.
    await expect(client.osp.getUser({ params: { userId: admin?.userId ?? '' } })).rejects.toMatchObject({
      status: 404,
    });
  });

  test('only administrators of the platform stop the pushes of all tenants, and everybody sees it', async () => {
    const { client: tenant } = await test_.createUser('tenant_admin', 'no-freezer');
    const { client: workspace } = await test_.createUser('workspace_admin', 'no-freezer-either');
    const until = new Date(Date.now() + 60_000).toISOString();
    for (const client of [tenant, workspace])
      for (const call of [
        () => client.drm.freeze({ body: { until, reason: 'mine' } }),
        () => client.drm.thaw(),
        () => client.registry.closePush({ body: {} }),
        () => client.registry.openPush(),
      ])
        await expect(call()).rejects.toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const { client: root } = test_.admin;
    expect((await tenant.osp.listComponents()).notices).toEqual([]);
    const freeze = await root.drm.freeze({ body: { until, reason: 'peak day' } });
    expect(Date.parse(freeze.since ?? '')).toBeGreaterThan(Date.now() - 60_000);
    await root.registry.closePush({ body: {} });
    expect((await tenant.osp.listComponents()).notices).toMatchObject([
      { id: 'notice.values-frozen', params: { operator: 'admin', since: freeze.since, until, reason: 'peak day' } },
      { id: 'notice.endpoints-closed', params: { operator: 'admin' } },
    ]);
    await root.drm.thaw();
    await root.registry.openPush();
    expect((await tenant.osp.listComponents()).notices).toEqual([]);
  });

  test('what belongs to another tenant is not there', async () => {
    const { client: root } = test_.admin;
    await root.osp.createTenant({ body: { tenantId: 'OTHER' } });
    await expect(root.osp.createTenant({ body: { tenantId: 'OTHER' } })).rejects.toMatchObject({
      status: 409,
      code: 'CONFLICT',
    });
    await root.osp.createWorkspace({ params: { tenantId: 'OTHER' }, body: { workspaceId: 'prod' } });
    await root.drm.putValue({ body: { dataId: VALUE, value: '"EUR"', baseVersion: 0 } });
    const place = { tenantId: 'OTHER', workspaceId: 'prod' };
    const { token, loggedIn } = await test_.createUser('tenant_admin', 'other-admin', place);
    const other = createApiClient({ baseUrl: test_.baseUrl, token });
    expect(await other.osp.getSession()).toMatchObject({ ...place, instanceId: '000002' });
    for (const call of [
      () => other.drm.getValue({ query: { dataId: VALUE } }),
      () => other.drm.getStatus({ query: { dataId: VALUE } }),
      () => other.drm.listHistory({ query: { dataId: VALUE } }),
      () => other.drm.rollbackValue({ body: { dataId: VALUE, to: 1 } }),
      () => other.osp.getTenant({ params: { tenantId: 'ANTCLOUD' } }),
      () => other.osp.listWorkspaces({ params: { tenantId: 'ANTCLOUD' } }),
      () =>
        createApiClient({ baseUrl: test_.baseUrl, token, tenantId: 'ANTCLOUD', workspaceId: 'sit' }).osp.getSession(),
      () => loggedIn.client.osp.selectWorkspace({ body: { tenantId: 'ANTCLOUD', workspaceId: 'sit' } }),
      () => other.osp.authorize({ body: { subject: 'admin', action: 'osp:user:read', resource: 'ANTCLOUD/sit' } }),
    ])
      await expect(call()).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await other.drm.listResources()).total).toBe(0);
    expect((await other.osp.listTenants()).items.map(({ tenantId }) => tenantId)).toEqual(['OTHER']);
    expect((await other.osp.listUsers()).items.map(({ loginName }) => loginName)).toEqual(['other-admin']);
    const keys = await root.osp.listAccessKeys();
    await expect(
      other.osp.updateAccessKey({
        params: { accessKeyId: keys.items[0]?.accessKeyId ?? '' },
        body: { status: 'DISABLED' },
      }),
    ).rejects.toMatchObject({ status: 404 });
    expect(
      (await other.osp.listAudit({ query: { size: 500 } })).items.every(({ tenantId }) => tenantId === 'OTHER'),
    ).toBe(true);
  });

  test('rows that were inserted by hand, as the classic product documents it, are usable', async () => {
    const db = new DatabaseSync(join(test_.directory, 'weft.db'));
    db.exec("INSERT INTO t_tenant (tenant_id, tenant_name, region_id, region_name) VALUES ('BYHAND','','','')");
    db.exec(
      "INSERT INTO t_workspace (tenant_id, workspace_id, workspace_name, operator, gmt_create, gmt_modified) VALUES ('BYHAND','sit','','','2017-06-14 13:41:35',NULL)",
    );
    db.close();
    const there = createApiClient({
      baseUrl: test_.baseUrl,
      fetch: test_.admin.fetch,
      csrfToken: () => test_.admin.session.csrfToken,
      tenantId: 'BYHAND',
      workspaceId: 'sit',
    });
    expect((await there.osp.getSession()).instanceId).toMatch(/^\d{6}$/);
    const { items } = await there.osp.listWorkspaces({ params: { tenantId: 'BYHAND' } });
    expect(items[0]?.createdAt).toBe('2017-06-14T13:41:35.000Z');
  });

  test('answers about permissions say nothing of users of other tenants', async () => {
    const { client } = await test_.createUser('tenant_admin', 'asker');
    const ask = async (subject: string) =>
      (await client.osp.authorize({ body: { subject, action: 'osp:user:read' } })).allow;
    expect([await ask('asker'), await ask('admin'), await ask('other-admin'), await ask('nobody')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const asRoot = await test_.admin.client.osp.authorize({ body: { subject: 'admin', action: 'osp:user:read' } });
    expect(asRoot.allow).toBe(true);
  });

  test('text that is no Unicode is refused by field, and the chain of the audit log holds', async () => {
    const { cookie, session } = test_.admin;
    const send = async (path: string, body: string) => {
      const response = await fetch(`${test_.baseUrl}/openapi/v1/${path}`, {
        method: 'POST',
        headers: { cookie, 'x-weft-csrf': session.csrfToken, 'content-type': 'application/json' },
        body,
      });
      return { status: response.status, ...((await response.json()) as { fields?: { path: string }[] }) };
    };
    expect(await send('osp/tenants', '{"tenantId":"ILL","tenantName":"x\\ud800"}')).toMatchObject({
      status: 400,
      fields: [{ path: '/tenantName' }],
    });
    // Of a login that fails, the name stands in the log.
    expect(await send('osp/login', '{"loginName":"x\\udc00","password":"y"}')).toMatchObject({
      status: 400,
      fields: [{ path: '/loginName' }],
    });
    // A name whose cut would leave half of a pair.
    await test_.plane.context.storage.write((tx) =>
      test_.plane.context.osp.audit.append(tx, {
        actor: `${'x'.repeat(63)}\u{1f600}`,
        actorType: 'USER',
        tenantId: '',
        workspaceId: '',
        action: 'osp.login',
        object: `${'x'.repeat(1023)}\u{1f600}`,
        diff: { name: 'x\ud800' },
        result: 'REFUSED',
        ip: '',
        requestId: '',
        changeId: '',
      }),
    );
    expect(await test_.admin.client.osp.verifyAudit()).toMatchObject({ firstBrokenId: null });
  });

  test('an Idempotency-Key acts once', async () => {
    const { client } = test_.admin;
    const body = { tenantId: 'ONCE' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.osp.createTenant({ body }, { idempotencyKey: 'k1' })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await expect(
      client.osp.createTenant({ body: { tenantId: 'TWICE' } }, { idempotencyKey: 'k1' }),
    ).rejects.toMatchObject({ status: 409, code: 'IDEMPOTENCY_CONFLICT' });
    const elsewhere = createApiClient({
      baseUrl: test_.baseUrl,
      fetch: test_.admin.fetch,
      csrfToken: () => test_.admin.session.csrfToken,
      tenantId: 'ONCE',
      workspaceId: 'ws2',
    });
    await client.osp.createWorkspace({ params: { tenantId: 'ONCE' }, body: { workspaceId: 'ws2' } });
    // The same key in another place is another call.
    const dataId = VALUE.replace('currency', 'fees');
    const value = { dataId, value: '"CHF"', baseVersion: 0 };
    await client.drm.putValue({ body: value }, { idempotencyKey: 'k3' });
    await elsewhere.drm.putValue({ body: value }, { idempotencyKey: 'k3' });
    expect((await elsewhere.drm.getValue({ query: { dataId } })).value).toBe('"CHF"');
    await expect(client.osp.createToken({ body: { name: 'x' } }, { idempotencyKey: 'k2' })).rejects.toMatchObject({
      status: 400,
      code: 'INVALID',
    });
  });

  test('the audit log has every change, refused ones too, and shows where it was altered', async () => {
    const { client } = await test_.createUser('viewer', 'watched');
    await expect(client.drm.putValue({ body: { dataId: VALUE, value: '1', baseVersion: 1 } })).rejects.toMatchObject({
      status: 403,
    });
    const { items } = await test_.admin.client.osp.listAudit({ query: { actor: 'watched', action: 'drm.' } });
    expect(items).toMatchObject([{ action: 'drm.putValue', result: 'REFUSED', diff: { code: 'FORBIDDEN' } }]);
    expect(await test_.admin.client.osp.verifyAudit()).toMatchObject({ firstBrokenId: null });
    const id = items[0]?.id ?? 0;
    const db = new DatabaseSync(join(test_.directory, 'weft.db'));
    db.exec(`UPDATE t_audit_log SET result = 'OK' WHERE id = ${id}`);
    expect(await test_.admin.client.osp.verifyAudit()).toMatchObject({ firstBrokenId: id });
    db.exec(`UPDATE t_audit_log SET result = 'REFUSED' WHERE id = ${id}`);
    db.close();
    expect(await test_.admin.client.osp.verifyAudit()).toMatchObject({ firstBrokenId: null });
  });

  test('no secret is in any log or table', async () => {
    const { accessKeyId = '', secret = '', oneTimePassword = '' } = test_.plane.seeded ?? {};
    const { token } = await test_.createUser('viewer', 'secretive');
    await test_.plane.context.storage.check();
    const folders = [test_.directory, join(test_.directory, 'logs')];
    const text = folders
      .flatMap((folder) =>
        readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => readFileSync(join(folder, entry.name), 'latin1')),
      )
      .join('\n');
    expect(text).toContain(accessKeyId);
    for (const hidden of [
      secret,
      oneTimePassword,
      token,
      test_.admin.cookie.split('=')[1] ?? '',
      test_.admin.session.csrfToken,
    ]) {
      expect(hidden.length).toBeGreaterThan(8);
      expect(text.includes(hidden)).toBe(false);
    }
  });
});

describe('every operation for every role', () => {
  let test_: TestPlane;
  const tokens = new Map<RoleName, string>();
  beforeAll(async () => {
    test_ = await startTestPlane({ ruleKinds });
    for (const role of Object.keys(ROLES) as RoleName[])
      tokens.set(role, (await test_.createUser(role, `role-${role}`)).token);
  });
  afterAll(() => test_.stop());

  const operations = [osp, drm, ms, registry].flatMap((contract) =>
    Object.entries<RouteContract>(contract.routes)
      .filter(([, route]) => route.replyType !== 'events')
      .map(([operation, route]) => ({ id: `${contract.component}.${operation}`, basePath: contract.basePath, route })),
  );
  /** Parameters that fit the contract and name nothing. */
  const urlOf = (basePath: string, route: RouteContract): string =>
    routeUrl(basePath, route, {
      params: Object.fromEntries(
        Object.entries(route.params?.properties ?? {}).map(([name, schema]) => [
          name,
          (schema as { type?: string }).type === 'integer' ? 999_999 : 'none',
        ]),
      ),
    });
  const send = async (url: string, route: RouteContract, headers: Record<string, string>) => {
    // An empty object is no valid body where one is needed: who gets as far as 400 has passed the door.
    const body =
      route.body === undefined
        ? {}
        : { body: '{"nonsense":1}', headers: { ...headers, 'content-type': 'application/json' } };
    const response = await fetch(`${test_.baseUrl}${url}`, { method: route.method, headers, ...body });
    const answer = (await response.text()) || '{}';
    return {
      status: response.status,
      code: response.status < 400 ? '' : (JSON.parse(answer) as { code: string }).code,
    };
  };

  test.each(operations)('$id', async ({ basePath, route }) => {
    const url = urlOf(basePath, route);
    if (route.access !== 'public') {
      expect(await send(url, route, {})).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
      expect(await send(url, route, { authorization: 'Bearer weft_nonsense' })).toEqual({
        status: 401,
        code: 'TOKEN_REVOKED',
      });
      expect(
        await send(url, route, { authorization: `Bearer ${tokens.get('platform_admin')}`, 'x-weft-tenant': 'NOBODY' }),
      ).toEqual({ status: 404, code: 'NOT_FOUND' });
    }
    for (const [role, token] of tokens) {
      const allowed =
        route.access === 'public' || route.access === 'session' || isPermitted(ROLES[role].permissions, route.access);
      const { status, code } = await send(url, route, { authorization: `Bearer ${token}` });
      expect([role, code === 'FORBIDDEN' || status === 401]).toEqual([role, !allowed]);
      if (!allowed) expect([role, status]).toEqual([role, 403]);
      if (isWrite(route)) expect(status).not.toBe(500);
    }
  });
});
