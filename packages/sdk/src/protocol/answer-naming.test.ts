import { expect, it } from 'vitest';
import { numberedNames } from './answer-naming.ts';
import { namedNumber } from './unread-call.ts';

it('statuses have the names that a protocol gives them, and the number alone without one', () => {
  const nameOf = numberedNames({ SUCCESS: 0, BUSY: 4 });
  expect([nameOf(4), nameOf(0), nameOf(5)]).toEqual(['4 BUSY', '0 SUCCESS', '5']);
});

it('numbers are shown with their names where there are some', () => {
  expect([namedNumber({ 8: 'kryo' }, 8), namedNumber({ 8: 'kryo' }, 9)]).toEqual(['8 (kryo)', '9']);
});
