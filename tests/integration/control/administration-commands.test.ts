import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { type CliServices, runCli } from '@weft/cli';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type MeshClient, openMeshClient } from './mesh-client.ts';

const services = { version: { version: '0.0.0', revision: '' } } as unknown as CliServices;

interface Answer {
  readonly code: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what commands print is read here as a script would
  readonly json: any;
}

let plane: TestPlane;
let folder: string;
let tokenFile: string;
beforeAll(async () => {
  plane = await startTestPlane({ ruleKinds });
  folder = mkdtempSync(join(tmpdir(), 'weft-administration-'));
  tokenFile = join(folder, 'token');
  const { secret } = await plane.admin.client.osp.createToken({ body: { name: 'commands' } });
  writeFileSync(tokenFile, secret, { mode: 0o600 });
});
afterAll(async () => {
  await plane.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function said(...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const all = [...args, '--endpoint', plane.baseUrl, '--token-file', tokenFile];
  return { code: await runCli(all, services, { out: write, err: write }), text };
}

/** In JSON as scripts read it, and in words. */
async function weft(...args: string[]): Promise<Answer> {
  const { code, text } = await said(...args, '--json');
  return { code, text, json: JSON.parse(text) };
}

test('a tenant, its workspace, a key for its proxies and somebody who looks after it', async () => {
  expect(await weft('tenant', 'create', 'ACME', '--name', 'Acme Ltd.')).toMatchObject({
    code: 0,
    json: { ok: true, tenant: { tenantId: 'ACME', tenantName: 'Acme Ltd.' } },
  });
  expect(await weft('tenant', 'create', 'ACME')).toMatchObject({ code: 1, json: { error: { code: 'CONFLICT' } } });
  expect((await said('tenant', 'list')).text).toMatch(/^ACME +Acme Ltd\. +000002 +ACTIVE/m);
  // A tenant without workspaces is no place to call from, and can be named all the same.
  expect((await said('ws', 'list', '--tenant', 'ACME')).text).toBe('tenant ACME has none\n');
  expect(await weft('ws', 'create', 'prod', '--tenant', 'ACME')).toMatchObject({ code: 0, json: { ok: true } });
  const there = ['--tenant', 'ACME', '--ws', 'prod'];

  const file = join(folder, 'key.json');
  expect(await weft('key', 'create', '--out', file, ...there)).toMatchObject({ code: 0, json: { ok: true } });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const key = JSON.parse(readFileSync(file, 'utf8'));
  expect(key).toMatchObject({ tenant: 'ACME', workspace: 'prod', accessKey: expect.any(String) });
  expect((await said('key', 'list', ...there)).text).not.toContain(key.secret);
  expect(await said('key', 'create', '--out', file, ...there)).toMatchObject({
    code: 1,
    text: expect.stringContaining('is there already'),
  });
  expect(await weft('key', 'disable', key.accessKey, ...there)).toMatchObject({
    json: { key: { status: 'DISABLED' } },
  });
  expect(await weft('key', 'enable', key.accessKey, ...there)).toMatchObject({ json: { key: { status: 'ACTIVE' } } });
  expect((await weft('key', 'enable', 'nobodys', ...there)).code).toBe(1);

  const made = await weft('user', 'create', 'anna', '--role', 'developer', ...there);
  expect(made).toMatchObject({ code: 0, json: { user: { loginName: 'anna' }, oneTimePassword: expect.any(String) } });
  await plane.logIn('anna', made.json.oneTimePassword);
  expect((await said('user', 'list', ...there)).text).toMatch(/anna .*developer in ACME\/prod/);
  expect((await weft('user', 'grant', 'anna', 'auditor', '--every-workspace', ...there)).code).toBe(0);
  expect((await said('user', 'list', ...there)).text).toMatch(/auditor in ACME\/\*/);
  expect((await weft('user', 'revoke', 'anna', 'auditor', '--every-workspace', ...there)).code).toBe(0);
  expect(await said('user', 'revoke', 'anna', 'auditor', ...there)).toMatchObject({
    code: 1,
    text: expect.stringContaining('anna is not auditor in ACME/prod'),
  });
  const renewed = await weft('user', 'reset-password', 'anna', ...there);
  await expect(plane.logIn('anna', made.json.oneTimePassword)).rejects.toThrow(/401/);
  await plane.logIn('anna', renewed.json.oneTimePassword);
  expect((await weft('user', 'disable', 'anna', ...there)).json.user.status).toBe('DISABLED');
  await expect(plane.logIn('anna', renewed.json.oneTimePassword)).rejects.toThrow(/401/);
  expect((await weft('user', 'enable', 'anna', ...there)).json.user.status).toBe('ACTIVE');
  expect((await weft('user', 'delete', 'anna', ...there)).code).toBe(0);
  expect((await weft('user', 'delete', 'anna', ...there)).json.error.code).toBe('NOT_FOUND');
  // Nobody deletes the user who calls.
  expect(await weft('user', 'delete', 'admin')).toMatchObject({ code: 1, json: { error: { code: 'CONFLICT' } } });
  expect((await said('role', 'list')).text).toMatch(/platform_admin +everything, in every tenant +\*:\*:\*/);
});

test('products are opened for a tenant and started in a workspace', async () => {
  expect((await said('product', 'list')).text).toMatch(/MESH +opened +sit +.*\n/);
  expect((await said('product', 'list')).text).toMatch(/TRACE +not here yet/);
  expect(await said('product', 'stop', 'mesh')).toMatchObject({
    code: 0,
    text: 'MESH is stopped in workspace ANTCLOUD/sit\n',
  });
  expect((await said('product', 'list')).text).toMatch(/MESH +opened +- /);
  expect(await said('product', 'close', 'MESH')).toMatchObject({
    code: 0,
    text: 'MESH is closed for tenant ANTCLOUD\n',
  });
  expect((await weft('product', 'start', 'MESH')).json.error.code).toBe('CONFLICT');
  expect((await weft('product', 'open', 'MESH')).json.product.state).toBe('OPENED');
  expect((await weft('product', 'start', 'MESH')).json.product.workspaces).toEqual([
    { workspaceId: 'sit', state: 'STARTED' },
  ]);
  expect(await weft('product', 'open', 'MASH')).toMatchObject({ code: 1, json: { error: { code: 'NOT_FOUND' } } });
});

test('the audit log is listed, and a row that somebody changed in the database is found', async () => {
  expect((await said('audit', 'list', '--action', 'osp.openProduct')).text).toMatch(/product MESH of tenant ANTCLOUD/);
  const before = await weft('audit', 'verify');
  expect(before).toMatchObject({ code: 0, json: { ok: true, firstBrokenId: null } });
  expect(before.json.rows).toBeGreaterThan(10);
  const row = (await weft('audit', 'list', '--action', 'osp.closeProduct')).json.items[0];
  const db = new DatabaseSync(join(plane.directory, 'weft.db'));
  const change = db.prepare('UPDATE t_audit_log SET actor = ? WHERE id = ?');
  change.run('somebody else', row.id);
  expect(await weft('audit', 'verify')).toMatchObject({ code: 1, json: { ok: false, firstBrokenId: row.id } });
  expect((await said('audit', 'verify')).text).toContain(`broken at row ${row.id}`);
  change.run(row.actor, row.id);
  expect((await weft('audit', 'verify')).code).toBe(0);
  // A row that is gone breaks the chain at the next one.
  const next = db.prepare('SELECT min(id) AS id FROM t_audit_log WHERE id > ?').get(row.id) as { id: number };
  db.prepare('DELETE FROM t_audit_log WHERE id = ?').run(row.id);
  db.close();
  expect((await weft('audit', 'verify')).json.firstBrokenId).toBe(next.id);
});

test('the audit log tells calls that changed nothing from changes', async () => {
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, "- { name: qps, app: shop, services: ['s@Http1'], spec: { threshold: 5 } }");
  for (const what of ['created', 'unchanged'])
    expect((await said('rule', 'apply', '-f', file, '--wait', '0')).text).toContain(what);
  expect((await said('rule', 'disable', 'qps', '--wait', '0')).code).toBe(0);
  const { changeId } = (await weft('change', 'list')).json.items[0];
  expect((await said('change', 'rollback', changeId, '--dry-run')).text).toContain('a dry run');
  const listed = (await said('audit', 'list', '--last', '5')).text;
  const results = (action: string) =>
    listed
      .split('\n')
      .filter((line) => line.includes(` ${action} `))
      .map((line) => line.split(/ {2,}/)[5]);
  expect(results('ms.putLimitRuleByName')).toEqual(['OK, nothing changed', 'OK']);
  expect(results('ms.disableLimitRule')).toEqual(['OK, nothing changed']);
  expect(results('ms.rollbackChanges')).toEqual(['OK, only tried']);
});

test('a dataId is taken apart, or said to be none and where', async () => {
  const { code, json } = await parse(
    'Alipay.crpc-client:name=com.alipay.sofa.middleware.mesh.drm.MsgResource.msgSep,version=3.0@DRM',
  );
  expect({ code, ...json }).toMatchObject({
    code: 0,
    domain: 'Alipay.crpc-client',
    class: 'com.alipay.sofa.middleware.mesh.drm.MsgResource',
    attribute: 'msgSep',
    app: 'crpc-client',
  });
  const rule = await parse(
    'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.crpc-client.downgradeRule,version=3.0@DRM',
  );
  expect(rule.json).toMatchObject({ domain: 'sofa.config', attribute: 'downgradeRule', app: 'crpc-client' });
  expect(await parse('Alipay.shop:name=Prices,version=2.0@DRM')).toMatchObject({
    code: 1,
    json: { ok: false, error: { code: 'INVALID', message: expect.stringContaining(',version=3.0@DRM') } },
  });
});

/** Asks nobody: it knows no endpoint. */
async function parse(dataId: string): Promise<Omit<Answer, 'text'>> {
  let text = '';
  const code = await runCli(['drm', 'parse', dataId, '--json'], services, {
    out: (part) => {
      text += part;
    },
    err: () => {},
  });
  return { code, json: JSON.parse(text) };
}

test('what proxies publish and carry is shown, and followed as it changes', async () => {
  const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
  const mesh: MeshClient = openMeshClient({
    address: plane.plane.grpcAddress ?? '',
    credentials: { accessKey: accessKeyId, secret },
    id: 'cli-1',
    app: 'details',
  });
  mesh.publish('details.bookinfo:9080@Http1', 10_080);
  mesh.report();
  await vi.waitFor(
    async () =>
      expect((await said('registry', 'datum', 'details.bookinfo:9080@Http1')).text).toContain('10.0.0.1:10080'),
    { timeout: 20_000, interval: 50 },
  );
  expect((await weft('registry', 'sessions')).json.items).toMatchObject([{ proxyId: 'cli-1', publications: 1 }]);
  // Whoever begins to watch sees what comes from then on.
  let port = 1000;
  let watched: Awaited<ReturnType<typeof said>> | undefined;
  void said('watch', '--topics', 'services,sidecars', '--count', '1').then((answer) => {
    watched = answer;
  });
  await vi.waitFor(
    () => {
      mesh.publish('events.bookinfo:1@Http1', ++port);
      expect(watched).toMatchObject({ code: 0, text: expect.stringMatching(/^\d\d:\d\d.* (services|sidecars) /) });
    },
    { timeout: 20_000, interval: 50 },
  );
  expect((await said('top', 'sidecars')).text).toContain('details');
  expect((await weft('top', 'apps', '--minutes', '10')).json.ok).toBe(true);
  expect((await weft('topo')).json).toMatchObject({ ok: true, edges: [] });
  expect((await said('topo', '--minutes', '0')).code).toBe(2);
  expect((await said('watch', '--topics', 'all')).text).toContain('--topics: found "all"');

  expect((await said('registry', 'push', 'status')).text).toBe('changes of endpoints are pushed\n');
  expect((await weft('registry', 'push', 'close', '--gray', '10.0.0.7, 10.0.0.8')).json.grayIps).toEqual([
    '10.0.0.7',
    '10.0.0.8',
  ]);
  expect(await said('registry', 'push', 'status')).toMatchObject({
    code: 1,
    text: expect.stringMatching(/closed by admin/),
  });
  expect((await said('registry', 'push', 'open')).code).toBe(0);
  await mesh.close();
});

test('a value is written, pushed, looked at and taken back to what it was', async () => {
  const dataId = 'Alipay.shop:name=com.example.Prices.currency,version=3.0@DRM';
  expect(await weft('drm', 'put', dataId, '--value', 'EUR', '--comment', 'begin')).toMatchObject({
    code: 0,
    json: { ok: true, version: 1 },
  });
  const { accessKeyId = '', secret = '' } = plane.plane.seeded ?? {};
  const mesh = openMeshClient({
    address: plane.plane.grpcAddress ?? '',
    credentials: { accessKey: accessKeyId, secret },
    id: 'cli-drm',
    app: 'shop',
    dataIds: [dataId],
    judge: ({ updated }) =>
      updated
        .filter(({ value }) => Buffer.from(value.value).toString() === 'bad')
        .map(({ name }) => ({ name, reason: 'no such currency' })),
  });
  const file = join(folder, 'value');
  writeFileSync(file, 'USD');
  expect((await weft('drm', 'put', dataId, '--file', file)).json.version).toBe(2);
  await vi.waitFor(() => expect(mesh.values.get(dataId)).toBe('USD'), { timeout: 20_000 });
  await vi.waitFor(async () => expect((await said('drm', 'status', dataId)).code).toBe(0), { timeout: 20_000 });
  expect((await said('drm', 'show', dataId)).text).toBe('USD\n');
  expect((await said('drm', 'show', dataId, '--at', '1')).text).toBe('EUR\n');
  expect((await said('drm', 'list', '--app', 'shop')).text).toMatch(/Prices\.currency.* 2 +3 +by hand +admin/);
  expect((await said('drm', 'history', dataId)).text).toMatch(/1 .*admin +3 +begin/);
  expect(await weft('drm', 'put', dataId, '--value', 'x', '--base', '1')).toMatchObject({
    code: 1,
    json: { error: { code: 'VERSION_CONFLICT' } },
  });
  expect((await weft('drm', 'put', dataId)).code).toBe(2);
  await weft('drm', 'put', dataId, '--value', 'bad');
  await vi.waitFor(
    async () =>
      expect(await said('drm', 'status', dataId)).toMatchObject({
        code: 3,
        text: expect.stringMatching(/1 refuse it[\s\S]*REJECTED +no such currency/),
      }),
    { timeout: 20_000 },
  );
  expect((await weft('drm', 'rollback', dataId, '--to', '1')).json.version).toBe(4);
  await vi.waitFor(() => expect(mesh.values.get(dataId)).toBe('EUR'), { timeout: 20_000 });
  await mesh.close();
});
