import { expect, test } from 'vitest';
import { valueInWords } from './value-in-words.ts';

const labels = new Map<string | boolean, string>([
  [true, 'On'],
  ['SYSTEM', 'System field'],
  ['EQUAL', 'equals'],
]);

test.each([
  [undefined, '–'],
  [null, '–'],
  [[], '–'],
  [0, '0'],
  [false, 'false'],
  [true, 'On'],
  ['true', 'true'],
  ['EQUAL', 'equals'],
  [['a', 'b'], 'a, b'],
  [['a,b c', 'd'], '"a,b c", d'],
  [['a,b'], 'a,b'],
  [{ status: 503, message: '' }, 'status=503'],
  [
    [
      { weight: 90, labels: { version: 'v1', zone: 'a' } },
      { weight: 10, labels: {} },
    ],
    '90 · version=v1, zone=a; 10',
  ],
  [
    [{ type: 'SYSTEM', field: 'source.app.name', operation: 'EQUAL', value: ['productpage'] }],
    'System field · source.app.name · equals · productpage',
  ],
])('%j is "%s"', (value, text) => expect(valueInWords(value, labels)).toBe(text));
