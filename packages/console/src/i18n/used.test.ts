import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { MESSAGES } from './messages/index.ts';

const SOURCES = fileURLToPath(new URL('..', import.meta.url));

/** What pages are made of: the texts themselves and tests do not count as use. */
function readSources(): string {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.startsWith(join('i18n', 'messages')))
    .map((file) => readFileSync(join(SOURCES, file), 'utf8'))
    .join('\n');
}

/** The texts that no source names: as a whole, or by the beginning or the end of a name that is put together. */
function unusedIn(keys: readonly string[], source: string): string[] {
  const begins = [...source.matchAll(/`([a-z-]+\.[\w.-]*)\$\{/g)].map(([, begin = '']) => begin);
  const ends = [...source.matchAll(/`\$\{\w+\}(\.[\w.-]+)`/g)].map(([, end = '']) => end);
  return keys.filter(
    (key) =>
      !source.includes(`'${key}'`) &&
      !begins.some((begin) => key.startsWith(begin)) &&
      !ends.some((end) => key.endsWith(end)),
  );
}

test('every text is shown somewhere', () => {
  expect(unusedIn(Object.keys(MESSAGES), readSources())).toEqual([]);
});

test('a text that nobody names is found', () => {
  const source = ["t('a.whole')", 't(`b.state-$', '{state}`)', 't(`$', '{kind}.title`)'].join('');
  expect(unusedIn(['a.whole', 'a.other', 'b.state-ON', 'b.stated', 'c.title', 'c.hint'], source)).toEqual([
    'a.other',
    'b.stated',
    'c.hint',
  ]);
});

/** The texts that end with a Chinese stop and are shown with a blank behind, which `joinSentences` leaves out. */
function spacedIn(messages: Readonly<Record<string, readonly [en: string, zh: string]>>, source: string): string[] {
  return [...source.matchAll(/\bt\('([\w.-]+)'(?:, \{[^{}]*\})?\)\}(?:\{' '\}| (?=\$?\{))/g)]
    .map(([, key = '']) => key)
    .filter((key) => /[。！？；：，]$/u.test(messages[key]?.[1] ?? ''));
}

test('no text is shown with a blank behind its Chinese stop', () => {
  expect(spacedIn(MESSAGES, readSources())).toEqual([]);
});

test('a blank behind a Chinese stop is found', () => {
  const texts = { 'a.stop': ['One.', '一。'], 'a.word': ['one', '一'] } as const;
  const [behind, next, filled] = [
    "{t('a.stop')}{' '}",
    '`$' + "{t('a.stop')} $" + '{more}`',
    "{t('a.stop', { a })} {b}",
  ];
  expect(spacedIn(texts, [behind, next, filled].join(''))).toEqual(['a.stop', 'a.stop', 'a.stop']);
  expect(spacedIn(texts, "{t('a.word')}{' '}<b>{t('a.stop')}</b>")).toEqual([]);
});
