import { expect, test } from 'vitest';
import { contextOf, contextPrefix, describedRequest, repeatedTimes, shownDocument } from './index.ts';

const request = (connectionId: number, trace: string) =>
  describedRequest({
    protocol: 'bolt',
    connectionId,
    headers: trace === '' ? {} : { 'rpc_trace_context.sofaTraceId': trace },
  });

test('a line about a request begins with its connection and its trace, as far as there are any', () => {
  expect([contextOf(request(1921, '0a0b')), contextPrefix(request(1921, '0a0b'))]).toEqual([
    '[1921,0a0b]',
    '[1921,0a0b] ',
  ]);
  expect(contextOf(request(1921, ''))).toBe('[1921,]');
  expect(contextOf(request(0, '0a0b'))).toBe('[,0a0b]');
  expect([contextOf(request(0, '')), contextPrefix(request(0, ''))]).toEqual(['', '']);
});

test('a document stands on one line, cut where nobody reads on', () => {
  expect(shownDocument('{\r\n"a": 1\n}')).toBe('{ "a": 1 }');
  expect(shownDocument('x'.repeat(20_000))).toBe(`${'x'.repeat(16_384)}…`);
});

test('lines that are left out are counted in words', () => {
  expect(repeatedTimes(7)).toBe('… repeated 7 times');
});
