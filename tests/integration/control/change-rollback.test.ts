/** A release is taken back: several rules of several types, in one transaction. */
import { ApiError, type RuleSegment, ruleCalls } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { ruleDataId } from '@weft/schema/data-id';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commandsFor } from '../governance/command.ts';

let plane: TestPlane;
let run: ReturnType<typeof commandsFor>;
let app = '';
let count = 0;

beforeAll(async () => {
  plane = await startTestPlane({ ruleKinds });
  const { secret } = await plane.admin.client.osp.createToken({ body: { name: 'commands' } });
  run = commandsFor(plane, secret);
});
afterAll(() => plane.stop());
beforeEach(() => {
  app = `app${++count}`;
});

const ms = () => plane.admin.client.ms;
const calls = (segment: RuleSegment) => ruleCalls(ms(), segment);
const limitOf = (name: string, threshold: number, enabled = true) => ({
  name,
  app,
  services: ['s@Http1'],
  enabled,
  spec: { threshold, timeMs: 1000 },
});
const authOf = (name: string) => ({ name, app, services: ['s@Http1'], enabled: true, spec: {} });
/** Which change somebody would name. */
const newest = async () => (await ms().listChanges({ query: { size: 1 } })).items[0]?.changeId ?? '';
const back = (changeIds: string[], more: { dryRun?: boolean; comment?: string } = {}) =>
  ms().rollbackChanges({ body: { changeIds, ...more } });
const rulesOf = async (segment: RuleSegment) =>
  (await calls(segment).list({ query: { app } })).items.map((rule) => [rule.name, rule.enabled, rule.version]).sort();
const documentOf = async () => {
  const { value } = await plane.admin.client.drm.getValue({ query: { dataId: ruleDataId('LIMIT', app) } });
  return (JSON.parse(value) as { flowControlRules: { threshold: number }[] }).flowControlRules.map(
    ({ threshold }) => threshold,
  );
};
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error as ApiError,
  );

describe('one change', () => {
  test('that made, changed and switched rules is taken back with all of them', async () => {
    const before = await calls('limit').create({ body: limitOf('kept', 1) });
    const rules = [limitOf('kept', 10), limitOf('new', 20)];
    await calls('limit').importFile({
      body: { format: 'weft-rules/v1', rules },
      query: { conflict: 'overwrite', keepState: true },
    });
    const changeId = await newest();
    expect(await documentOf()).toEqual([10, 20]);
    const plan = await back([changeId], { dryRun: true });
    expect(plan).toMatchObject({
      applied: false,
      items: [
        { name: 'kept', action: 'replace', changes: [{ path: '/spec/threshold', before: 10, after: 1 }] },
        { name: 'new', action: 'delete' },
      ],
    });
    expect(await documentOf()).toEqual([10, 20]);
    const { items: tried } = await plane.admin.client.osp.listAudit({
      query: { action: 'ms.rollbackChanges', size: 1 },
    });
    expect(tried[0]).toMatchObject({ object: `changes ${changeId}`, result: 'OK', diff: { dryRun: true } });
    expect(await back([changeId], { comment: 'wrong' })).toEqual({ ...plan, applied: true });
    expect(await rulesOf('limit')).toEqual([['kept', true, 3]]);
    expect(await documentOf()).toEqual([1]);
    const { items } = await calls('limit').versions({ params: { id: before.ruleDbId }, query: {} });
    expect(items.map(({ version, operation, comment }) => [version, operation, comment])).toEqual([
      [3, 'rollback', 'wrong'],
      [2, 'import', ''],
      [1, 'create', ''],
    ]);
    const change = await ms().getChange({ params: { changeId: await newest() } });
    expect([change.operation, change.summary]).toEqual(['rollback', 'wrong']);
    expect(change.hops.filter(({ step }) => step === 'written')).toHaveLength(1);
  });

  test('that deleted rules, or switched them, is taken back by another', async () => {
    const ids = [];
    for (const name of ['a', 'b'])
      ids.push((await calls('limit').create({ body: limitOf(name, ids.length + 1) })).ruleDbId);
    await calls('limit').batch({ body: { op: 'disable', ids } });
    const off = await newest();
    await calls('limit').batch({ body: { op: 'delete', ids } });
    const deleted = await newest();
    expect(await documentOf()).toEqual([]);
    expect((await back([deleted])).items.map(({ action }) => action)).toEqual(['restore', 'restore']);
    expect(await rulesOf('limit')).toEqual([
      ['a', false, 4],
      ['b', false, 4],
    ]);
    // A rollback is a change as any other.
    await back([off, deleted, await newest()]);
    expect(await rulesOf('limit')).toEqual([
      ['a', true, 5],
      ['b', true, 5],
    ]);
    expect(await documentOf()).toEqual([1, 2]);
  });
});

