import { expect, it } from 'vitest';
import { brisk } from './warm-up.ts';

const job = (ratePerSecond: number) => ({
  kind: 'requests' as const,
  protocol: 'http1' as const,
  port: 1,
  connections: 50,
  inFlight: 1,
  ratePerSecond,
  warmupMs: 4000,
  durationMs: 200,
  requests: 0,
  requestBody: true,
});

it('warms up at low rates with more, and everything else as it is', () => {
  expect(brisk(job(1000))).toEqual(job(8000));
  expect(brisk(job(20_000))).toEqual(job(20_000));
  // A closed loop sends what it can already.
  expect(brisk(job(0))).toEqual(job(0));
});
