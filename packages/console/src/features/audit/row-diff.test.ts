import { expect, test } from 'vitest';
import { readDiff } from './row-diff.ts';

test('a change of rules is told by rule and field, with the documents that carry it', () => {
  const changes = [{ path: '/spec/threshold', before: 50, after: 100 }];
  const diff = {
    rules: [
      { id: 7, version: 3, changes },
      { id: 2, version: 1, changes: [] },
    ],
    documents: [{ dataId: 'd', version: 9 }],
  };
  expect(readDiff(diff, 'rules limit/7 qps, of reviews, fuse/2 slow')).toEqual({
    rules: [
      { segment: 'limit', id: 7, name: 'qps, of reviews', version: 3, changes },
      { segment: 'fuse', id: 2, name: 'slow', version: 1, changes: [] },
    ],
    documents: [{ dataId: 'd', version: 9 }],
    facts: [],
  });
});

test('a rule that is new, or gone, is told field by field, without those that say nothing', () => {
  const body = { name: 'qps', conditions: [], note: '', spec: { threshold: 5, 'a/b': true } };
  const rules = (before: object | null, after: object | null) =>
    readDiff({ rules: [{ id: 7, version: 1, changes: [{ path: '', before, after }] }] }, 'rule limit/7 qps').rules[0]
      ?.changes;
  expect(rules(null, body)).toEqual([
    { path: '/name', before: null, after: 'qps' },
    { path: '/spec/threshold', before: null, after: 5 },
    { path: '/spec/a~1b', before: null, after: true },
  ]);
  expect(rules(body, null)).toHaveLength(3);
  expect(rules(body, null)?.[1]).toEqual({ path: '/spec/threshold', before: 5, after: null });
});

test('drafts and rollouts have the changes of the one rule beside facts', () => {
  const changes = [{ path: '/name', before: 'a', after: 'b' }];
  expect(readDiff({ changes, comment: '' }, 'rule limit/7 qps')).toMatchObject({
    rules: [{ id: 7, version: 0, changes }],
    facts: [],
  });
  expect(readDiff({ discarded: changes, author: 'li' }, 'rule limit/7 qps')).toMatchObject({
    rules: [{ id: 7, changes }],
    facts: [['author', 'li']],
  });
});

test.each([
  [{ password: 'reset' }, [['password', 'reset']]],
  [{ rules: [{ id: 'x' }] }, [['rules', [{ id: 'x' }]]]],
  [{ changes: 'many' }, [['changes', 'many']]],
  [[1, 2], [['diff', [1, 2]]]],
  [{ omitted: '70000 characters' }, [['omitted', '70000 characters']]],
])('%j has facts alone', (diff, facts) =>
  expect(readDiff(diff, 'user li')).toEqual({ rules: [], documents: [], facts }),
);
