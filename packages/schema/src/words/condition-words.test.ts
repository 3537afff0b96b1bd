import { expect, test } from 'vitest';
import { conditionInWords, conditionText } from './condition-words.ts';

test.each([
  ['HEADER user EQUAL [ann]', 'Header user is ann', '请求头 user 等于 ann'],
  ['HEADER user IN [vip, "a,b"]', 'Header user is one of vip, "a,b"', '请求头 user 属于 vip, "a,b"'],
  ['SYSTEM source.app.name NOT_EQUAL [a b]', 'Caller app is not a b', '来源应用 不等于 a b'],
  ['SYSTEM http.path REGEX [^/[a-z]+$]', 'HTTP path matches ^/[a-z]+$', 'HTTP 路径 匹配正则 ^/[a-z]+$'],
  ['TRACE lane NOT_IN [x]', 'Trace baggage lane is none of x', '链路透传 lane 不属于 x'],
  ['HEADER user EQUAL []', 'Header user is nothing', '请求头 user 等于 空'],
])('%s reads as its form does', (text, en, zh) => {
  expect(conditionInWords(text, 'en')).toBe(en);
  expect(conditionInWords(text, 'zh')).toBe(zh);
});

test.each(['path', 'HEADER user NEWER [a]', 'the wind is south'])('%s stays as it is', (text) => {
  expect(conditionInWords(text, 'zh')).toBe(text);
});

test.each([
  ['EQUAL', ['ann'], 'ann'],
  ['IN', ['a,b c', 'd'], '"a,b c", d'],
  ['IN', ['a', 'b,c d'], 'a, "b,c d"'],
  ['IN', ['a b', 'c'], 'a b, c'],
  ['NOT_IN', ['', ' x', 'say "hi"'], '"", " x", "say \\"hi\\""'],
  ['IN', ['a,b'], '"a,b"'],
  // One value has no neighbour: what is compared stands as it is.
  ['REGEX', ['^/a{1,2}$'], '^/a{1,2}$'],
  ['EQUAL', ['a,b'], 'a,b'],
  ['EQUAL', [], ''],
])('%s %j is written as [%s]', (operation, value, said) => {
  const text = conditionText({ type: 'HEADER', field: 'user', operation, value });
  expect(text).toBe(`HEADER user ${operation} [${said}]`);
  expect(conditionInWords(text, 'en')).toMatch(/^Header user (is|is one of|is none of|matches) /);
});
