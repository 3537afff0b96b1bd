import { type ApiClient, ApiError, RULE_KINDS } from '@weft/api';
import { expect, test } from 'vitest';
import { TYPE_WORDS } from './rule.ts';
import { previewRules, problemsOf, refuseTwins, typedRules } from './rule-check.ts';
import { rulesOf } from './rule-file.ts';

const client = { ms: {} } as unknown as ApiClient;
const auth = RULE_KINDS.find(({ segment }) => segment === 'auth');

test('a type that is none is reported at its place, each of them', async () => {
  const rules = rulesOf(
    [
      { name: 'a', app: 'x', type: 'fuze' },
      { name: 'b', app: 'x', type: 'FAULT_INJECT' },
      { name: 'c', app: 'x', type: 'lim' },
    ],
    'rules.yaml',
  );
  await expect(typedRules(client, rules)).rejects.toThrow(
    /^rules\.yaml: rule 1 \(a\): type: found "fuze", expected limit, .*, mapping; did you mean fuse\?\nrules\.yaml: rule 3 \(c\): type: found "lim"/,
  );
});

test('a rule without a type has that of the command, else it is a rate limit', async () => {
  const rules = rulesOf([{ name: 'a', app: 'x' }], 'f');
  expect((await typedRules(client, rules, 'hijack'))[0]?.of.kind.type).toBe('HIJACK');
  expect((await typedRules(client, rules))[0]?.of.kind.type).toBe('LIMIT');
});

test('what is wrong with a rule without a type is told with the type that it was taken for', async () => {
  const fields = [{ path: '/spec/action', message: 'unknown key (expected a key of the reference)' }];
  const previewLimitRule = () => Promise.reject(new ApiError(400, 'INVALID', 'one', { fields }));
  const of = (type?: string) =>
    typedRules(
      { ms: { previewLimitRule } } as unknown as ApiClient,
      rulesOf([{ name: 'a', app: 'x', ...(type === undefined ? {} : { type }) }], 'f'),
    );
  await expect(previewRules(await of())).rejects.toThrow(
    /^f: rule 1 \(a\): type: missing, so that it was taken for limit; the others are route, fuse, .*\nf: rule 1 \(a\): spec\.action is unknown/,
  );
  await expect(previewRules(await of('limit'))).rejects.toThrow(/^f: rule 1 \(a\): spec\.action is unknown/);
});

test('each field that is refused has a line with the rule, and unknown ones the keys that there are', () => {
  const fields = [
    { path: '/spec/action', message: 'unknown key (expected a key of the reference)' },
    { path: '/services', message: 'empty (found an empty list, expected a list of 1 to 100 entries)' },
  ];
  const error = new ApiError(400, 'INVALID', 'two', { fields });
  expect(problemsOf(error, 'f: rule 3 (details_auth)', auth?.body as object)).toEqual([
    'f: rule 3 (details_auth): spec.action is unknown; expected one of type, granularity, defaultDeny, reject',
    'f: rule 3 (details_auth): services: empty (found an empty list, expected a list of 1 to 100 entries)',
  ]);
  expect(problemsOf(new ApiError(403, 'FORBIDDEN', 'no'), 'f', {})).toBeNull();
});

test('two rules of one type, app and name are refused with both places', async () => {
  const twins = [
    { name: 'a', app: 'x' },
    { name: 'a', app: 'y' },
    { name: 'a', app: 'x', type: 'route' },
    { name: 'a', app: 'x', type: 'LIMIT' },
  ];
  const typed = await typedRules(client, rulesOf(twins, 'f'));
  expect(() => refuseTwins(typed)).toThrow(
    /^f: rule 4 \(a\): app x has a rule of type limit with this name already, at f: rule 1 \(a\); .*\nnothing was changed$/,
  );
  expect(() => refuseTwins(typed.slice(0, 3))).not.toThrow();
});

test('the help lists every type', () => {
  expect(Object.keys(TYPE_WORDS).sort()).toEqual(RULE_KINDS.map(({ segment }) => segment).sort());
});
