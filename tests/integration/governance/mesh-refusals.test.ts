/** What rules refuse is found again, whoever looks and wherever the refusal was made. */
import { expect, it } from 'vitest';
import { closedPort } from '../../support/backend.ts';
import { until } from '../engine/support.ts';
import { commandsFor } from './command.ts';
import { ECHO, startPair } from './mesh-pair.ts';
import { askOver } from './world.ts';

const TRACE = 'c'.repeat(32);
const ask = (port: number) => askOver('Http1', port, { traceparent: `00-${TRACE}-${'1'.repeat(16)}-01` });

it('a rule of routing that finds no instance is seen by whoever explains a request, of today or of before', async () => {
  const { plane, front } = await startPair();
  const { ms } = plane.admin.client;
  expect((await ask(front.port('out'))).status).toBe(200);
  const { ruleDbId: id } = await ms.createRouteRule({
    body: {
      name: 'nowhere',
      app: 'front',
      services: [ECHO],
      direction: 'CLIENT',
      enabled: true,
      spec: { destinations: [{ weight: 100, labels: { version: 'v9' } }] },
    },
  });
  await until(async () => (await ms.getRouteRule({ params: { id } })).push.state === 'ok');
  expect((await ask(front.port('out'))).status).toBe(503);
  const refusal = { verdict: 'reject', ruleDbId: id, refusedBy: 'route' };
  await until(async () => (await ms.listRecordedRequests()).items.some(({ status }) => status === 503));
  expect((await ms.listRecordedRequests()).items).toMatchObject([{ ...refusal, app: 'front', status: 503 }]);
  const { hops } = await ms.traceRequest({ params: { traceId: TRACE } });
  expect(hops.filter(({ status }) => status === 503)).toMatchObject([
    { ...refusal, host: '', rules: [{ verdict: 'reject', detail: 'no usable instance has version=v9' }] },
  ]);
  const proxyId = (await ms.listSidecars()).items.find(({ app }) => app === 'front')?.proxyId ?? '';
  const [authority = ''] = ECHO.split('@');
  const explained = await ms.explain({ body: { proxyId, protocol: 'Http1', method: 'GET', authority, path: '/' } });
  expect(explained.ok).toBe(false);
  expect(explained.verdict).toContain(`refused by rule ${id} nowhere: no instance has version=v9`);
  const why = await ms.whyRule({ query: { type: 'route', id } });
  expect(why.findings).toMatchObject([
    { result: 'fail', text: `no instance of ${ECHO} has version=v9` },
    { result: 'ok', code: 'why.acts', message: { params: { refused: 1 } } },
  ]);
});

it('says that the list of a rule is switched off, and lists what a rule that watches would have refused', async () => {
  const { plane, front } = await startPair();
  const { ms } = plane.admin.client;
  const { ruleDbId: id } = await ms.createAuthRule({
    body: {
      name: 'friends',
      app: 'back',
      services: [ECHO],
      enabled: true,
      mode: 'OBSERVE',
      spec: { type: 'WHITELIST' },
      conditions: [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['ann'] }],
    },
  });
  await until(async () => (await ms.getAuthRule({ params: { id } })).push.state === 'ok');
  expect((await ask(front.port('out'))).status).toBe(200);
  expect((await ms.listRecordedRequests()).items).toMatchObject([
    { verdict: 'would_reject', ruleDbId: id, refusedBy: 'auth', app: 'back' },
  ]);
  const findings = async () => (await ms.whyRule({ query: { type: 'auth', id } })).findings;
  expect((await findings()).map(({ code }) => code)).toContain('why.watches');
  await ms.switchAuthLists({ body: { app: 'back', service: ECHO, whiteListEnabled: false } });
  await until(async () => (await ms.getAuthRule({ params: { id } })).push.state === 'ok');
  expect((await ask(front.port('out'))).status).toBe(200);
  const [first, ...others] = await findings();
  expect(first).toMatchObject({
    result: 'fail',
    text: `the whitelist of ${ECHO} is switched off: the rule does not act there`,
    advice: `weft rule auth-lists back ${ECHO} --whitelist on switches it on`,
  });
  expect(others.map(({ code }) => code)).toEqual(['why.observes']);
});

