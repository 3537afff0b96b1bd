import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type Access, refusal } from './guard.ts';

const call = (remoteAddress: string | undefined, headers: Readonly<Record<string, string>> = {}): IncomingMessage =>
  ({ headers: { host: '127.0.0.1:34901', ...headers }, socket: { remoteAddress } }) as unknown as IncomingMessage;
const status = (request: IncomingMessage, access: Access, token: string | null): number =>
  refusal(request, access, token)?.status ?? 200;

describe('who may call', () => {
  it.each([
    ['a Unix socket', undefined, 'guarded', null, {}, 200],
    ['this machine', '127.0.0.1', 'guarded', 'right', {}, 200],
    ['this machine over IPv6', '::1', 'guarded', null, {}, 200],
    ['this machine, mapped', '::ffff:127.0.0.9', 'guarded', null, {}, 200],
    ['another machine, open path', '10.0.0.7', 'open', null, {}, 200],
    ['another machine', '10.0.0.7', 'guarded', null, {}, 401],
    ['another machine without the token', '10.0.0.7', 'guarded', 'right', {}, 401],
    ['another machine with a wrong token', '10.0.0.7', 'guarded', 'right', { authorization: 'Bearer wrong' }, 401],
    ['another machine with a longer token', '10.0.0.7', 'guarded', 'right', { authorization: 'Bearer rightt' }, 401],
    ['another machine with the token', '10.0.0.7', 'guarded', 'right', { authorization: 'Bearer right' }, 200],
    ['an address that only begins like this machine', '::ffff:10.127.0.1', 'guarded', null, {}, 401],
  ] as const)('%s', (_name, remote, access, token, headers, expected) => {
    expect(status(call(remote, headers), access, token)).toBe(expected);
  });
});

describe('calls through a browser', () => {
  it.each([
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ host: 'evil.example' }, 403],
    [{ host: 'evil.example:34901' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ host: 'localhost:34901' }, 200],
    [{ host: '[::1]:34901' }, 200],
    [{ host: '10.1.2.3' }, 200],
  ] as const)('%j', (headers, expected) => {
    expect(status(call('127.0.0.1', headers), 'open', null)).toBe(expected);
    expect(status(call('127.0.0.1', headers), 'guarded', null)).toBe(expected);
  });
});
