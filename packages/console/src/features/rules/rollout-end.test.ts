import { expect, test } from 'vitest';
import type { Rollout } from '../../services/rollouts.ts';
import { adviceAfter, haltOf, inForceAfter } from './rollout-end.ts';

type Event = Rollout['history'][number];
const event = (what: Event['what']): Event => ({ at: '', by: 'weft', what, percent: 5, text: '', said: null });
const breach = (guard: NonNullable<Rollout['breach']>['guard']): NonNullable<Rollout['breach']> => ({
  at: '',
  guard,
  limit: 0.01,
  found: 0.3,
  reference: 0,
  referenceOf: 'others',
  requests: 96,
  windowSec: 6,
  proxies: ['a'],
  reason: '',
});

test('after a rollout proxies have what was there before, unless it went to all', () => {
  expect(inForceAfter({ state: 'PROMOTED' }, true)).toBe('rollout.now-new');
  expect(inForceAfter({ state: 'ABORTED' }, true)).toBe('rollout.now-before');
  expect(inForceAfter({ state: 'ABORTED' }, false)).toBe('rollout.now-off');
});

test('what to do hangs on what it gave up for, and is not said where somebody ended it', () => {
  const halted = [event('start'), event('halt')];
  expect(haltOf({ history: halted })).toBe(halted[1]);
  expect(adviceAfter({ history: halted, breach: breach('maxErrorRate') })).toBe('rollout.do-figures');
  expect(adviceAfter({ history: halted, breach: breach('refused') })).toBe('rollout.do-refused');
  expect(adviceAfter({ history: halted, breach: null })).toBe('rollout.do-again');
  expect(adviceAfter({ history: [event('start'), event('abort')], breach: null })).toBeNull();
});
