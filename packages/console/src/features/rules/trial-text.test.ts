import { expect, test } from 'vitest';
import { answerText, requestText } from './trial-text.ts';

test('requests of HTTP and calls as text', () => {
  const empty = { service: '', method: '', types: [], path: '', headers: {}, body: '' };
  expect(requestText({ ...empty, method: 'GET', path: '/users/7', headers: { host: 'users' } })).toBe(
    'GET /users/7\nhost: users',
  );
  expect(
    requestText({ ...empty, service: 'com.x.Users:1.0', method: 'get', types: ['long', 'int'], body: '[7,1]' }),
  ).toBe('com.x.Users:1.0 get(long, int)\n\n[7,1]');
});

test('answers as text', () => {
  expect(answerText({ status: 200, headers: { a: 'b' }, body: '{}', exception: '' })).toBe('200\na: b\n\n{}');
  expect(answerText({ status: 20, headers: {}, body: 'taken', exception: 'com.x.Taken' })).toBe(
    '20 com.x.Taken\n\ntaken',
  );
});
