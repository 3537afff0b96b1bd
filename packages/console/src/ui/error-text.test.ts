import { expect, test } from 'vitest';
import { translator } from '../i18n/index.ts';
import { ApiError } from '../services/client.ts';
import { errorTitle } from './error-text.ts';

test.each([
  ['STORAGE', true, 'The database could not be read'],
  ['STORAGE', false, 'The database could not store it; nothing was changed'],
  ['FORBIDDEN', true, 'You may not do this'],
] as const)('%s of a call that only reads (%j): %s', (code, isOfRead, title) =>
  expect(errorTitle(new ApiError(503, code, 'database is locked', { isOfRead }), translator('en'))).toBe(title),
);
