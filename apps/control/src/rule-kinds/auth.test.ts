import { messageText } from '@weft/api';
import { expect, test } from 'vitest';
import { authRuleKind } from './auth.ts';

const ONE = { type: 'SYSTEM', field: 'source.app.name', operation: 'IN', value: ['reviews'] };

const warningsOf = (more: object): readonly string[] => {
  const checked = authRuleKind.check({ name: 'n', app: 'a', services: ['*'], spec: {}, ...more });
  if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
  return (authRuleKind.warnings?.(checked.body) ?? []).map((item) => messageText(item));
};

test('a list of everybody is said to be one: it keeps nobody out, or all', () => {
  expect(warningsOf({})).toEqual([expect.stringMatching(/every caller is on this whitelist.* keeps nobody out/)]);
  expect(warningsOf({ spec: { type: 'BLACKLIST' } })).toEqual([
    expect.stringMatching(/every caller is on this blacklist.* refused/),
  ]);
});

test.each([{ conditions: [ONE] }, { conditions: [ONE], spec: { type: 'BLACKLIST' } }, { mode: 'OBSERVE' }])(
  'nothing is said of %j',
  (more) => expect(warningsOf(more)).toEqual([]),
);
