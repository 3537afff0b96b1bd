import { expect, test } from 'vitest';
import { translator } from '../../i18n/index.ts';
import { hitsTitle } from './hits-title.ts';

test.each([
  ['isolate', 'Judged'],
  ['limit', 'Hits'],
])('the counter of %s reads %s', (segment, title) => expect(translator('en')(hitsTitle(segment))).toBe(title));