it('says that copies do not arrive, how many and why', async () => {
  const { plane, front } = await startPair();
  const { ms } = plane.admin.client;
  const target = `127.0.0.1:${await closedPort()}`;
  const { ruleDbId: id } = await ms.createMirrorRule({
    body: {
      name: 'shadow',
      app: 'front',
      direction: 'CLIENT',
      services: [ECHO],
      enabled: true,
      spec: { targetAddresses: [target] },
    },
  });
  await until(async () => (await ms.getMirrorRule({ params: { id } })).push.state === 'ok');
  for (let i = 0; i < 3; i++) expect((await ask(front.port('out'))).status).toBe(200);
  const why = () => ms.whyRule({ query: { type: 'mirror', id } });
  await until(async () => (await why()).findings.some(({ text }) => text.includes('none of 3 copies so far')));
  const { acts, findings } = await why();
  expect(acts).toBe(false);
  expect(findings[0]).toMatchObject({
    result: 'fail',
    code: 'why.no-copy',
    text: expect.stringMatching(
      /^front: none of 3 copies so far arrived at 127\.0\.0\.1:\d+: .*(ECONNREFUSED|refused)/,
    ),
    advice: expect.stringContaining(`see that ${target} runs`),
  });
  const weft = commandsFor(plane, (await plane.createUser('workspace_admin', 'looks')).token);
  const { code, said } = await weft('why', ECHO);
  expect(said).toContain('✗ rule front/shadow: front: none of 3 copies so far arrived at ');
  expect(code).toBe(1);
});

it('says that nobody publishes what is to get copies, also on save, or that the caller does not subscribe it', async () => {
  const { plane, front, join } = await startPair();
  const { ms } = plane.admin.client;
  const copyTo = async (name: string, targetDataId: string) => {
    const body = { name, app: 'front', direction: 'CLIENT' as const, services: [ECHO], enabled: true };
    const rule = await ms.createMirrorRule({ body: { ...body, spec: { targetDataId } } });
    await until(async () => (await ms.getMirrorRule({ params: { id: rule.ruleDbId } })).push.state === 'ok');
    expect((await ask(front.port('out'))).status).toBe(200);
    const findings = async () => (await ms.whyRule({ query: { type: 'mirror', id: rule.ruleDbId } })).findings;
    await until(async () => (await findings()).some(({ code }) => code.startsWith('why.copies-')));
    return { warnings: rule.warnings, first: (await findings())[0] };
  };
  const slip = await copyTo('slip', 'nothere:1@Http1');
  expect(slip.warnings.join()).toContain('nobody publishes nothere:1@Http1');
  expect(slip.first).toMatchObject({
    result: 'fail',
    code: 'why.copies-to-nobody',
    text: 'front: none of 1 copy so far went out: nobody publishes nothere:1@Http1',
  });
  await join('spare', { publishes: 'shadow:1@Http1' });
  const isThere = async () => (await ms.listServices()).items.some(({ serviceId }) => serviceId === 'shadow:1@Http1');
  await until(isThere);
  const shadow = await copyTo('shadow', 'shadow:1@Http1');
  expect(shadow.warnings).toEqual([]);
  expect(shadow.first).toMatchObject({
    result: 'fail',
    code: 'why.copies-not-subscribed',
    text: expect.stringMatching(/does not subscribe shadow:1@Http1$/),
    advice: 'beside that proxy: weft sub shadow:1@Http1 --protocol Http1',
  });
});

it('lists what a degradation that watches would have answered as an answer, and what it would have refused as a refusal', async () => {
  const { plane, front } = await startPair();
  const { ms } = plane.admin.client;
  const watch = async (name: string, spec: object, user: string): Promise<number> => {
    const { ruleDbId: id } = await ms.createDowngradeRule({
      body: {
        name,
        app: 'front',
        services: [ECHO],
        enabled: true,
        mode: 'OBSERVE',
        spec,
        conditions: [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: [user] }],
      } as never,
    });
    await until(async () => (await ms.getDowngradeRule({ params: { id } })).push.state === 'ok');
    return id;
  };
  const made = await watch('made', { action: 'MOCK', body: '{}' }, 'ann');
  const refused = await watch('refused', { action: 'REJECT' }, 'eve');
  for (const user of ['ann', 'eve']) expect((await askOver('Http1', front.port('out'), { user })).status).toBe(200);
  await until(async () => (await ms.listRecordedRequests({ query: { app: 'front' } })).items.length === 2);
  const { items } = await ms.listRecordedRequests({ query: { app: 'front' } });
  expect(items.map(({ ruleDbId, verdict }) => [ruleDbId, verdict])).toEqual([
    [refused, 'would_reject'],
    [made, 'would_answer'],
  ]);
});
