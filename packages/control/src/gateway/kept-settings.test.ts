import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Logger, noopLogger } from '@weft/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptSettings, keepAsked, readOnce, readPersist } from './kept-settings.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-settings-'));
  file = path.join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('kept settings', () => {
  it('are there again for the next process, until they are forgotten', () => {
    const first = new KeptSettings(file, noopLogger);
    expect(keepAsked(first, true, [['a', '1']])).toBeNull();
    expect(keepAsked(first, true, [['b', '2']])).toBeNull();
    const second = new KeptSettings(file, noopLogger);
    expect([second.get('a'), second.get('b'), second.get('c')]).toEqual(['1', '2', undefined]);
    expect(keepAsked(second, false, [['a', 'whatever it is now']])).toBeNull();
    expect(second.get('a')).toBeUndefined();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ b: '2' });
    // No part of a file that was written only in part.
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it('are left alone where nobody says whether to keep', () => {
    const settings = new KeptSettings(file, noopLogger);
    expect(keepAsked(settings, null, [['a', '1']])).toBeNull();
    expect([settings.get('a'), readdirSync(folder)]).toEqual([undefined, []]);
  });

  it.each(['{', '[1', 'null'])(
    'are those of the release, and the log says so, when the file cannot be read: %s',
    (text) => {
      writeFileSync(file, text);
      const errors: string[] = [];
      const log: Logger = {
        ...noopLogger,
        error: (_fields: unknown, message?: unknown) => void errors.push(String(message)),
      };
      expect(new KeptSettings(file, log).get('a')).toBeUndefined();
      expect(errors).toEqual([expect.stringContaining('those of the release are in force')]);
    },
  );

  it('take only texts, and no more than 1000, from a file that somebody wrote', () => {
    const many = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`n${index}`, 'x']));
    writeFileSync(file, JSON.stringify({ number: 1, ...many }));
    const settings = new KeptSettings(file, noopLogger);
    expect([settings.get('number'), settings.get('n999'), settings.get('n1000')]).toEqual([undefined, 'x', undefined]);
  });

  it('say why they cannot be kept, and stay as they were', () => {
    expect(keepAsked(new KeptSettings(null, noopLogger), true, [['a', '1']])).toBe(
      'it cannot be kept: this control plane has no folder for data',
    );
    const settings = new KeptSettings(path.join(folder, 'gone', 'settings.json'), noopLogger);
    expect(keepAsked(settings, true, [['a', '1']])).toMatch(/^it cannot be kept: ENOENT/);
    expect(settings.get('a')).toBeUndefined();
  });
});

it('a name may stand once in a query', () => {
  expect(readOnce({ a: '1', b: '' })).toEqual({ a: '1', b: '' });
  expect(readOnce({ a: '1', b: ['1', '2', '3'] })).toBe('b: found 3 values, expected one');
});

it.each([
  [undefined, 0, null],
  [undefined, 5, null],
  ['true', 0, true],
  ['false', 0, false],
  ['false', 5, false],
  ['', 0, 'persist=: expected true or false'],
  ['yes', 0, 'persist=yes: expected true or false'],
  ['true', 5, 'persist=true and ttl say two things: one is for good, the other for a time'],
])('persist=%s with a ttl of %d is %j', (text, ttlMs, expected) => {
  expect(readPersist(text, ttlMs)).toBe(expected);
});
