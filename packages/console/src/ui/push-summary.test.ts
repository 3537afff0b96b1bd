import { expect, test } from 'vitest';
import { translator } from '../i18n/index.ts';
import { type Push, pushInWords, summaryOf } from './push-summary.ts';

const push = (state: Push['state'], acked: number): Push => ({ state, target: 1, acked, rejected: 0 });

test('a rule that is off did not get anywhere by what proxies have acknowledged of others', () => {
  expect(summaryOf(push('ok', 1), false, false)).toBe('off');
  expect(summaryOf(push('ok', 1), true, false)).toBe('ok');
  expect(summaryOf(push('none', 0), false, false)).toBe('off');
  expect(summaryOf(push('none', 0), true, false)).toBe('none');
});

test('one that is off and not everywhere yet still says so', () => {
  expect(summaryOf(push('pending', 0), false, false)).toBe('pending');
  expect(summaryOf(push('failed', 0), false, false)).toBe('failed');
  expect(summaryOf({ ...push('ok', 0), frozen: {} }, false, false)).toBe('waits');
});

test('one that is being rolled out is told by its rollout, not by what proxies have acknowledged of others', () => {
  expect([false, true].map((enabled) => summaryOf(push('ok', 1), enabled, true))).toEqual(['rollout', 'rollout']);
  expect(summaryOf(push('failed', 0), false, true)).toBe('failed');
  expect(summaryOf(push('none', 0), true, true)).toBe('none');
});

test('lists that are exported say it in words, as pages do', () => {
  const rollout = {
    rolloutId: 1,
    state: 'RUNNING',
    step: 0,
    stepCount: 2,
    percent: 10,
    applied: 1,
    selected: 1,
    subscribers: 9,
  } as const;
  const zh = translator('zh');
  expect(pushInWords(push('partly', 0), true, null, zh)).toBe('部分成功 0/1');
  expect(pushInWords(push('ok', 1), false, null, zh)).toBe('关闭');
  expect(pushInWords({ ...push('none', 0), target: 0 }, true, null, zh)).toBe('无订阅者');
  expect(pushInWords(push('ok', 1), true, rollout, zh)).toBe('灰度 1/9');
  expect(pushInWords(push('ok', 1), true, rollout, translator('en'))).toBe('1 of 9 (rollout)');
});
