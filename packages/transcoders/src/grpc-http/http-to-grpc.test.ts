import { PlainRequestHead, TranscodeError } from '@weft/sdk';
import { expect, it } from 'vitest';
import { Descriptors } from '../common/proto/index.ts';
import { LIBRARY } from '../common/testdata/books.ts';
import { TICKET_DESCRIPTORS } from '../common/testdata/ticket/index.ts';
import { Bindings } from './bindings.ts';
import { HttpToGrpc } from './http-to-grpc.ts';

const CALL = { callerProtocol: 'Http1', protocol: 'Http2', remainingMs: 0, clusterName: '', maxBodyBytes: 1_048_576 };
const transcoder = new HttpToGrpc(new Bindings(LIBRARY), { refuseUnknown: true, defaults: false });
const called = (method: string, path: string, body: string, headers: readonly (readonly [string, string])[] = []) => {
  const head = new PlainRequestHead('Http1', 'http', { method, path }, headers);
  return transcoder.request({ head, body: Buffer.from(body), trailers: null }, CALL);
};

it.each([
  ['PATCH', '/v1/shelves/1/books/2', 'null'],
  ['POST', '/v1/loans', ''],
])('%s %s takes the body %j', (method, path, body) => {
  expect(called(method, path, body).head.path).toMatch(/^\/library\.Library\//);
});

it.each([
  ['/v1/loans', 'null', 'library.Book: an object expected, null found'],
  ['/v1/loans', '{"id":1,"id":2}', 'syntax: $: not JSON: a name that was there before at character 8'],
  ['/v1/loans', '{"author":{"givenName":"a","given_name":"b"}}', 'givenName and given_name are one field'],
  ['/v1/loans', '{"reader":"a","branch":1}', 'only one of reader and branch may have a value'],
])('%s refuses %s', (path, body, problem) => {
  expect(() => called('POST', path, body)).toThrow(TranscodeError);
  expect(() => called('POST', path, body)).toThrow(problem);
});

it.each([
  ['AAH/', true],
  ['AAE', true],
  ['', true],
  ['AA==, AQ', true],
  ['%%%', false],
  ['AA==, %', false],
  ['A=A', false],
])('metadata of bytes, %j: %s', (value, fits) => {
  const call = () => called('POST', '/v1/loans', '{}', [['x-trace-bin', value]]).head.get('x-trace-bin');
  if (fits) expect(call()).toBe(value);
  else expect(call).toThrow(new TranscodeError('the header x-trace-bin: bytes in base64 expected'));
});

it('refuses, as what is wrong with a request, one without a field that proto2 requires', () => {
  const tickets = new Bindings(new Descriptors([Buffer.from(TICKET_DESCRIPTORS, 'base64')]));
  const ask = (body: string) => {
    const head = new PlainRequestHead('Http1', 'http', { method: 'POST', path: '/ticket.Tickets/Ask' }, []);
    const options = { refuseUnknown: false, defaults: false };
    return new HttpToGrpc(tickets, options).request({ head, body: Buffer.from(body), trailers: null }, CALL).body;
  };
  expect(ask('{"must":"a"}')).toEqual(Buffer.from('00000000030a0161', 'hex'));
  expect(() => ask('{"n":1}')).toThrow(new TranscodeError('ticket.Ticket: the required field must is missing'));
});
