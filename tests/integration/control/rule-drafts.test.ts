/** Drafts of rules, and four eyes: who wrote a content does not put it in force. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiClient, ApiError } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { EXIT } from '@weft/kit';
import { ruleDataId } from '@weft/schema/data-id';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandsFor } from '../governance/command.ts';

let plane: TestPlane;
let ann: ApiClient;
let bob: ApiClient;
let app = '';
let count = 0;

const start = (fourEyes: boolean) => async () => {
  plane = await startTestPlane({ ruleKinds, fourEyes });
  ann = plane.admin.client;
  bob = (await plane.createUser('workspace_admin', 'bob')).client;
};
beforeEach(() => {
  app = `app${++count}`;
});

const limit = (threshold: number, more: object = {}) => ({
  name: 'qps',
  app,
  services: ['s@Http1'],
  enabled: true,
  spec: { threshold, timeMs: 1000 },
  ...more,
});
/** A rule of ann that acts. */
async function acting(threshold = 1) {
  const { ruleDbId: id } = await ann.ms.createLimitRule({ body: limit(threshold, { enabled: false }) });
  await bob.ms.enableLimitRule({ params: { id } }, { ifMatch: 1 });
  return id;
}
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error as ApiError,
  );
const OWN = { code: 'CONFLICT', message: expect.stringContaining('wrote this content of "qps"') };
const thresholds = async () => {
  const { value } = await ann.drm.getValue({ query: { dataId: ruleDataId('LIMIT', app) } });
  return (JSON.parse(value) as { flowControlRules: { threshold: number }[] }).flowControlRules.map((r) => r.threshold);
};

