import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBytes, formatDuration, parseBytes, parseDuration } from './scalars.ts';

test.each<[unknown, number]>([
  ['1s', 1000],
  ['1h2m3s', 3_723_000],
  ['1.5s', 1500],
  ['.5s', 500],
  ['100ms', 100],
  ['10us', 0.01],
  ['10\u00b5s', 0.01],
  ['10\u03bcs', 0.01],
  ['1ns', 1e-6],
  ['-3ms', -3],
  ['+3ms', 3],
  ['0', 0],
  ['-0', 0],
  ['0s', 0],
  [0, 0],
])('%j is a duration', (text, ms) => {
  const parsed = parseDuration(text);
  expect(parsed).toBe(ms);
  expect(Object.is(parsed, -0)).toBe(false);
});

test.each<[unknown]>([
  ['1'],
  ['1.5'],
  [''],
  ['s'],
  ['1 s'],
  [' 1s'],
  ['1s '],
  ['1d'],
  ['1S'],
  ['--1s'],
  ['1s-1s'],
  ['1e3s'],
  ['.s'],
  ['1..5s'],
  ['300000h1000000h3000000h'],
  ['9'.repeat(65)],
  ['1s'.repeat(40)],
  [1],
  [true],
  [null],
  [undefined],
  [{}],
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each<[unknown, number]>([
  ['64KiB', 65_536],
  ['64kb', 65_536],
  ['64K', 65_536],
  ['10MB', 10_485_760],
  ['1.5g', 1_610_612_736],
  ['1 MiB', 1_048_576],
  ['512', 512],
  ['512B', 512],
  [0, 0],
  [4096, 4096],
])('%j is a size', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each<[unknown]>([
  ['-1'],
  [-1],
  [1.5],
  ['0.3'],
  [''],
  ['KiB'],
  ['1XB'],
  ['1KiBB'],
  ['99999T'],
  ['1e3'],
  [null],
  [Number.NaN],
  ['1'.repeat(65)],
])('%j is no size', (text) => {
  expect(parseBytes(text)).toBeUndefined();
});

test('what is written can be read again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 3);
      expect(parseBytes(formatBytes(ms))).toBe(ms);
    }),
  );
});

test('durations and sizes are written shortly', () => {
  expect([0, 0.5, 90_000, 3_600_000, 1500, -20].map(formatDuration)).toEqual([
    '0s',
    '500us',
    '1m30s',
    '1h',
    '1.5s',
    '-20ms',
  ]);
  expect([0, 512, 65_536, 1_048_576, 1025].map(formatBytes)).toEqual(['0B', '512B', '64KiB', '1MiB', '1025B']);
});
