import { expect, test } from 'vitest';
import { StorageError } from '../storage/index.ts';
import { failureOf } from './failure-of.ts';

test('of a call that only reads it is said that nothing could be read, of others that nothing was changed', () => {
  const locked = new StorageError('busy', 'database is locked');
  expect(failureOf(locked, true)).toMatchObject({
    code: 'STORAGE',
    status: 503,
    message: 'the database could not be read (busy)',
    headers: { 'retry-after': '5' },
  });
  expect(failureOf(locked, false).message).toBe('the database refused (busy): nothing was changed');
});

test('what is nobody else is told of is a defect without its words, and a status that callers cause has its own', () => {
  expect(failureOf(new StorageError('duplicate', 'UNIQUE constraint failed: t.secret'), false)).toMatchObject({
    code: 'INTERNAL',
  });
  expect(failureOf(new StorageError('duplicate', 'UNIQUE constraint failed: t.secret'), false).message).not.toContain(
    'secret',
  );
  expect(failureOf(Object.assign(new Error('no JSON'), { statusCode: 400 }), false)).toMatchObject({
    code: 'UNREADABLE',
    message: 'no JSON',
  });
});
