import { expect, test } from 'vitest';
import { nameOrId } from './name-or-id.ts';

test.each([
  ['reviews-qps', 'reviews-qps'],
  ['评论限流', '评论限流'],
  [' a ', ' a '],
  ['', '#12'],
  ['   ', '#12'],
  ['\u202e\u200b', '#12'],
  ['\u3164', '#12'],
])('a rule of name %j is shown as %j', (name, shown) => expect(nameOrId(name, 12)).toBe(shown));
