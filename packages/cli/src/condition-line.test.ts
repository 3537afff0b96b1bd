import { expect, test } from 'vitest';
import { conditionLine } from './condition-line.ts';

test.each([
  ['of a rule', ['HEADER user', 'IN', 'vip, gold'], 'bob', '✗ Header user is one of vip, gold (had "bob")'],
  ['of a rule, in one text', ['SYSTEM source.app.name EQUAL [a]', '', ''], '', '✗ Caller app is a (had "")'],
  ['of a route', ['path', 'starts with', '/details'], '/x', '✗ path starts with "/details" (had "/x")'],
  ['what is not there', ['header user', 'equals', 'ann'], null, '✗ header user equals "ann" (not there)'],
  ['what was not said', ['SYSTEM source.ip', 'EQUAL', '::1'], '(not said)', '? Caller IP is ::1 (had "(not said)")'],
])('a condition %s', (_what, [left = '', operator = '', right = ''], value, text) => {
  expect(conditionLine({ left, operator, right, value, matched: false })).toBe(text);
});

test('one that holds', () => {
  expect(conditionLine({ left: 'path', operator: 'matches', right: '.*', value: '/', matched: true })).toBe(
    '✓ path matches ".*" (had "/")',
  );
});
