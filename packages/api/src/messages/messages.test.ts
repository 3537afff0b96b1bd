import { expect, test } from 'vitest';
import { MESSAGES, type MessageId, message, messageText } from './index.ts';

test('a message is its text with the parameters in it', () => {
  expect(messageText(message('simulate.count', { passed: 2, all: 5 }))).toBe('2 of 5 passed');
  expect(messageText(message('explain.cluster', { loadBalancer: 'random', hosts: 1 }))).toBe('random, 1 host');
  expect(messageText(message('explain.cluster', { loadBalancer: 'random', hosts: 0 }))).toBe('random, 0 hosts');
  const condition = { count: 1, considered: 2, value: 'bob' };
  expect(messageText(message('why.condition', { ...condition, condition: 'HEADER user EQUAL [ann]' }))).toBe(
    'for 1 of 2 requests of its services "Header user is ann" does not hold: one had bob',
  );
});

test('another language has its own words, and English where it has none', () => {
  const chinese = { 'simulate.passed': '通过' };
  expect(messageText(message('simulate.passed'), chinese)).toBe('通过');
  expect(messageText(message('change.stored'), chinese)).toBe('stored');
  expect(messageText({ id: 'of a newer server', params: {} }, chinese)).toBe('of a newer server');
});

test.each(Object.keys(MESSAGES) as MessageId[])('%s is found by what is written in braces', (id) => {
  const names = [...MESSAGES[id].matchAll(/\{(\w+)/g)].map((match) => match[1] as string);
  const params = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
  const text = messageText(message(id, params));
  for (const name of names) expect(text).toContain(`<${name}>`);
  expect(text).not.toMatch(/[{}|]/);
});
