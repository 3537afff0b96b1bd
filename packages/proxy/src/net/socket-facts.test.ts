import { ResetReason } from '@weft/sdk';
import { expect, it } from 'vitest';
import { joinAddress, reasonOf } from './socket-facts.ts';

it.each([
  ['127.0.0.1', 80, '127.0.0.1:80'],
  ['::1', 80, '[::1]:80'],
  ['::ffff:10.0.0.1', 80, '10.0.0.1:80'],
  [undefined, undefined, ''],
])('%s and %s are %s', (address, port, text) => {
  expect(joinAddress(address, port)).toBe(text);
});

it.each([
  [{ syscall: 'connect', code: 'ECONNREFUSED' }, false, ResetReason.CONNECT_FAILED],
  [{ syscall: 'getaddrinfo', code: 'ENOTFOUND' }, true, ResetReason.CONNECT_FAILED],
  [{ syscall: 'read', code: 'ECONNRESET' }, false, ResetReason.REMOTE_RESET],
  [{ syscall: 'write', code: 'EPIPE' }, false, ResetReason.CONNECTION_LOST],
])('%j, connecting: %s', (fields, connecting, reason) => {
  expect(reasonOf(Object.assign(new Error('x'), fields), { connecting })).toBe(reason);
});