describe('a draft', () => {
  beforeAll(start(false));
  afterAll(() => plane.stop());

  it('is kept beside the rule, shown with what it changes, published once, and written down', async () => {
    const id = await acting();
    const params = { id };
    expect(await refusal(bob.ms.getLimitRuleDraft({ params }))).toMatchObject({ code: 'NOT_FOUND' });
    await ann.ms.saveLimitRuleDraft({ params, body: limit(2) });
    const draft = await ann.ms.saveLimitRuleDraft({ params, body: limit(3), query: { comment: 'for the sale' } });
    expect(draft).toMatchObject({
      version: 2,
      by: 'admin',
      comment: 'for the sale',
      baseVersion: 2,
      stale: false,
      changes: [{ path: '/spec/threshold', before: 1, after: 3 }],
    });
    expect(await bob.ms.getLimitRuleDraft({ params })).toEqual(draft);
    const rule = await bob.ms.getLimitRule({ params });
    expect([rule.version, rule.draft]).toEqual([2, { version: 2, by: 'admin', at: draft.at, comment: 'for the sale' }]);
    expect(await thresholds()).toEqual([1]);
    const published = await ann.ms.publishLimitRuleDraft({ params, body: { comment: 'go' } }, { ifMatch: 2 });
    expect([published.version, published.draft]).toEqual([3, null]);
    expect(await thresholds()).toEqual([3]);
    expect(await refusal(ann.ms.publishLimitRuleDraft({ params, body: {} }, { ifMatch: 1 }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    const { items } = await ann.ms.listLimitRuleVersions({ params, query: { size: 1 } });
    expect(items).toMatchObject([{ version: 3, operation: 'publish', by: 'admin', comment: 'go' }]);
    const { items: rows } = await ann.osp.listAudit({ query: { object: `limit/${id} ` } });
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['ms.saveLimitRuleDraft', 'ms.publishLimitRuleDraft']),
    );
  });

  it('of a rule that has changed since is not published; it goes with its rule', async () => {
    const id = await acting();
    const params = { id };
    await ann.ms.saveLimitRuleDraft({ params, body: limit(2) });
    await ann.ms.replaceLimitRule({ params, body: limit(5) }, { ifMatch: 2 });
    expect(await ann.ms.getLimitRuleDraft({ params })).toMatchObject({ stale: true });
    expect(await refusal(ann.ms.publishLimitRuleDraft({ params, body: {} }, { ifMatch: 1 }))).toMatchObject({
      code: 'VERSION_CONFLICT',
      fields: [{ path: '/spec/threshold', message: 'version 2 has 1, version 3 has 5' }],
    });
    expect(await thresholds()).toEqual([5]);
    await ann.ms.discardLimitRuleDraft({ params });
    expect((await ann.ms.getLimitRule({ params })).draft).toBeNull();
    await ann.ms.saveLimitRuleDraft({ params, body: limit(2) });
    await ann.ms.deleteLimitRule({ params });
    expect(await refusal(ann.ms.getLimitRuleDraft({ params }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is published and forgotten only as it was seen; no draft has the version of an earlier one', async () => {
    const id = await acting();
    const params = { id };
    await ann.ms.saveLimitRuleDraft({ params, body: limit(9) });
    await ann.ms.discardLimitRuleDraft({ params });
    await ann.ms.saveLimitRuleDraft({ params, body: limit(0) });
    const other = {
      code: 'VERSION_CONFLICT',
      message: 'the draft of "qps" has version 2 by admin, you have seen 1: look at it again',
    };
    expect(await refusal(bob.ms.publishLimitRuleDraft({ params, body: {} }, { ifMatch: 1 }))).toMatchObject(other);
    expect(await refusal(bob.ms.discardLimitRuleDraft({ params }, { ifMatch: 1 }))).toMatchObject(other);
    expect(await refusal(bob.ms.saveLimitRuleDraft({ params, body: limit(5) }, { ifMatch: 1 }))).toMatchObject(other);
    expect(await refusal(bob.ms.publishLimitRuleDraft({ params, body: {} }))).toMatchObject({ status: 428 });
    const query = { baseVersion: 1 };
    expect(await refusal(bob.ms.saveLimitRuleDraft({ params, query, body: limit(5) }))).toMatchObject({
      code: 'VERSION_CONFLICT',
      message: expect.stringContaining('has version 2'),
    });
    expect(await thresholds()).toEqual([1]);
    expect((await bob.ms.getLimitRuleDraft({ params })).body).toMatchObject({ spec: { threshold: 0 } });
  });

  it('is checked as a rule is, keeps name and app, and takes the right to write; to publish takes that of publishing', async () => {
    const id = await acting();
    const params = { id };
    expect(await refusal(ann.ms.saveLimitRuleDraft({ params, body: limit(-1) }))).toMatchObject({ status: 400 });
    expect(await refusal(ann.ms.saveLimitRuleDraft({ params, body: limit(1, { name: 'other' }) }))).toMatchObject({
      fields: [{ path: '/name', message: 'found "other", expected "qps" as the rule has it' }],
    });
    const { client: viewer } = await plane.createUser('viewer', `viewer${count}`);
    expect(await refusal(viewer.ms.saveLimitRuleDraft({ params, body: limit(2) }))).toMatchObject({
      code: 'FORBIDDEN',
    });
    await ann.ms.saveLimitRuleDraft({ params, body: limit(2) });
    expect(await refusal(viewer.ms.publishLimitRuleDraft({ params, body: {} }, { ifMatch: 1 }))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('four eyes', () => {
  beforeAll(start(true));
  afterAll(() => plane.stop());

  it('let nobody put in force what he wrote: not by making, switching, replacing, importing, rolling out', async () => {
    expect(await refusal(ann.ms.createLimitRule({ body: limit(1) }))).toMatchObject(OWN);
    const { ruleDbId: id } = await ann.ms.createLimitRule({ body: limit(1, { enabled: false }) });
    const params = { id };
    expect(await refusal(ann.ms.enableLimitRule({ params }))).toMatchObject(OWN);
    expect(await refusal(ann.ms.batchLimitRules({ body: { op: 'enable', ids: [id] } }))).toMatchObject(OWN);
    const steps = [{ percent: 100, waitSec: 1 }];
    expect(await refusal(ann.ms.startLimitRuleRollout({ params, body: { steps } }))).toMatchObject(OWN);
    await bob.ms.enableLimitRule({ params }, { ifMatch: 1 });
    expect(await thresholds()).toEqual([1]);
    expect(await refusal(ann.ms.replaceLimitRule({ params, body: limit(2) }, { ifMatch: 2 }))).toMatchObject(OWN);
    expect(await refusal(bob.ms.replaceLimitRule({ params, body: limit(2) }, { ifMatch: 2 }))).toMatchObject({
      message: expect.stringContaining('bob wrote this'),
    });
    expect(await refusal(ann.ms.putLimitRuleByName({ params: { name: 'qps' }, body: limit(2) }))).toMatchObject(OWN);
    const file = { format: 'weft-rules/v1' as const, rules: [limit(2)] };
    expect(
      await refusal(ann.ms.importLimitRules({ body: file, query: { conflict: 'overwrite', keepState: true } })),
    ).toMatchObject(OWN);
    expect(
      await refusal(ann.ms.startLimitRuleRollout({ params, body: { steps, rule: limit(2) as never } })),
    ).toMatchObject(OWN);
    expect(await thresholds()).toEqual([1]);
    expect((await ann.ms.listRuleTypes()).items[0]).toMatchObject({ fourEyes: true });
  });

  it('put in force what was seen: a rule that its author changes meanwhile stays off', async () => {
    const { ruleDbId: id } = await ann.ms.createLimitRule({ body: limit(10, { enabled: false }) });
    const params = { id };
    await ann.ms.replaceLimitRule({ params, body: limit(0, { enabled: false }) }, { ifMatch: 1 });
    const unseen = { code: 'IF_MATCH_REQUIRED', message: expect.stringContaining('admin wrote this content of "qps"') };
    const steps = [{ percent: 100, waitSec: 1 }];
    expect(await refusal(bob.ms.enableLimitRule({ params }))).toMatchObject(unseen);
    expect(await refusal(bob.ms.startLimitRuleRollout({ params, body: { steps } }))).toMatchObject(unseen);
    expect(await refusal(bob.ms.batchLimitRules({ body: { op: 'enable', ids: [id] } }))).toMatchObject(unseen);
    expect(await refusal(bob.ms.enableLimitRule({ params }, { ifMatch: 1 }))).toMatchObject({
      code: 'VERSION_CONFLICT',
    });
    const batch = (versions: number[]) => bob.ms.batchLimitRules({ body: { op: 'enable', ids: [id], versions } });
    expect(await batch([1])).toMatchObject({ items: [{ id, ok: false, code: 'VERSION_CONFLICT' }] });
    expect(await refusal(batch([1, 2]))).toMatchObject({ fields: [{ path: '/versions' }] });
    expect((await bob.ms.getLimitRule({ params })).enabled).toBe(false);
    expect(await batch([2])).toMatchObject({ items: [{ id, ok: true }] });
    expect(await thresholds()).toEqual([0]);
  });

  it('let another publish a draft, and say so', async () => {
    const id = await acting();
    const params = { id };
    await ann.ms.saveLimitRuleDraft({ params, body: limit(2) });
    expect(await refusal(ann.ms.publishLimitRuleDraft({ params, body: {} }, { ifMatch: 1 }))).toMatchObject(OWN);
    expect((await ann.ms.getLimitRule({ params })).draft).toMatchObject({ by: 'admin' });
    expect(await bob.ms.publishLimitRuleDraft({ params, body: {} }, { ifMatch: 1 })).toMatchObject({
      version: 3,
      modifiedBy: 'bob',
    });
    expect(await thresholds()).toEqual([2]);
  });

  it('stop nobody from switching off, and from going back to what was in force', async () => {
    const id = await acting();
    const params = { id };
    await ann.ms.saveLimitRuleDraft({ params, body: limit(2) });
    await bob.ms.publishLimitRuleDraft({ params, body: {} }, { ifMatch: 1 });
    await ann.ms.disableLimitRule({ params });
    expect(await thresholds()).toEqual([]);
    await ann.ms.enableLimitRule({ params });
    expect(await thresholds()).toEqual([2]);
    await ann.ms.rollbackLimitRule({ params, body: { to: 2 } });
    expect(await thresholds()).toEqual([1]);
    // What was never in force does not come by the back door.
    await ann.ms.disableLimitRule({ params });
    const { version } = await ann.ms.replaceLimitRule(
      { params, body: limit(9, { enabled: false }) },
      { ifMatch: (await ann.ms.getLimitRule({ params })).version },
    );
    await ann.ms.rollbackLimitRule({ params, body: { to: 2 } });
    await ann.ms.enableLimitRule({ params });
    expect(await refusal(ann.ms.rollbackLimitRule({ params, body: { to: version } }))).toMatchObject(OWN);
    expect(await thresholds()).toEqual([1]);
    const file = await bob.ms.rollbackLimitRule({ params, body: { to: version } });
    expect(file.spec.threshold).toBe(9);
  });

  it('by commands', async () => {
    await acting();
    const { secret } = await ann.osp.createToken({ body: { name: `of-${app}` } });
    const mine = commandsFor(plane, secret);
    const file = path.join(plane.directory, 'rules.json');
    writeFileSync(file, JSON.stringify([{ ...limit(7), enabled: undefined }]));
    const applied = await mine('rule', 'apply', '-f', file);
    expect([applied.code, applied.said]).toEqual([1, expect.stringContaining('four eyes: admin wrote this content')]);
    writeFileSync(file, JSON.stringify([limit(1)]));
    expect(await mine('rule', 'draft', 'save', '-f', file)).toEqual({
      code: 0,
      said: `${app}/qps: no draft kept, the rule is like this already\n`,
    });
    expect((await ann.ms.listLimitRules({ query: { app } })).items[0]?.draft).toBeNull();
    writeFileSync(file, JSON.stringify([{ ...limit(7), enabled: undefined }]));
    const saved = await mine('rule', 'draft', 'save', '-f', file, '--comment', 'sale');
    expect(saved).toEqual({ code: 0, said: expect.stringMatching(/qps: draft 1 kept\n.*threshold.*1.*7/) });
    expect((await mine('rule', 'draft', 'list')).said).toMatch(new RegExp(`${app}/qps +limit +1 +admin .* sale`));
    expect((await mine('rule', 'draft', 'show', `${app}/qps`)).said).toMatch(
      /draft 1 by admin, .*, from version 2\n +sale\n/,
    );
    const own = await mine('rule', 'draft', 'publish', `${app}/qps`, '--seen', '1');
    expect([own.code, own.said]).toEqual([
      1,
      expect.stringContaining(
        'another user with the right to publish has to put it in force: weft rule enable qps, or weft rule draft publish qps',
      ),
    ]);
    const { secret: other } = await bob.osp.createToken({ body: { name: `of-${app}` } });
    const theirs = commandsFor(plane, other);
    const unnamed = await theirs('rule', 'draft', 'publish', `${app}/qps`);
    expect([unnamed.code, unnamed.said]).toEqual([EXIT.FAILED, expect.stringContaining('--seen VERSION')]);
    expect(await theirs('rule', 'draft', 'publish', `${app}/qps`, '--seen', '1', '--wait', '0')).toEqual({
      code: 0,
      said: expect.stringContaining('is version 3, with the content of the draft'),
    });
    expect(await thresholds()).toEqual([7]);
    await ann.ms.putLimitRuleByName({ params: { name: 'qps' }, body: limit(8, { enabled: false }) });
    const blind = await theirs('rule', 'enable', `${app}/qps`);
    expect([blind.code, blind.said]).toEqual([1, expect.stringContaining('say which version you have seen')]);
    expect((await theirs('rule', 'enable', `${app}/qps`, '--seen', '3')).said).toContain('has version 4');
    expect((await theirs('rule', 'enable', `${app}/qps`, '--seen', '4', '--wait', '0')).code).toBe(0);
    expect(await thresholds()).toEqual([8]);
    expect((await theirs('rule', 'draft', 'discard', `${app}/qps`)).code).toBe(1);
    expect((await theirs('rule', 'draft', 'list')).said).not.toContain(app);
  });
});
