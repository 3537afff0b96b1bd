import { MESSAGES, type MessageId, message, messageText } from '@weft/api/messages';
import { expect, test } from 'vitest';
import { whyStep } from './why-step.ts';

const rule = { id: 341, name: 'qps', app: 'reviews', address: '/rules/limit' };
const step = (id: MessageId, advice: MessageId | null, params = {}) =>
  whyStep(
    {
      code: id,
      result: 'fail',
      text: '',
      message: message(id, params),
      advice: '',
      adviceMessage: advice === null ? null : message(advice, params),
    },
    rule,
  );

test('what was found leads to the page where it is mended', () => {
  expect(step('why.condition', null)).toMatchObject({ to: '/rules/limit/341' });
  expect(step('why.disabled', 'why.enable')).toMatchObject({ to: '/rules/limit', search: { keyword: 'qps' } });
  expect(step('why.no-instance', 'why.compare-labels', { service: 'a:1@B/c' })).toMatchObject({
    to: '/services/a%3A1%40B%2Fc',
  });
  expect(step('why.app-away', 'why.start-proxy')).toMatchObject({ to: '/proxies', search: { app: 'reviews' } });
  expect(step('why.no-requests', null)).toBe(null);
});

test('no advice sends the reader of the console to a command that a page has', () => {
  const commands = (Object.keys(MESSAGES) as MessageId[])
    .filter((id) => id.startsWith('why.') && /\bweft (?!sub)/.test(messageText(message(id))))
    .sort();
  expect(commands).toContain('why.push-again');
  expect(commands.filter((id) => step('why.disabled', id)?.instead !== true)).toEqual([]);
});
