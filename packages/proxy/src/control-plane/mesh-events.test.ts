import { expect, test } from 'vitest';
import { MeshEvents } from './mesh-events.ts';

test('an outage is told once, from its begin and with its first reason', () => {
  const events = new MeshEvents();
  expect(events.returned(1000)).toBeNull();
  events.lost(2000, 'the connection broke');
  events.lost(3000, 'no connection');
  expect(events.returned(7000)).toEqual({ awayMs: 5000, reason: 'the connection broke' });
  expect(events.returned(8000)).toBeNull();
});

test('events wait until they are taken, the newest hundred of them', () => {
  const events = new MeshEvents();
  for (let atMs = 0; atMs < 150; atMs++) events.note({ atMs, kind: 'rules', message: '' });
  const taken = events.take();
  expect(taken).toHaveLength(100);
  expect(taken[0]?.atMs).toBe(50);
  expect(events.take()).toEqual([]);
});
