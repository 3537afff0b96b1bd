import { describe, expect, test } from 'vitest';
import { createFormat } from './format.ts';
import { initialLanguage } from './language.ts';
import { MESSAGES } from './messages/index.ts';
import { SERVER_TEXTS_ZH } from './messages/server.ts';
import { translator } from './translate.ts';

const NBSP = '\u00a0';

describe('texts', () => {
  test('every text is there in both languages, with the same blanks to fill', () => {
    const blanks = (text: string): string[] =>
      [...new Set([...text.matchAll(/\{(\w+)[|}]/g)].map(([, blank = '']) => blank))].sort();
    for (const [key, [en, zh]] of Object.entries(MESSAGES)) {
      expect(en, key).not.toBe('');
      expect(zh, key).not.toBe('');
      expect(blanks(zh), key).toEqual(blanks(en));
    }
  });

  test('no blank stands behind a Chinese stop', () => {
    const own = Object.entries(MESSAGES).map(([key, [, zh]]) => [key, zh] as const);
    const spaced = [...own, ...Object.entries(SERVER_TEXTS_ZH)].filter(([, zh]) => /[。！？；：，]\s/u.test(zh));
    expect(spaced).toEqual([]);
  });

  test('blanks are filled, and one without a value stays', () => {
    expect(translator('en')('ui.total', { total: 7 })).toBe('7 in all');
    expect(translator('zh')('ui.total', { total: 7 })).toBe(`共 7${NBSP}条`);
    expect(translator('en')('ui.total')).toBe('{total} in all');
    const count = (value: number) => translator('en')('rules.with-conditions', { count: value });
    expect([count(1), count(2)]).toEqual(['1 condition', '2 conditions']);
  });
});

test.each([
  ['zh', ['en-US'], 'zh'],
  [null, ['fr-FR', 'zh-TW', 'en'], 'zh'],
  [null, ['fr-FR'], 'en'],
  ['xx', [], 'en'],
] as const)('stored %j and preferred %j give %s', (stored, preferred, wanted) => {
  expect(initialLanguage(stored, preferred)).toBe(wanted);
});

describe('formats', () => {
  const en = createFormat('en');
  test.each([
    [0, '0'],
    [0.004, '0.004'],
    [12.06, '12.1'],
    [1234.5, '1,234.5'],
  ])('the number %d reads %s', (value, text) => expect(en.decimal(value)).toBe(text));

  test.each([
    [null, '–'],
    [0, `0${NBSP}ms`],
    [3.25, `3.3${NBSP}ms`],
    [31.5, `32${NBSP}ms`],
    [12_340, `12.3${NBSP}s`],
  ])('%s milliseconds read %s', (value, text) => expect(en.milliseconds(value)).toBe(text));

  test.each([
    [512, `512${NBSP}B`],
    [92_000_000, `87.7${NBSP}MiB`],
    [null, '–'],
  ])('%s bytes read %s', (value, text) => expect(en.bytes(value)).toBe(text));

  test.each([
    [0, `0${NBSP}%`],
    [0.02, `0.02${NBSP}%`],
    [7.25, `7.3${NBSP}%`],
  ])('%d percent reads %s', (value, text) => expect(en.percent(value)).toBe(text));
  test('in Chinese no space stands before the sign', () => {
    expect(createFormat('zh-CN').percent(7.25)).toBe('7.3%');
    expect(translator('zh')('rollout.reached', { percent: 5 })).toBe('于 5%');
    expect(translator('zh')('form.above-at-most', { minimum: 0, maximum: `100${NBSP}%` })).toBe(
      '须大于 0，且不超过 100%。',
    );
  });

  test('a moment reads as how long ago, in the language', () => {
    const now = Date.parse('2026-01-31T12:00:00.000Z');
    expect(en.ago('2026-01-31T11:59:55.000Z', now)).toBe('5s ago');
    expect(createFormat('zh-CN').ago('2026-01-31T11:50:00.000Z', now)).toBe('10分钟前');
    expect(en.ago(null, now)).toBe('–');
    expect(en.time('no time')).toBe('–');
    const utc = createFormat('en', 'UTC');
    expect(utc.time('2026-01-31T23:30:05.000Z')).toBe('01/31/2026, 23:30:05 UTC');
    expect(utc.dayMinute('2026-01-31T23:30:05.000Z')).toBe('01/31, 23:30');
    expect(createFormat('zh-CN', 'Asia/Shanghai').clock('2026-01-31T23:30:05.000Z')).toBe('07:30:05');
  });

  test.each([
    [26, `1${NBSP}s`],
    [1499, `1${NBSP}s`],
    [5000, `5${NBSP}s`],
    [60_000, `1${NBSP}min`],
    [65_000, `1${NBSP}min 5${NBSP}s`],
    [null, '–'],
  ])('a span of %s reads %s', (value, text) => expect(en.span(value)).toBe(text));
  test.each([
    [400, `1${NBSP}秒`],
    [10_000, `10${NBSP}秒`],
    [65_000, `1${NBSP}分${NBSP}5${NBSP}秒`],
    [120_000, `2${NBSP}分钟`],
    [null, '–'],
  ])('a span of %s reads %s in Chinese', (value, text) => expect(createFormat('zh-CN').span(value)).toBe(text));
});