test('several changes of several types are one release', async () => {
  await calls('limit').create({ body: limitOf('limit', 5) });
  await calls('limit').putByName({ params: { name: 'limit' }, body: limitOf('limit', 6) });
  const first = await newest();
  await calls('auth').create({ body: authOf('list') });
  const second = await newest();
  await calls('limit').putByName({ params: { name: 'limit' }, body: limitOf('limit', 7) });
  const third = await newest();
  const { code, said } = await run('change', 'rollback', first, second, third, '--dry-run');
  expect([code, said]).toEqual([0, expect.stringContaining('a dry run: nothing was changed')]);
  expect(await rulesOf('auth')).toHaveLength(1);
  const done = await run('change', 'rollback', first, second, third, '--comment', 'release 12');
  expect(done.code, done.said).toBe(0);
  expect(done.said).toMatch(new RegExp(`${app}/limit +limit +changed back +/spec/threshold`));
  expect(done.said).toMatch(new RegExp(`${app}/list +auth +deleted`));
  expect(await documentOf()).toEqual([5]);
  expect(await rulesOf('auth')).toEqual([]);
  const { items } = await plane.admin.client.osp.listAudit({ query: { changeId: await newest() } });
  expect(items).toMatchObject([{ action: 'ms.rollbackChanges', result: 'OK' }]);
});

describe('nothing is taken back', () => {
  test('where a rule was changed by others since, or in between', async () => {
    await calls('limit').create({ body: limitOf('one', 1) });
    await calls('limit').create({ body: limitOf('two', 1) });
    await calls('limit').importFile({
      body: { format: 'weft-rules/v1', rules: [limitOf('one', 2), limitOf('two', 2)] },
      query: { conflict: 'overwrite', keepState: true },
    });
    const release = await newest();
    await calls('limit').putByName({ params: { name: 'two' }, body: limitOf('two', 3) });
    const later = await newest();
    const error = await refusal(back([release]));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: 'CONFLICT',
      fields: [{ message: `"two" has version 3 by admin since, from change ${later}` }],
    });
    await calls('limit').putByName({ params: { name: 'two' }, body: limitOf('two', 4) });
    const last = await newest();
    expect(await refusal(back([release, last]))).toMatchObject({
      fields: [{ message: '"two" was changed by others between versions 2 and 4' }],
    });
    expect(await documentOf()).toEqual([2, 4]);
    await back([release, later, last]);
    expect(await documentOf()).toEqual([1, 1]);
  });

  test('where another has the name by now; a dry run says so as well, and leaves nothing behind', async () => {
    const { ruleDbId: id } = await calls('limit').create({ body: limitOf('taken', 1, false) });
    await calls('limit').remove({ params: { id } });
    const changeId = await newest();
    const { ruleDbId: other } = await calls('limit').create({ body: limitOf('taken', 2, false) });
    const refused = { code: 'CONFLICT', message: `app ${app} has a rule "taken" already` };
    expect(await refusal(back([changeId], { dryRun: true }))).toMatchObject(refused);
    expect(await refusal(back([changeId]))).toMatchObject(refused);
    await calls('limit').remove({ params: { id: other } });
    expect(await back([changeId], { dryRun: true })).toMatchObject({ applied: false, items: [{ action: 'restore' }] });
    expect(await rulesOf('limit')).toEqual([]);
    expect(await back([changeId])).toMatchObject({ applied: true });
    expect(await rulesOf('limit')).toEqual([['taken', false, 3]]);
  });

  test('of a change that is not there, made no rule, or is for whoever may not publish', async () => {
    expect(await refusal(back(['nonsense']))).toMatchObject({ code: 'NOT_FOUND' });
    await calls('limit').create({ body: limitOf('mine', 1) });
    const changeId = await newest();
    const { client } = await plane.createUser('viewer', `viewer${count}`);
    expect(await refusal(client.ms.rollbackChanges({ body: { changeIds: [changeId] } }))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await rulesOf('limit')).toEqual([['mine', true, 1]]);
  });
});
