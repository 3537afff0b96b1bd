import { expect, it } from 'vitest';
import { PlainRequestHead, PlainResponseHead } from './index.ts';

it('keeps headers in order, with several values of a name', () => {
  const head = new PlainRequestHead('line', 'line', { method: 'GET' }, [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
  ]);
  expect([head.get('a'), head.get('A'), head.getAll('a'), head.method, head.contentLength]).toEqual([
    '1',
    undefined,
    ['1', '3'],
    'GET',
    -1,
  ]);
  head.set('a', '4');
  head.remove('b');
  const seen: string[] = [];
  head.forEach((name, value) => {
    seen.push(`${name}=${value}`);
  });
  expect(seen).toEqual(['a=4']);
});

it('takes the status as the native one unless told otherwise', () => {
  expect(new PlainResponseHead('line', 'line', 404).nativeStatus).toBe(404);
  expect(new PlainResponseHead('line', 'line', 404, { nativeStatus: 6 }).nativeStatus).toBe(6);
});
