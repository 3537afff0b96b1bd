import { expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { hitsTitle } from './hits-title.ts';

test.each([
  ['isolate', 'Judged 5 min'],
  ['limit', 'Hits 5 min'],
])('the counter of %s reads %s', (segment, title) => expect(translator('en')(hitsTitle(segment))).toBe(title));
