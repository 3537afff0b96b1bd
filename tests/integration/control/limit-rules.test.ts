import { readFileSync } from 'node:fs';
import { createApiClient, type RuleSegment, ruleCalls, watchEvents } from '@weft/api';
import { translateForeignRules } from '@weft/api/foreign-rules';
import { limitBacktracking } from '@weft/kit/limit-backtracking';
import { ruleDataId } from '@weft/schema/data-id';
import { describe, expect, test, vi } from 'vitest';
import type { MeshClient } from './mesh-client.ts';
import { usePlane } from './plane-rig.ts';

const SERVICE = 'details.bookinfo:9080@Http1';

describe('a rate-limit rule', () => {
  const rig = usePlane();
  const { api, proxy } = rig;
  const body = (app: string, change: object = {}) => ({
    name: 'qps',
    app,
    services: [SERVICE],
    spec: { threshold: 100 },
    ...change,
  });
  const rulesAt = (client: MeshClient, app: string): { ruleDbId: number; threshold: number }[] | undefined => {
    const text = client.values.get(ruleDataId('LIMIT', app));
    return text === undefined ? undefined : JSON.parse(text).flowControlRules;
  };
  const pushOf = async (id: number) => (await api().getLimitRule({ params: { id } })).push;

  test('does nothing until it is switched on; then each hop to the proxy can be seen', async () => {
    const one = proxy('p1', 'walk');
    const created = await api().createLimitRule({ body: body('walk') });
    expect(created).toMatchObject({ version: 1, enabled: false, createdBy: 'admin' });
    const id = created.ruleDbId;
    expect(rig.plane.plane.context.drm.get({ instanceId: '000001', dataId: ruleDataId('LIMIT', 'walk') })).toBe(null);

    let changeId = '';
    const onHeaders = (headers: Headers): void => {
      changeId = headers.get('x-weft-change-id') ?? '';
    };
    await api().enableLimitRule({ params: { id } }, { onHeaders });
    await vi.waitFor(() => expect(rulesAt(one, 'walk')).toMatchObject([{ ruleDbId: id, threshold: 100 }]));
    await vi.waitFor(async () => expect(await pushOf(id)).toMatchObject({ state: 'ok', target: 1, acked: 1 }));
    const change = await api().getChange({ params: { changeId } });
    expect(change.hops.map(({ step }) => step)).toEqual(['stored', 'written', 'pushed', 'acked']);
    expect(change).toMatchObject({
      actor: 'admin',
      kind: 'rule',
      operation: 'enable',
      result: '1 of 1 proxies have it',
    });
    const times = change.hops.map(({ at }) => at);
    expect([...times].sort()).toEqual(times);
    expect((await api().listChanges({ query: { object: `limit/${id}` } })).items.map((item) => item.operation)).toEqual(
      ['enable', 'create'],
    );

    await api().disableLimitRule({ params: { id } });
    await vi.waitFor(() => expect(rulesAt(one, 'walk')).toEqual([]));
    const audit = await rig.plane.admin.client.osp.listAudit({ query: { object: `limit/${id}` } });
    expect(audit.items.map(({ action }) => action)).toEqual([
      'ms.disableLimitRule',
      'ms.enableLimitRule',
      'ms.createLimitRule',
    ]);
  });

  test('that a proxy refuses is shown with the reason; the others have it; retrying asks again', async () => {
    const sent = { good: 0, bad: 0 };
    let isOld = true;
    const good = proxy('good', 'mixed', {
      judge: ({ updated }) => {
        sent.good += updated.length;
        return [];
      },
    });
    proxy('bad', 'mixed', {
      judge: ({ updated }) => {
        sent.bad += updated.length;
        return updated.flatMap(({ name }) =>
          isOld ? [{ name, reason: 'flowControlRules[0].threshold: too old' }] : [],
        );
      },
    });
    const { ruleDbId: id } = await api().createLimitRule({ body: body('mixed', { enabled: true }) });
    await vi.waitFor(async () =>
      expect(await pushOf(id)).toMatchObject({ state: 'partly', target: 2, acked: 1, rejected: 1 }),
    );
    expect(rulesAt(good, 'mixed')).toHaveLength(1);
    const detail = await api().getLimitRulePush({ params: { id } });
    expect(detail.dataIds[0]?.instances.find(({ proxyId }) => proxyId === 'bad')).toMatchObject({
      result: 'REJECTED',
      reason: 'flowControlRules[0].threshold: too old',
    });
    const retried = await api().retryLimitRulePush({ params: { id } });
    expect(retried.target).toBe(2);
    // Only who does not have it is asked again.
    const soon = { timeout: 20_000 };
    await vi.waitFor(() => expect(sent).toEqual({ good: 1, bad: 2 }), soon);
    await vi.waitFor(async () => expect(await pushOf(id)).toMatchObject({ state: 'partly', rejected: 1 }), soon);
    isOld = false;
    await api().retryLimitRulePush({ params: { id } });
    await vi.waitFor(async () => expect(await pushOf(id)).toMatchObject({ state: 'ok', acked: 2 }), soon);
    expect(sent).toEqual({ good: 1, bad: 3 });
  });

  test('without a live proxy of its app says so', async () => {
    const rule = await api().createLimitRule({ body: body('nobody', { enabled: true }) });
    expect(rule.warnings).toEqual([expect.stringContaining('0 subscribers: no live proxy of app nobody')]);
    expect(rule.push.state).toBe('none');
  });

  test('is changed only by who has read its newest version', async () => {
    const { ruleDbId: id } = await api().createLimitRule({ body: body('versions') });
    const put = (threshold: number, ifMatch?: number) =>
      api().replaceLimitRule(
        { params: { id }, body: body('versions', { spec: { threshold } }) },
        ifMatch === undefined ? {} : { ifMatch },
      );
    await expect(put(1)).rejects.toMatchObject({ status: 428 });
    expect((await put(1, 1)).version).toBe(2);
    await expect(put(2, 1)).rejects.toMatchObject({
      status: 409,
      code: 'VERSION_CONFLICT',
      message: expect.stringContaining('has version 2 by admin'),
      fields: [{ path: '/spec/threshold', message: 'version 1 has 100, version 2 has 1' }],
    });
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => put(10 + i, 2)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await api().getLimitRule({ params: { id } })).version).toBe(3);
  });

  test('keeps its history; going back is a new version that stays on', async () => {
    const one = proxy('p2', 'history');
    const { ruleDbId: id } = await api().createLimitRule({ body: body('history') });
    await api().enableLimitRule({ params: { id } });
    await api().replaceLimitRule(
      { params: { id }, body: body('history', { enabled: true, spec: { threshold: 7 } }), query: { comment: 'less' } },
      { ifMatch: 2 },
    );
    await vi.waitFor(() => expect(rulesAt(one, 'history')?.[0]?.threshold).toBe(7));
    const back = await api().rollbackLimitRule({ params: { id }, body: { to: 1 } });
    expect(back).toMatchObject({ version: 4, enabled: true, spec: { threshold: 100 } });
    await vi.waitFor(() => expect(rulesAt(one, 'history')?.[0]?.threshold).toBe(100));
    const { items } = await api().listLimitRuleVersions({ params: { id } });
    expect(items.map(({ version, operation, comment }) => [version, operation, comment])).toEqual([
      [4, 'rollback', 'back to version 1'],
      [3, 'replace', 'less'],
      [2, 'enable', ''],
      [1, 'create', ''],
    ]);
    const { changes } = await api().diffLimitRule({ params: { id }, query: { from: 1, to: 3 } });
    expect(changes).toEqual([
      { path: '/enabled', before: false, after: true },
      { path: '/spec/threshold', before: 100, after: 7 },
    ]);
    await api().deleteLimitRule({ params: { id } });
    await vi.waitFor(() => expect(rulesAt(one, 'history')).toEqual([]));
    await expect(api().getLimitRule({ params: { id } })).rejects.toMatchObject({ status: 404 });
    expect((await api().listLimitRuleVersions({ params: { id } })).items[0]?.operation).toBe('delete');
    // The name is free again.
    await api().createLimitRule({ body: body('history') });
  });

  test('by its name is written once, whatever the number of times', async () => {
    const put = (threshold: number) =>
      api().putLimitRuleByName({
        params: { name: 'by name' },
        body: body('named', { enabled: true, spec: { threshold } }),
      });
    const first = await put(5);
    expect(first).toMatchObject({ name: 'by name', version: 1 });
    expect(await put(5)).toMatchObject({ ruleDbId: first.ruleDbId, version: 1, push: { version: 1 } });
    expect(await put(6)).toMatchObject({ ruleDbId: first.ruleDbId, version: 2, push: { version: 2 } });
    // What says nothing of the switch leaves it as it is, on or off.
    const silent = () =>
      api().putLimitRuleByName({ params: { name: 'by name' }, body: body('named', { spec: { threshold: 6 } }) });
    expect(await silent()).toMatchObject({ version: 2, enabled: true });
    await api().disableLimitRule({ params: { id: first.ruleDbId } });
    expect(await silent()).toMatchObject({ version: 3, enabled: false });
    const unknown = { params: { name: 'silent' }, body: body('named', { name: 'silent' }) };
    expect(await api().putLimitRuleByName(unknown)).toMatchObject({ version: 1, enabled: false });
    await expect(api().createLimitRule({ body: body('named', { name: 'by name' }) })).rejects.toMatchObject({
      status: 409,
      code: 'CONFLICT',
    });
  });

  test('says which rule makes the document too large that all rules of its app share', async () => {
    const big = (name: string, count: number) =>
      body('large', {
        name,
        enabled: true,
        conditions: Array.from({ length: 30 }, () => ({
          type: 'HEADER',
          field: 'user',
          operation: 'IN',
          value: Array.from({ length: count }, (_, index) => `${index}`.padEnd(255, 'x')),
        })),
      });
    const many: number[] = [];
    const fill = async (): Promise<unknown> => {
      for (let i = 0; i < 40; i++) {
        const made = await api()
          .createLimitRule({ body: big(`large ${i}`, 20) })
          .catch((error: unknown) => error);
        if (made instanceof Error) return made;
        many.push((made as { ruleDbId: number }).ruleDbId);
      }
      return null;
    };
    const refused = (await fill()) as { code: string; message: string };
    expect(refused).toMatchObject({ code: 'INVALID' });
    expect(refused.message).toMatch(
      new RegExp(
        `the ${many.length + 1} rules of this type for app large .* share one document, and rule \\d+ "large ${many.length}" .* puts it over`,
      ),
    );
    expect(refused.message).toContain('expected at most 1048576');
  });

  test('several at once are one push, with a result for each', async () => {
    const one = proxy('p3', 'batch');
    const ids: number[] = [];
    for (let i = 0; i < 5; i++)
      ids.push((await api().createLimitRule({ body: body('batch', { name: `r${i}` }) })).ruleDbId);
    const { items } = await api().batchLimitRules({ body: { op: 'enable', ids: [...ids, 999_999] } });
    expect(items.map(({ ok, code }) => [ok, code])).toEqual([...ids.map(() => [true, '']), [false, 'NOT_FOUND']]);
    await vi.waitFor(() => expect(rulesAt(one, 'batch')).toHaveLength(5));
    expect((await pushOf(ids[0] ?? 0)).version).toBe(1);
    await api().batchLimitRules({ body: { op: 'delete', ids } });
    await vi.waitFor(() => expect(rulesAt(one, 'batch')).toEqual([]));
  });

  test('goes into a file and comes back, off, all or nothing', async () => {
    const made = await api().createLimitRule({ body: body('files', { enabled: true, conditions: [] }) });
    const file = await api().exportLimitRules({ body: { ids: [made.ruleDbId] } });
    expect(file.rules).toHaveLength(1);
    const load = (query: object, rules = file.rules) => api().importLimitRules({ body: { ...file, rules }, query });
    expect((await load({})).items).toMatchObject([{ action: 'skip' }]);
    expect(await load({ dryRun: true, conflict: 'duplicate' })).toMatchObject({
      applied: false,
      items: [{ action: 'create', name: 'qps (2)' }],
    });
    const [rule] = file.rules;
    const bad = { ...rule, name: 'bad', spec: { threshold: -1 } };
    const refused = await load({ conflict: 'overwrite' }, [{ ...rule, description: 'new' }, bad] as never);
    expect(refused).toMatchObject({ applied: false, items: [{ action: 'update' }, { action: 'error' }] });
    expect(refused.items[1]?.message).toMatch(/rules\[1\].*\/spec\/threshold.*found -1/);
    expect((await api().getLimitRule({ params: { id: made.ruleDbId } })).version).toBe(1);
    expect(await load({ conflict: 'duplicate' })).toMatchObject({ applied: true });
    const { items } = await api().listLimitRules({ query: { app: 'files', sort: 'ruleDbId' } });
    expect(items.map(({ name, enabled }) => [name, enabled])).toEqual([
      ['qps', true],
      ['qps (2)', false],
    ]);
    // The same is no new version, whatever the file says of the switch that is left as it is.
    const off = [{ ...rule, enabled: false }] as never;
    for (const same of [
      await load({ conflict: 'overwrite', keepState: true }),
      await load({ conflict: 'overwrite' }, off),
    ])
      expect(same).toMatchObject({ applied: true, items: [{ action: 'unchanged' }] });
    expect(await api().getLimitRule({ params: { id: made.ruleDbId } })).toMatchObject({ version: 1, enabled: true });
    const changed = [{ ...rule, description: 'new', enabled: false }] as never;
    await load({ conflict: 'overwrite' }, changed);
    expect(await api().getLimitRule({ params: { id: made.ruleDbId } })).toMatchObject({
      version: 2,
      description: 'new',
      enabled: true,
    });
    await load({ conflict: 'overwrite', keepState: true }, changed);
    expect((await api().getLimitRule({ params: { id: made.ruleDbId } })).enabled).toBe(false);
  });

  test.each([
    ['guardian-limits', 'guardian', 2],
    ['sentinel-flow-rules', 'sentinel', 4],
  ] as const)('takes what is read from %s', async (name, format, count) => {
    const folder = new URL('../../../packages/api/src/foreign-rules/testdata/', import.meta.url);
    const value: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
    const { rules } = translateForeignRules(value, format, { app: 'foreign' });
    const body = { format: 'weft-rules/v1' as const, type: 'LIMIT', rules: [...rules] };
    const { applied, items } = await api().importLimitRules({ body });
    expect(items.map(({ action, message }) => [action, message])).toEqual(new Array(count).fill(['create', '']));
    expect(applied).toBe(true);
  });

  test('may be written by a developer and published by somebody else', async () => {
    const { client } = await rig.plane.createUser('developer', 'dev');
    const draft = await client.ms.createLimitRule({ body: body('draft') });
    const forbidden = { status: 403, code: 'FORBIDDEN', message: expect.stringContaining('mesh:rule-limit:publish') };
    const id = draft.ruleDbId;
    await expect(client.ms.enableLimitRule({ params: { id } })).rejects.toMatchObject(forbidden);
    await expect(
      client.ms.createLimitRule({ body: body('draft', { name: 'b', enabled: true }) }),
    ).rejects.toMatchObject(forbidden);
    await client.ms.replaceLimitRule({ params: { id }, body: body('draft', { description: 'x' }) }, { ifMatch: 1 });
    await api().enableLimitRule({ params: { id } });
    await expect(
      client.ms.replaceLimitRule({ params: { id }, body: body('draft') }, { ifMatch: 3 }),
    ).rejects.toMatchObject(forbidden);
    await expect(client.ms.deleteLimitRule({ params: { id } })).rejects.toMatchObject(forbidden);
    const file = await client.ms.exportLimitRules({ body: {} });
    await expect(client.ms.importLimitRules({ body: file, query: { keepState: true } })).rejects.toMatchObject(
      forbidden,
    );
  });

  test('of another workspace is not there', async () => {
    const { ruleDbId: id } = await api().createLimitRule({ body: body('mine') });
    await rig.plane.admin.client.osp.createTenant({ body: { tenantId: 'RULES2' } });
    await rig.plane.admin.client.osp.createWorkspace({ params: { tenantId: 'RULES2' }, body: { workspaceId: 'w' } });
    const { loggedIn } = await rig.plane.createUser('tenant_admin', 'elsewhere', {
      tenantId: 'RULES2',
      workspaceId: 'w',
    });
    const { client } = loggedIn;
    await expect(client.ms.getLimitRule({ params: { id } })).rejects.toMatchObject({ status: 404 });
    await expect(client.ms.deleteLimitRule({ params: { id } })).rejects.toMatchObject({ status: 404 });
    await expect(client.ms.listLimitRuleVersions({ params: { id } })).rejects.toMatchObject({ status: 404 });
    expect((await client.ms.listLimitRules()).total).toBe(0);
    expect((await client.ms.batchLimitRules({ body: { op: 'delete', ids: [id] } })).items[0]?.code).toBe('NOT_FOUND');
    await api().getLimitRule({ params: { id } });
  });

  test('acts in its own workspace only, and two workspaces do not share a document', async () => {
    await rig.plane.admin.client.osp.createWorkspace({
      params: { tenantId: 'ANTCLOUD' },
      body: { workspaceId: 'second' },
    });
    const place = { tenantId: 'ANTCLOUD', workspaceId: 'second' };
    const { client } = await rig.plane.createUser('workspace_admin', 'second-admin', place);
    const here = proxy('shared-1', 'shared');
    const { ruleDbId: foreign } = await client.ms.createLimitRule({
      body: body('shared', { enabled: true, name: 'theirs' }),
    });
    expect((await client.ms.getLimitRule({ params: { id: foreign } })).push).toMatchObject({ target: 0 });
    const { ruleDbId: own } = await api().createLimitRule({ body: body('shared', { name: 'ours' }) });
    await expect(api().enableLimitRule({ params: { id: own } })).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('workspace second of this tenant'),
    });
    expect(here.values.size).toBe(0);
    await client.ms.disableLimitRule({ params: { id: foreign } });
    await api().enableLimitRule({ params: { id: own } });
    await vi.waitFor(() => expect([...here.values.values()].join()).toContain('ours'));
    expect([...here.values.values()].join()).not.toContain('theirs');
  });

  test('can be tried before it is stored', async () => {
    const simulate = (change: object = {}) =>
      api().simulateRules({
        body: {
          direction: 'SERVER',
          app: 'try',
          service: SERVICE,
          requests: 5,
          headers: { user: 'a' },
          rules: [
            body('try', {
              spec: { threshold: 2 },
              conditions: [{ type: 'HEADER', field: 'user', operation: 'IN', value: ['a', 'b'] }],
            }),
          ],
          ...change,
        },
      });
    const limited = await simulate();
    expect(limited).toMatchObject({ verdict: 'reject', ruleDbId: 1 });
    expect([limited.passed + limited.rejected, limited.rejected > 0]).toEqual([5, true]);
    // It has no number that anybody could look up.
    expect(limited.steps.at(-1)?.title).toMatch(/^refused by rule [a-z]\S*$/);
    expect(limited.steps[0]).toMatchObject({
      kind: 'rule',
      matched: true,
      conditions: [{ left: 'HEADER user', operator: 'IN', right: 'a, b', value: 'a', matched: true }],
    });
    expect(await simulate({ headers: { user: 'z' } })).toMatchObject({ verdict: 'pass', passed: 5, rejected: 0 });
    expect(await simulate({ direction: 'CLIENT' })).toMatchObject({ verdict: 'pass' });
    // What depends on an address that was not given is no verdict.
    const rules = (...values: string[]) => [
      body('try', {
        spec: { threshold: 0 },
        conditions: [{ type: 'SYSTEM', field: 'system.sourceIp', operation: 'NOT_IN', value: values }],
      }),
    ];
    const open = await simulate({ rules: rules('10.0.0.0/8') });
    expect(open).toMatchObject({ verdict: 'unknown', ruleDbId: null, passed: 0, rejected: 0, unknown: 5 });
    expect(open.steps.map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ['unknown', 'unknown: it asks for the address of the caller, give --source-ip'],
      [null, '0 of 5 passed'],
    ]);
    expect(open.steps.at(-1)?.title).toMatch(/^unknown: rule [a-z]\S* asks for the address of the caller/);
    const known = (sourceIp: string) => simulate({ rules: rules('10.0.0.0/8'), sourceIp });
    expect(await known('10.1.2.3')).toMatchObject({ verdict: 'pass', passed: 5, unknown: 0 });
    expect(await known('192.0.2.1')).toMatchObject({ verdict: 'reject', rejected: 5, unknown: 0 });
    // A rule that refuses in any case has the say.
    const certain = [...rules('10.0.0.0/8'), body('try', { spec: { threshold: 0 } })];
    expect(await simulate({ rules: certain })).toMatchObject({ verdict: 'reject', ruleDbId: 2, unknown: 0 });
    // Of rules that are off it is said that they are.
    await api().createLimitRule({ body: body('dim', { name: 'switched-off' }) });
    const ask = (service: string) => api().simulateRules({ body: { direction: 'SERVER', app: 'dim', service } });
    expect((await ask(SERVICE)).steps.at(-1)?.detail).toMatch(/of those that are off it would meet switched-off$/);
    expect((await ask('com.example.Other:1.0@DEFAULT')).steps.at(-1)?.detail).toMatch(/^no rule is for/);
    // What is slow ends: nobody else is served meanwhile.
    limitBacktracking();
    const slow = { type: 'HEADER', field: 'user', operation: 'REGEX', value: ['(a|aa){1,60}$'] };
    await expect(
      simulate({
        requests: 10_000,
        headers: { user: `${'a'.repeat(8000)}!` },
        rules: [body('try', { conditions: [slow] })],
      }),
    ).rejects.toMatchObject({ status: 400, fields: [{ path: '/requests' }] });
    const { client: viewer } = await rig.plane.createUser('viewer', 'tries');
    await expect(
      viewer.ms.simulateRules({ body: { direction: 'SERVER', app: 'try', service: SERVICE, rules: [body('try')] } }),
    ).rejects.toMatchObject({ status: 403 });
    expect(
      await viewer.ms.simulateRules({ body: { direction: 'SERVER', app: 'try', service: SERVICE } }),
    ).toMatchObject({
      verdict: 'pass',
    });
    const preview = await api().previewLimitRule({
      body: body('try', { spec: { threshold: 1, timeMs: 10_000 } }),
    });
    expect(preview).toMatchObject({ ratePerSecond: 0.1, burst: 1, instances: 0 });
    expect(preview.text).toContain('0.1/s, burst 1');
  });

  test('are one type in the table of all, and whoever serves every type reaches them without knowing it', async () => {
    const { client } = await rig.plane.createUser('developer', 'every-type');
    const { items } = await client.ms.listRuleTypes();
    expect(items.find(({ segment }) => segment === 'limit')).toMatchObject({
      type: 'LIMIT',
      canWrite: true,
      canPublish: false,
    });
    for (const { segment } of items) {
      const calls = ruleCalls(client.ms, segment as RuleSegment);
      expect((await calls.list()).items.filter(({ type }) => type.toLowerCase().replace('_', '-') !== segment)).toEqual(
        [],
      );
    }
    await expect(
      api().simulateRules({
        body: { direction: 'SERVER', app: 'a', service: SERVICE, rules: [body('try', { spec: { threshold: -1 } })] },
      }),
    ).rejects.toMatchObject({ status: 400, fields: [{ path: '/rules/0/spec/threshold' }] });
  });

  test('tells of changes as they happen, and what was missed meanwhile', async () => {
    const { token } = await rig.plane.createUser('viewer', 'watcher');
    const url = `${rig.plane.baseUrl}/openapi/v1/ms/events?topics=rules`;
    const ending = new AbortController();
    // An id of another start: what was missed is not known, so it begins by saying that all is to be read again.
    const events = watchEvents(url, { token, lastEventId: 'other-1', signal: ending.signal });
    expect((await events.next()).value).toMatchObject({ topic: 'rules', data: { reset: true } });
    await api().createLimitRule({ body: body('watched', { name: 'seen' }) });
    const seen = (await events.next()).value;
    expect(seen).toMatchObject({ topic: 'rules', data: { deleted: false } });
    ending.abort();
    const { ruleDbId } = await api().createLimitRule({ body: body('watched', { name: 'while away' }) });
    const again = new AbortController();
    const missed: unknown[] = [];
    for await (const event of watchEvents(url, { token, lastEventId: seen.id, signal: again.signal })) {
      missed.push(event.data);
      if ((event.data as { ruleDbId: number }).ruleDbId === ruleDbId) break;
    }
    again.abort();
    expect(missed.at(-1)).toMatchObject({ ruleDbId, operation: 'create', version: 1 });
  });

  test('bearer tokens and the session do the same', async () => {
    const { secret } = await rig.plane.admin.client.osp.createToken({ body: { name: 't' } });
    const client = createApiClient({ baseUrl: rig.plane.baseUrl, token: secret });
    const options = { idempotencyKey: 'once' };
    const first = await client.ms.createLimitRule({ body: body('token') }, options);
    const second = await client.ms.createLimitRule({ body: body('token') }, options);
    expect(second.ruleDbId).toBe(first.ruleDbId);
  });
});
