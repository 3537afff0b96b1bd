import { expect, it } from 'vitest';
import { LIBRARY_DESCRIPTORS } from '../testdata/library/index.ts';
import { TICKET_DESCRIPTORS } from '../testdata/ticket/index.ts';
import { emptyAnswerProblem, writeJavaAnswer, writeProtoAnswer } from './index.ts';

const write = (method: string, body: string, more: object = {}) => {
  const call = {
    descriptorSet: LIBRARY_DESCRIPTORS,
    service: 'library.Library',
    method,
    isTriple: false,
    body,
    maxMessages: 3,
  };
  const written = writeProtoAnswer({ ...call, ...more });
  return written.kind === 'refused' ? written : written.messages.map((message) => message.toString('hex'));
};

it('writes a message as the method returns it, by the names of its fields in JSON or in the .proto', () => {
  // 1 "Emma", 2 varint 9007199254740993, 3 { 1 "J" }, 4 NOVEL.
  const hex = `0a04456d6d61${'108180808080808010'}1a030a014a2001`;
  const book = '{"name":"Emma","id":"9007199254740993","author":{"given_name":"J"},"kind":"NOVEL"}';
  expect(write('GetBook', book)).toEqual([hex]);
  expect(write('GetBook', book.replace('given_name', 'givenName'))).toEqual([hex]);
  expect(write('GetBook', '{}', { descriptorSet: LIBRARY_DESCRIPTORS.replace(/.{76}/g, '$&\n') })).toEqual(['']);
});

it('writes each message of a stream, which may be none', () => {
  expect(write('ListBooks', '[{"name":"a"},{},{"name":"b"}]')).toEqual(['0a0161', '', '0a0162']);
  expect(write('ListBooks', '[]')).toEqual([]);
  expect(write('ListBooks', '{}')).toMatchObject({ at: 'body', expected: 'a list with the JSON of each message' });
  expect(write('ImportBooks', '{"count":2}')).toEqual(['0802']);
});

it('counts the messages of a stream before it writes one', () => {
  // The last one would be refused.
  expect(write('ListBooks', '[{},{},{},{"lent":1}]')).toEqual({
    kind: 'refused',
    at: 'body',
    message: '4 messages',
    expected: 'a list of at most 3 messages',
  });
  expect(write('ListBooks', '[{},{},{}]')).toEqual(['', '', '']);
});

const TICKETS = { descriptorSet: TICKET_DESCRIPTORS, service: 'ticket.Tickets' };

it.each([
  ['Buy', '{"n":1}', 'ticket.Ticket: the required field must is missing'],
  ['Buy', '{"must":null}', 'ticket.Ticket: the required field must is missing'],
  ['Buy', '{"must":"","seat":{}}', 'ticket.Ticket.seat: the required field seatRow is missing'],
  ['Buy', '{"must":"","others":[{"seatRow":0},{}]}', 'ticket.Ticket.others[1]: the required field seatRow is missing'],
  ['Buy', '{"must":"","named":{"a":{}}}', 'ticket.Ticket.named["a"]: the required field seatRow is missing'],
  ['List', '[{"must":""},{}]', 'ticket.Ticket: the required field must is missing'],
])('of proto2, %s refuses %s', (method, body, problem) => {
  expect(write(method, body, TICKETS)).toMatchObject({
    at: 'body',
    message: `no message of that type: ${problem}`,
    expected: 'the JSON of what the method returns, a ticket.Ticket',
  });
});

it('takes a message of proto2 with what it requires', () => {
  expect(write('Buy', '{"must":"","seat":{"seat_row":0}}', TICKETS)).toEqual(['0a001a020800']);
  expect(write('Ask', '{}', TICKETS)).toEqual(['']);
});

it('knows whether a message without fields is one', () => {
  const problem = (method: string, more: object = {}) =>
    emptyAnswerProblem({ ...TICKETS, method, isTriple: false, ...more });
  const lacks = 'no message of that type: ticket.Ticket: the required field must is missing';
  expect([problem('Buy'), problem('List'), problem('*'), problem('buy', { isTriple: true })]).toEqual([
    ...[lacks, lacks, lacks, lacks],
  ]);
  expect([problem('Ask'), problem('buy'), problem('Sell'), problem('Buy', { service: 'ticket.Shop' })]).toEqual([
    ...[null, null, null, null],
  ]);
  expect(problem('*', { descriptorSet: LIBRARY_DESCRIPTORS, service: 'library.Library' })).toBeNull();
  expect(problem('Buy', { descriptorSet: 'A' })).toBeNull();
});

it('takes names as Java has them for Triple alone', () => {
  expect(write('getBook', '{}', { isTriple: true })).toEqual(['']);
  expect(write('getBook', '{}')).toMatchObject({
    kind: 'refused',
    at: 'method',
    message: 'the service library.Library has no such method',
    expected: 'one of GetBook, UpdateBook, ReadAuthor, Lend, ListBooks, ImportBooks, Discuss, Clear',
  });
});

it.each([
  ['a set that is none', 'GetBook', '{}', { descriptorSet: 'AAAA' }, 'descriptorSet', /protobuf/],
  ['a set that is cut', 'GetBook', '{}', { descriptorSet: 'A' }, 'descriptorSet', /^not base64$/],
  ['signs that no base64 has', 'GetBook', '{}', { descriptorSet: '===A==' }, 'descriptorSet', /^not base64$/],
  [
    'a name that is there twice',
    'GetBook',
    '{"id":1,"id":2}',
    {},
    'body',
    /a name that was there before at character 8/,
  ],
  ['another service', 'GetBook', '{}', { service: 'library.Shop' }, 'descriptorSet', /library\.Shop is not in it/],
  [
    'a field that the message lacks',
    'GetBook',
    '{"stars":1}',
    {},
    'body',
    /^no message of that type: library\.Book: no field is called "stars"$/,
  ],
  ['a value of another type', 'GetBook', '{"lent":1}', {}, 'body', /library\.Book\.lent: true or false expected/],
  ['a text that is no JSON', 'GetBook', 'pong', {}, 'body', /^no message of that type: \$: /],
])('refuses %s', (_name, method, body, more, at, message) => {
  const refused = { kind: 'refused', at, message: expect.stringMatching(message) as string };
  expect(write(method, body, more)).toMatchObject(refused);
  // Once more: a set is read once.
  expect(write(method, body, more)).toMatchObject(refused);
});

it('wraps a Java value in the message of Triple', () => {
  const wrapped = (data: string): string => {
    const length = (data.length / 2).toString(16).padStart(2, '0');
    return `0a086865737369616e3412${length}${data}1a10${Buffer.from('java.lang.Object').toString('hex')}`;
  };
  expect(writeJavaAnswer('null').toString('hex')).toBe(wrapped('4e'));
  expect(writeJavaAnswer('"hi"').toString('hex')).toBe(wrapped('026869'));
  expect(writeJavaAnswer('{"a":[1,2.5]}').toString('hex')).toBe(wrapped(`48${'0161'}7a91${'5f000009c4'}5a`));
});
