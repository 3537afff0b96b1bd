import { expect, test } from 'vitest';
import { conditionInWords } from './condition-words.ts';

test.each([
  ['HEADER user EQUAL [ann]', 'Header user is ann', '请求头 user 等于 ann'],
  ['HEADER user IN [vip gold]', 'Header user is one of vip gold', '请求头 user 属于 vip gold'],
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
