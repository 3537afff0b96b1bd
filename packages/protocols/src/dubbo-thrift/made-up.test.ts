import { thriftAnswer } from '@weft/json-values';
import { PlainRequestHead } from '@weft/sdk';
import { type IncomingRequest, ServerEnd } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { dubboThrift } from './index.ts';
import { ANSWER, OLD_REQUEST, REQUEST } from './testdata/golden.ts';

function incoming(bytes: Buffer): { readonly asked: IncomingRequest; readonly server: ServerEnd } {
  const server = new ServerEnd(dubboThrift, {}, {});
  server.feed(bytes);
  return { asked: server.requests[0] as IncomingRequest, server };
}

function told(request: Buffer, body: string): Buffer {
  const { asked, server } = incoming(request);
  const headers = [['x-weft-rule', '7']] as const;
  asked.stream.sendLocalReply(asked.head, { status: 200, code: 'filter', headers, body, madeUp: { body } });
  return server.link.takeBytes();
}

it('answers byte for byte as ThriftCodec does', () => {
  expect(told(OLD_REQUEST, '{"0":{"str":"hello world"}}').toString('hex')).toBe(ANSWER.toString('hex'));
});

it('answers with nothing, and with the names in the form of the request', () => {
  const nothing = told(REQUEST, '');
  const namesEnd = 4 + REQUEST.readUInt16BE(10);
  // Names and id, then a reply to the call by its name and sequence, with a struct that ends at once.
  expect(nothing.subarray(12, namesEnd)).toEqual(REQUEST.subarray(12, namesEnd));
  expect(nothing.toString('hex', namesEnd)).toBe('800100020000000568656c6c6f0000000100');
  expect([nothing.readUInt32BE(0), nothing.readUInt32BE(6)]).toEqual([nothing.length - 4, nothing.length - 4]);
});

it('answers with an exception that the method declares', () => {
  const body = '{"1":{"rec":{"1":{"str":"sold out"}}}}';
  expect(told(REQUEST, body).subarray(-thriftAnswer(body).length)).toEqual(thriftAnswer(body));
});

it('answers messages in the strict form alone', () => {
  const problem = (method: string) =>
    dubboThrift.madeUpProblem?.(new PlainRequestHead('dubbo-thrift', 'dubbo-thrift', { method }, []), { body: '' });
  expect([problem('hello'), problem('')]).toEqual(['', expect.stringMatching(/not in the strict form/)]);
});
