import { PlainRequestHead, type RequestHead, TranscodeError } from '@weft/sdk';
import { expect, it } from 'vitest';
import type { ProtoMessage } from '../common/proto/index.ts';
import { frame, LIBRARY } from '../common/testdata/books.ts';
import { Bindings } from './bindings.ts';
import { GrpcToHttp } from './grpc-to-http.ts';

const CALL = { callerProtocol: 'Http2', protocol: 'Http1', remainingMs: 0, clusterName: '' };
const transcoder = new GrpcToHttp(new Bindings(LIBRARY), false);
const called = (method: string, json: unknown): RequestHead => {
  const head = new PlainRequestHead('Http2', 'http', { method: 'POST', path: `/library.Library/${method}` }, [
    ['content-type', 'application/grpc'],
  ]);
  const type = LIBRARY.method('library.Library', method)?.input as ProtoMessage;
  return transcoder.request({ head, body: frame(json, type), trailers: null }, CALL).head;
};

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
