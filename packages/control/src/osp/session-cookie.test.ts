import { expect, test } from 'vitest';
import { sessionCookieName, sessionCookieOf } from './session-cookie.ts';

test.each([
  ['localhost:9880', 'WEFT_SESSION_9880'],
  ['[::1]:9881', 'WEFT_SESSION_9881'],
  ['mesh.example', 'WEFT_SESSION'],
  ['[::1]', 'WEFT_SESSION'],
  ['mesh.example:80; Path=/x', 'WEFT_SESSION'],
  [undefined, 'WEFT_SESSION'],
])('at %s the cookie is named %s', (host, name) => {
  expect(sessionCookieName(host)).toBe(name);
});

test('of the cookies of a host the one of this port counts, and the one without a port where that is missing', () => {
  const all = 'a=b; WEFT_SESSION=plain; WEFT_SESSION_9881=other; WEFT_SESSION_9880=own';
  expect(sessionCookieOf(all, 'localhost:9880')).toBe('own');
  expect(sessionCookieOf(all, 'localhost:9881')).toBe('other');
  expect(sessionCookieOf(all, 'localhost:9882')).toBe('plain');
  expect(sessionCookieOf('WEFT_SESSION_9881=other; XWEFT_SESSION=no', 'localhost:9880')).toBeUndefined();
  expect(sessionCookieOf(undefined, 'localhost:9880')).toBeUndefined();
});
