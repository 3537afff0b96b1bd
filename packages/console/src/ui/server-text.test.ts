import { MESSAGES, message } from '@weft/api/messages';
import { expect, test } from 'vitest';
import { SERVER_TEXTS_ZH } from '../i18n/index.ts';
import { serverText, serverTexts } from './server-text.ts';

const ids = Object.keys(MESSAGES) as (keyof typeof MESSAGES)[];
const blanks = (text: string): string[] => [...text.matchAll(/\{(\w+)/g)].map((match) => match[1] ?? '').sort();

test.each(ids)('%s has Chinese words with the same blanks', (id) => {
  expect(blanks(SERVER_TEXTS_ZH[id] ?? '')).toEqual(blanks(MESSAGES[id]));
});

test('what the server said is shown in the language of the reader, and as it is where it says no more', () => {
  const said = message('warning.no-proxy-of-app', { app: 'reviews' });
  expect(serverText(said, 'zh')).toContain('应用 reviews 没有在线代理');
  expect(serverText(said, 'en')).toContain('no live proxy of app reviews');
  expect(serverTexts(['as it is'], undefined, 'zh')).toEqual(['as it is']);
  expect(serverTexts(['as it is'], [said], 'zh')[0]).toContain('应用 reviews');
});

test('moments are shown in the time zone of the reader, other values as they are', () => {
  const since = '2026-11-21T08:00:00.000Z';
  const shown = serverText(message('notice.endpoints-closed', { operator: 'admin', since }), 'zh');
  expect(shown).not.toContain(since);
  expect(shown).toMatch(/admin 于 2026.11.2\d/);
});

test('no Chinese words are left of a message that is gone', () => {
  expect(Object.keys(SERVER_TEXTS_ZH).filter((id) => !(id in MESSAGES))).toEqual([]);
});
