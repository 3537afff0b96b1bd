import { expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { effectsOf, hitsWords } from './effect-words.ts';

const none = { rejected: 0, delayed: 0, copied: 0 };
const MOCK = { action: 'MOCK', body: '{}' };
const DELAY = { ruleType: 'DELAY', fixedDelay: 50 };

test.each([
  ['limit', {}, ['Refused', 'Would be refused']],
  ['downgrade', { action: 'REJECT', status: 503 }, ['Refused', 'Would be refused']],
  ['downgrade', {}, ['Refused', 'Would be refused']],
  ['downgrade', MOCK, ['Answered instead', 'Would be answered instead']],
  ['downgrade', { action: 'RETURN_NULL' }, ['Answered instead', 'Would be answered instead']],
  ['fault-inject', DELAY, ['Faults injected', 'Would be injected']],
] as const)('the hits of %s %j are called %j', (segment, spec, words) => {
  const { acted, would } = hitsWords(segment, spec);
  expect([acted, would].map((key) => translator('en')(key))).toEqual(words);
});

test.each([
  ['limit', {}, none, ['Refused']],
  // A rate that lets wait does both.
  ['limit', {}, { ...none, rejected: 2, delayed: 5 }, ['Refused', 'Delayed']],
  ['limit', {}, { ...none, delayed: 5 }, ['Refused', 'Delayed']],
  ['fault-inject', DELAY, none, ['Delayed']],
  ['fault-inject', DELAY, { ...none, delayed: 5 }, ['Delayed']],
  ['fault-inject', { ruleType: 'ABORT', code: 503 }, { ...none, rejected: 5 }, ['Failed on purpose']],
  ['fault-inject', {}, none, ['Failed on purpose']],
  ['mirror', {}, none, ['Copied']],
  ['downgrade', MOCK, { ...none, rejected: 5 }, ['Answered instead']],
  ['downgrade', { action: 'REJECT' }, none, ['Refused']],
] as const)('a trial of %s %j with %j has the columns %j', (segment, spec, counts, titles) => {
  expect(effectsOf(segment, spec, counts).map(({ title }) => translator('en')(title))).toEqual(titles);
});
