import { type ApiClient, RULE_KINDS } from '@weft/api';
import { expect, test } from 'vitest';
import { deleteRules } from './rule-one.ts';
import type { Rule } from './rule-types.ts';

const ruleOf = (ruleDbId: number, name: string, change: object = {}): Rule =>
  ({ ruleDbId, name, app: 'details', enabled: false, push: { target: 1 }, ...change }) as unknown as Rule;
/** A control plane with these rules by id of their type, that notes which are deleted and fails at `fails`. */
function planeWith(byType: Readonly<Record<string, readonly Rule[]>>, fails = 0) {
  const deleted: number[] = [];
  const calls = RULE_KINDS.flatMap(({ id }): [string, unknown][] => {
    const items = byType[id] ?? [];
    const remove = async ({ params }: { readonly params: { readonly id: number } }) => {
      if (params.id === fails) throw new Error('gone');
      deleted.push(params.id);
    };
    return [
      [`list${id}Rules`, async () => ({ items, total: items.length })],
      [`delete${id}Rule`, remove],
    ];
  });
  return { client: { ms: Object.fromEntries(calls) } as unknown as ApiClient, deleted };
}
const MIXED = {
  Limit: [ruleOf(1, 'qps', { enabled: true })],
  Auth: [ruleOf(2, 'callers', { enabled: true }), ruleOf(3, 'others')],
};

test('one that has to be off first keeps all of them, and nobody is asked', async () => {
  const { client, deleted } = planeWith(MIXED);
  const asked = deleteRules(client, ['qps', 'callers', 'others'], {});
  await expect(asked).rejects.toThrow(
    'details/callers (2, auth, on, at 1 live proxy): authorization rules are deleted when they are off; weft rule disable 2 switches it off\nnothing was deleted',
  );
  expect(deleted).toEqual([]);
});

test('each that is in the way is named, a rollout as well', async () => {
  const rollout = { rolloutId: 5, percent: 10 };
  const { client, deleted } = planeWith({ ...MIXED, Route: [ruleOf(4, 'canary', { rollout })] });
  const asked = deleteRules(client, ['callers', 'canary', 'qps'], { yes: true });
  await expect(asked).rejects.toThrow(
    /^details\/callers .*\ndetails\/canary \(4, route, off\): rollout 5 .* weft rule rollout abort 4 ends it\nnothing/,
  );
  expect(deleted).toEqual([]);
});

test('a dry run says what would be refused', async () => {
  const { client } = planeWith(MIXED);
  const tried = await deleteRules(client, ['qps', 'callers'], { dryRun: true });
  expect(tried).toMatchObject({ exitCode: 1, json: { ok: false } });
  expect(tried.text).toMatch(
    /^details\/qps .* would be deleted\ndetails\/callers .* would be refused: .*\nnone of them would be deleted\na dry run/,
  );
});

test('rules that are off, and those of other types that are on, are deleted', async () => {
  const { client, deleted } = planeWith(MIXED);
  expect((await deleteRules(client, ['qps', 'others'], { yes: true })).text).toMatch(
    /^details\/qps \(1, limit, on, at 1 live proxy\) is deleted\ndetails\/others \(3, auth, off\) is deleted$/,
  );
  expect(deleted).toEqual([1, 3]);
});

test('where one fails, those that are gone by then are said', async () => {
  const { client } = planeWith(MIXED, 3);
  await expect(deleteRules(client, ['qps', 'others'], { yes: true })).rejects.toThrow(
    /^details\/qps .* is deleted\ndetails\/others \(3, auth, off\) is not deleted: gone$/,
  );
});
