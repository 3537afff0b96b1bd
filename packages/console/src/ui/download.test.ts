import { expect, test } from 'vitest';
import { toCsv } from './download.ts';

test('cells are quoted where they must be, and none is a formula', () => {
  expect(toCsv([['a,b', 'say "x"', 'two\nlines', null, 1.5, true]])).toBe(
    '"a,b","say ""x""","two\nlines",,1.5,true\r\n',
  );
  expect(toCsv([['=HYPERLINK("x")', '@x', '-1', '+1']])).toBe(`"'=HYPERLINK(""x"")",'@x,'-1,'+1\r\n`);
  expect(toCsv([[-1]])).toBe('-1\r\n');
});
