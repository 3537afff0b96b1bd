import { expect, test } from 'vitest';
import { askNewPassword } from './login.ts';

test('a new password is asked for again when it is too short, at once, or when the two differ', async () => {
  const asked: string[] = [];
  const told: string[] = [];
  const typed = ['short', 'long-enough-1', 'another-one-1', 'long-enough-2', 'long-enough-2'];
  const ask = async (question: string): Promise<string> => {
    asked.push(question);
    return typed.shift() ?? '';
  };
  expect(await askNewPassword(ask, (line) => told.push(line))).toBe('long-enough-2');
  expect(told).toEqual(['too short: 5 characters, at least 12 are needed', 'the two are not the same']);
  expect(asked).toEqual([
    'this was a one-time password; a new one, 12 characters or more',
    'a new password, 12 characters or more',
    'the same again',
    'a new password, 12 characters or more',
    'the same again',
  ]);
});
