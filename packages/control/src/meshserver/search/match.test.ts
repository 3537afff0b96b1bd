import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestOf, looksLikeTrace } from './match.ts';

const find = (rows: readonly string[], text: string, size = 10) => bestOf(rows, text, size, (row) => [row]);

test('what is equal comes first, then what begins with the text, then words within', () => {
  const rows = ['overviews', 'book.reviews:9080', 'reviews-v2', 'Reviews', 'ratings'];
  expect(find(rows, 'reviews')).toEqual({ best: ['Reviews', 'reviews-v2', 'book.reviews:9080'], total: 3 });
  expect(find(rows, 'VIEWS').best).toEqual(['overviews', 'book.reviews:9080', 'reviews-v2', 'Reviews']);
  expect(find(rows, 'nobody')).toEqual({ best: [], total: 0 });
});

test('counts all, gives so many, and never a worse one for a better', () => {
  const names = fc.array(fc.stringMatching(/^[ab.]{1,6}$/), { maxLength: 40 });
  fc.assert(
    fc.property(names, fc.stringMatching(/^[ab]{1,3}$/), fc.integer({ min: 1, max: 5 }), (rows, text, size) => {
      const { best, total } = find(rows, text, size);
      const fits = rows.filter((row) => row.includes(text));
      expect(total).toBe(fits.length);
      expect(best).toHaveLength(Math.min(size, fits.length));
      const equal = fits.filter((row) => row === text).length;
      expect(best.filter((row) => row === text)).toHaveLength(Math.min(size, equal));
      const begins = fits.filter((row) => row.startsWith(text)).length;
      expect(best.filter((row) => row.startsWith(text))).toHaveLength(Math.min(size, begins));
    }),
  );
});

test('knows the ids of requests', () => {
  for (const id of ['0ad1f5a61700000000000100112345', '463ac35c9f6413ad', '4bf92f3577b34da6a3ce929d0e0e4736'])
    expect(looksLikeTrace(id), id).toBe(true);
  for (const text of ['reviews', '10.0.3.11', 'abc123', '463ac35c9f6413a']) expect(looksLikeTrace(text)).toBe(false);
});
