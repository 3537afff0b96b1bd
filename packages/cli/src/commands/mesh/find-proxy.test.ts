import { expect, it } from 'vitest';
import { silentMs } from './find-proxy.ts';

const NOW = Date.parse('2026-01-01T00:01:00Z');

it.each([
  ['heard a moment ago', true, '2026-01-01T00:00:59Z', 0],
  ['late by what reports may be', true, '2026-01-01T00:00:50Z', 0],
  ['silent', true, '2026-01-01T00:00:40Z', 20_000],
  ['known to be away', false, '2026-01-01T00:00:40Z', 0],
  ['ahead by its clock', true, '2026-01-01T00:02:00Z', 0],
])('a proxy that is %s', (_what, connected, lastSeenAt, ms) => {
  expect(silentMs({ connected, lastSeenAt }, NOW)).toBe(ms);
});
