import { expect, it } from 'vitest';
import { parseGrpcTimeout } from './grpc-timeout.ts';

it.each([
  ['1H', 3_600_000],
  ['2M', 120_000],
  ['3S', 3000],
  ['150m', 150],
  ['1500u', 2],
  ['1n', 1],
  ['0S', 1],
  ['99999999H', 0x7fff_ffff],
  ['99999999S', 0x7fff_ffff],
  ['', 0],
  ['S', 0],
  ['1', 0],
  ['1s', 0],
  ['-1S', 0],
  ['1.5S', 0],
  ['123456789S', 0],
  [' 1S', 0],
])('%j is %d ms', (text, ms) => {
  expect(parseGrpcTimeout(text)).toBe(ms);
});
