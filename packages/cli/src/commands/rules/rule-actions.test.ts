import { type ApiClient, type PushDetail, RULE_KINDS } from '@weft/api';
import { expect, test } from 'vitest';
import { findRule } from './find-rule.ts';
import { awaitPush, pushOutcome, switchRules } from './rule-actions.ts';
import { importedText } from './rule-transfer.ts';
import type { Rule, RuleType } from './rule-types.ts';

const push = (change: Partial<PushDetail>): PushDetail => ({
  state: 'pending',
  target: 2,
  acked: 0,
  rejected: 0,
  pending: 2,
  version: 4,
  lastPushAt: null,
  dataIds: [],
  ...change,
});
const freeze = (scope: 'workspace' | 'platform') => ({
  frozen: true,
  scope,
  since: null,
  until: '2026-01-01T10:00:00Z',
  reason: 'peak',
  operator: 'admin',
});
const ruleOf = (name: string, change: object = {}): Rule =>
  ({ ruleDbId: 7, name, app: 'ratings', enabled: false, warnings: [], push: push({}), ...change }) as unknown as Rule;
const typeWith = (answer: PushDetail): RuleType => ({ calls: { push: async () => answer } }) as unknown as RuleType;
/** A control plane that has these limits. */
const planeWith = (...rules: readonly Rule[]): ApiClient =>
  ({
    ms: Object.fromEntries(
      RULE_KINDS.map(({ id }) => {
        const items = id === 'Limit' ? rules : [];
        return [`list${id}Rules`, async () => ({ items, total: items.length })];
      }),
    ),
  }) as unknown as ApiClient;
const LIMIT = { type: 'limit', wait: '10' };

test('while pushing is frozen nothing is waited for, and it is said who gets the rule when', async () => {
  const frozen = push({ frozen: freeze('workspace') });
  const done = await awaitPush({ rule: ruleOf('qps'), of: typeWith(frozen) }, 600_000);
  expect(pushOutcome([done], 'on')).toMatchObject({
    exitCode: 1,
    text: [
      'ratings/qps (7) is on; proxies: 0/2 pending',
      '  ! stored; pushing is frozen by admin until 2026-01-01T10:00:00Z (peak): no proxy gets it before that, or before weft push resume',
    ].join('\n'),
  });
  const all = pushOutcome([{ rule: ruleOf('qps'), push: push({ frozen: freeze('platform') }) }], 'on');
  expect(all.text).toMatch(/or before weft push resume --everything$/);
  const had = pushOutcome(
    [{ rule: { ...ruleOf('qps'), enabled: true }, push: push({ state: 'ok', frozen: freeze('workspace') }) }],
    'on',
  );
  expect(had).toMatchObject({ exitCode: 0, text: 'ratings/qps (7) is on; proxies: 0/2 ok' });
});

test('a dry run of a switch says that a rollout of the rule stands in its way', async () => {
  const rollout = { rolloutId: 3, percent: 50 };
  const tried = await switchRules(planeWith(ruleOf('qps', { rollout })), 'disable', ['qps'], {
    ...LIMIT,
    dryRun: true,
  });
  expect(tried.exitCode).toBe(1);
  expect(tried.text).toMatch(/^ratings\/qps \(7\) would be refused: rollout 3 .* weft rule rollout abort 7 ends it\n/);
});

test('what a rule would not do is said when it is switched on, and not when it is switched off', async () => {
  const rule = ruleOf('qps', { enabled: true, warnings: ['lets nobody in'] });
  const done = push({ state: 'ok', acked: 2, pending: 0 });
  expect(pushOutcome([{ rule, push: done }], 'on').text).toBe(
    'ratings/qps (7) is on; proxies: 2/2 ok\n  ! lets nobody in',
  );
  expect(pushOutcome([{ rule, push: done }], 'off').text).toBe('ratings/qps (7) is off; proxies: 2/2 ok');
  const tried = (to: 'enable' | 'disable') => switchRules(planeWith(rule), to, ['qps'], { ...LIMIT, dryRun: true });
  expect((await tried('enable')).text).toContain('! lets nobody in');
  expect((await tried('disable')).text).not.toContain('! lets nobody in');
});

test('a name that was mistyped is met with the one that is near', async () => {
  const client = planeWith(ruleOf('ratings-qps'), ruleOf('other'));
  await expect(findRule(client, 'rating-qps', 'limit')).rejects.toThrow(
    'there is no rule "rating-qps"; did you mean ratings-qps? there are: ratings/ratings-qps (limit), ratings/other (limit)',
  );
  await expect(findRule(client, 'rating/other', 'limit')).rejects.toThrow('did you mean ratings/other?');
  await expect(findRule(client, 'zzzzzzzz', 'limit')).rejects.toThrow('there is no rule "zzzzzzzz"; there are: ');
});

test('an import says what it took, and what it left as it was', () => {
  const items = (...actions: readonly string[]) => actions.map((action) => ({ action }));
  expect(importedText(items('create', 'update'))).toBe('2 rules imported');
  expect(importedText(items('skip', 'skip'))).toBe(
    'nothing was imported: 2 rules of these names exist; --conflict overwrite replaces them',
  );
  expect(importedText(items('create', 'skip'))).toBe(
    '1 rule imported; 1 rule of this name exists; --conflict overwrite replaces it',
  );
  expect(importedText(items('update', 'unchanged', 'unchanged'))).toBe('1 rule imported; 2 unchanged');
  expect(importedText(items('unchanged', 'unchanged'))).toBe('nothing was imported: 2 rules unchanged');
});
