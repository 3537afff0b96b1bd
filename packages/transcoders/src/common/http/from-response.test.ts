import { PlainResponseHead, TranscodeError } from '@weft/sdk';
import { expect, it } from 'vitest';
import { type MethodMapping, ServiceMappings } from '../mapping/index.ts';
import { ANY, parseJavaType } from '../values/index.ts';
import { readHttpOutcome } from './index.ts';

const MAX_BODY_BYTES = 1_048_576;
const plain = new ServiceMappings([], 'dubbo').unnamed('com.x.Y')?.byDefaults('get') as MethodMapping;
const method = (resultType: string): MethodMapping => ({
  ...plain,
  resultType: resultType === '' ? ANY : parseJavaType(resultType),
});
const read = (resultType: string, body: string | Buffer, type = 'application/json', status = 200) =>
  readHttpOutcome(
    method(resultType),
    new PlainResponseHead('Http1', 'http', status, {}, [['content-type', type]]),
    Buffer.from(body),
    MAX_BODY_BYTES,
  );
const value = (...given: Parameters<typeof read>): unknown => {
  const outcome = read(...given);
  return outcome.kind === 'value' ? outcome.value : outcome;
};

it('takes a text for a text where one is declared, JSON or not', () => {
  expect(value('java.lang.String', '"hi"')).toBe('hi');
  expect(value('java.lang.String', 'hi')).toBe('hi');
  expect(value('java.lang.String', '7')).toBe('7');
  expect(value('java.lang.String', 'null')).toBeNull();
  expect(value('java.lang.String', '"hi"', 'text/plain;charset=utf-8')).toBe('"hi"');
  expect(value('', 'hi', 'text/plain')).toBe('hi');
  expect(value('int', '7', 'text/plain')).toBe(7);
});

it('is null where there is nothing', () => {
  expect([value('int', ''), value('', '', 'text/plain', 204)]).toEqual([null, null]);
});

it('reads the message of an error from JSON or text', () => {
  const message = (body: string) => (read('', body, 'any/type', 500) as { message?: string }).message;
  expect([
    message('{"message":"a","error":"b"}'),
    message('{"error":"b"}'),
    message('{"x":1}'),
    message('"c"'),
    message('<html>'),
    message(''),
    message('x'.repeat(5000))?.length,
  ]).toEqual(['a', 'b', '{"x":1}', 'c', '<html>', '', 1024]);
});

it.each([
  ['{"a":', 'application/json'],
  [Buffer.from([0xff]), 'application/json'],
])('refuses %s', (body, type) => {
  expect(() => read('', body as string, type)).toThrow(TranscodeError);
});

it('refuses an answer that is compressed', () => {
  const head = new PlainResponseHead('Http1', 'http', 200, {}, [['content-encoding', 'gzip']]);
  expect(() => readHttpOutcome(method(''), head, Buffer.from('x'), MAX_BODY_BYTES)).toThrow(/encoded with gzip/);
});

it('has no message of an error that is compressed, or no text', () => {
  const head = new PlainResponseHead('Http1', 'http', 500, {}, [['content-encoding', 'gzip']]);
  const error = { kind: 'error', status: 500, message: '' };
  expect(readHttpOutcome(method(''), head, Buffer.from('x'), MAX_BODY_BYTES)).toEqual(error);
  expect(read('', Buffer.from([0x1f, 0x8b, 0xff]), 'text/html', 500)).toEqual(error);
});
