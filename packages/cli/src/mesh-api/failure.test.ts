import { ApiError } from '@weft/api';
import { expect, test } from 'vitest';
import type { CommandError } from '../outcome.ts';
import { toCommandError } from './failure.ts';

const described = (...args: ConstructorParameters<typeof ApiError>): CommandError =>
  toCommandError(new ApiError(...args), 'http://a:1') as CommandError;

test('says what to do, and ends with 3 where a guard refused', () => {
  expect(described(0, 'NO_ANSWER', 'no answer from http://a:1')).toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(/`weft up` starts one/),
  });
  expect(described(401, 'TOKEN_REVOKED', 'the token was revoked').message).toBe(
    'the token was revoked; log in again: weft login --endpoint http://a:1',
  );
  expect(described(409, 'LAST_PROVIDER', 'the last one; send force')).toMatchObject({
    exitCode: 3,
    message: 'the last one; send force (--force)',
  });
  expect(described(429, 'RATE_LIMITED', 'too many', { retryAfterSeconds: 3 }).message).toMatch(/try again in 3 s$/);
});

test('names every field, and the request where the control plane is at fault', () => {
  const fields = [
    { path: '/spec/threshold', message: 'out of range' },
    { path: '/app', message: 'missing' },
  ];
  expect(described(400, 'INVALID', '2 values', { fields, requestId: 'r1' }).message).toBe(
    '2 values\n  /spec/threshold: out of range\n  /app: missing',
  );
  expect(described(500, 'INTERNAL', 'broken', { requestId: 'r1' }).message).toMatch(/request r1/);
});

test('leaves other errors alone', () => {
  const error = new TypeError('mine');
  expect(toCommandError(error, '')).toBe(error);
});
