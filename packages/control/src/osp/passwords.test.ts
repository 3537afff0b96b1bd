import { expect, it } from 'vitest';
import { checkPassword, hashPassword, TooManyLogins } from './passwords.ts';

it('knows a password again, and no other', async () => {
  const hash = await hashPassword('a long new password');
  expect(hash).toMatch(/^scrypt\$16384\$8\$1\$[\w+/=]{24}\$[\w+/=]{44}$/);
  expect(await checkPassword('a long new password', hash)).toBe(true);
  for (const other of ['', 'a long new passwore', 'A long new password', 'a long new password '])
    expect(await checkPassword(other, hash)).toBe(false);
});

it('takes what looks the same for the same, however it was typed', async () => {
  expect(await checkPassword('Zu\u0308rich 2026', await hashPassword('Z\u00fcrich 2026'))).toBe(true);
});

it('gives two people with one password hashes of their own', async () => {
  expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
});

it('lets nobody in whose name is not there, nor with a hash without a key', async () => {
  expect(await checkPassword('', null)).toBe(false);
  expect(await checkPassword('x', null)).toBe(false);
  expect(await checkPassword('', 'scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$')).toBe(false);
});

it('knows hashes of another cost', async () => {
  // scrypt('secret', 16 zero bytes, N 1024, r 8, p 1), as written when the cost was lower.
  const { scryptSync } = await import('node:crypto');
  const salt = Buffer.alloc(16);
  const key = scryptSync('secret', salt, 32, { N: 1024, r: 8, p: 1 }).toString('base64');
  expect(await checkPassword('secret', `scrypt$1024$8$1$${salt.toString('base64')}$${key}`)).toBe(true);
});

it('refuses who comes while 64 wait, and serves those', async () => {
  const hash = 'scrypt$2$1$1$AAAAAAAAAAAAAAAAAAAAAA==$';
  const answers = await Promise.allSettled(Array.from({ length: 70 }, () => checkPassword('x', hash)));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(66);
  for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(TooManyLogins);
  expect(await checkPassword('x', hash)).toBe(false);
});
