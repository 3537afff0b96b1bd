import { type MessageStream, PlainRequestHead, PlainResponseHead, type RequestHead, TranscodeError } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import type { ProtoMessage, ProtoMethod } from '../common/proto/index.ts';
import { frame, LIBRARY } from '../common/testdata/books.ts';
import { Bindings, type HttpBinding } from './bindings.ts';
import { GrpcToHttp } from './grpc-to-http.ts';

const CALL = { callerProtocol: 'Http2', protocol: 'Http1', remainingMs: 0, clusterName: '', maxBodyBytes: 1_048_576 };
const bindings = new Bindings(LIBRARY);
const transcoder = new GrpcToHttp(bindings, false);
const called = (method: string, json: unknown): RequestHead => {
  const head = new PlainRequestHead('Http2', 'http', { method: 'POST', path: `/library.Library/${method}` }, [
    ['content-type', 'application/grpc'],
  ]);
  const type = LIBRARY.method('library.Library', method)?.input as ProtoMessage;
  return transcoder.request({ head, body: frame(json, type), trailers: null }, CALL).head;
};

describe('an answer of events', () => {
  const method = LIBRARY.method('library.Library', 'Discuss') as ProtoMethod;
  const binding = bindings.of('/library.Library/Discuss')?.[0] as HttpBinding;
  const framesOf = (pieces: readonly Buffer[], type = 'text/event-stream'): string => {
    const answer = new PlainResponseHead('Http1', 'http', 200, {}, [['content-type', type]]);
    const messages = transcoder.streamAnswer(answer, { method, binding }, CALL)?.messages as MessageStream;
    const frames = [...pieces.map((piece) => Buffer.from(messages.data(piece))), messages.end(null).body];
    expect(messages.fault).toBeNull();
    return Buffer.concat(frames).toString('hex');
  };
  const expected = Buffer.concat([frame({ name: 'a' }), frame({ name: 'b' })]).toString('hex');

  it.each(['\n', '\r\n', '\r'])('has lines that end with %j, in whatever pieces', (end) => {
    const lines = ['\ufeffdata: {"name":', 'data: "a"}', '', ': x', 'event: message', 'data: {"name":"b"}', '', ''];
    const text = Buffer.from(lines.join(end));
    for (let size = 1; size <= text.length; size++) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < text.length; at += size) pieces.push(text.subarray(at, at + size));
      expect(framesOf(pieces)).toBe(expected);
    }
  });

  it('of lines ends with LF alone, and may begin with the mark, too', () => {
    const text = Buffer.from('\ufeff{"name":\r"a"}\r\n{"name":"b"}');
    expect(framesOf([text], 'application/x-ndjson')).toBe(expected);
  });
});

it('what is neither path nor body is the query', () => {
  const head = called('GetBook', { name: 'shelves/1/books/2', full: true, author: { givenName: 'J' } });
  expect([head.method, head.path]).toEqual(['GET', '/v1/shelves/1/books/2?full=true&author.givenName=J']);
});

it('a path that dots would lead elsewhere is refused', () => {
  expect(() => called('GetBook', { name: '..' })).toThrow(TranscodeError);
  expect(() => called('GetBook', { name: 'shelves/../books/2' })).toThrow(TranscodeError);
});

it.each<[what: string, json: object]>([
  ['a path', { name: 'x'.repeat(65_536) }],
  ['a value', { name: 'x', author: { givenName: 'y'.repeat(65_536) } }],
  ['many values', { name: 'x', revisions: new Array(10_000).fill(7) }],
  ['escapes', { name: 'x', author: { givenName: 'ä'.repeat(20_000) } }],
])('%s that no head has room for is an error of the caller', (_what, json) => {
  expect(() => called('GetBook', json)).toThrow('path and query have more than 65536 characters');
});
