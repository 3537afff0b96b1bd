import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkedEndpoint, connect, DEFAULT_ENDPOINT, expectAnswer, findConnection } from './connection.ts';
import { readLogins, removeLogin, writeLogin } from './login-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-connection-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);
const environment = (login: string, more: object = {}): NodeJS.ProcessEnv => ({ WEFT_LOGIN_FILE: at(login), ...more });

describe('where a command goes, and as whom', () => {
  test('to the usual place, as nobody', () => {
    expect(findConnection({}, environment('none'))).toEqual({
      endpoint: DEFAULT_ENDPOINT,
      token: '',
      tenantId: undefined,
      workspaceId: undefined,
    });
  });

  test('what is given beats the environment, and that what was kept', () => {
    writeLogin(at('kept'), { endpoint: 'http://kept:1', token: 'kept-token', user: 'anna' });
    writeFileSync(at('token'), 'file-token\n', { mode: 0o600 });
    const env = environment('kept', { WEFT_ENDPOINT: 'http://env:2', WEFT_TOKEN: 'env-token', WEFT_WS: 'env-ws' });
    expect(findConnection({}, environment('kept'))).toMatchObject({ endpoint: 'http://kept:1', token: 'kept-token' });
    expect(findConnection({}, env)).toMatchObject({
      endpoint: 'http://env:2',
      token: 'env-token',
      workspaceId: 'env-ws',
    });
    expect(findConnection({ endpoint: 'http://given:3/', tokenFile: at('token'), ws: 'given' }, env)).toMatchObject({
      endpoint: 'http://given:3',
      token: 'file-token',
      workspaceId: 'given',
    });
  });

  test('a token that was kept goes to no other control plane', () => {
    writeLogin(at('kept'), { endpoint: 'http://kept:1', token: 'kept-token', user: 'anna' });
    expect(findConnection({ endpoint: 'http://other:1' }, environment('kept')).token).toBe('');
    expect(findConnection({ endpoint: 'http://kept:1' }, environment('kept')).token).toBe('kept-token');
  });

  test.each(['127.0.0.1:8080', 'ftp://a', 'http://a/path', 'http://user@a', ''])('%j is no endpoint', (text) => {
    expect(() => checkedEndpoint(text)).toThrow(/such as http:\/\/127\.0\.0\.1:8080/);
  });
});

test('where nothing listens it is that which is said, and not that nobody is logged in', async () => {
  const server = createServer((_, answer) => answer.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expectAnswer(endpoint);
  await expect(connect({ endpoint })).rejects.toThrow(/nobody is logged in at/);
  await new Promise((resolve) => server.close(resolve));
  await expect(expectAnswer(endpoint)).rejects.toThrow(/nothing answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
  await expect(connect({ endpoint })).rejects.toThrow(/nothing answers at/);
});

describe('the login that is kept', () => {
  test('comes back, and is gone after logout', () => {
    writeLogin(at('deep/login.json'), { endpoint: 'http://a:1', token: 't', user: 'u' });
    expect(readLogins(at('deep/login.json'))).toEqual([{ endpoint: 'http://a:1', token: 't', user: 'u' }]);
    removeLogin(at('deep/login.json'), 'http://a:1');
    expect(readLogins(at('deep/login.json'))).toEqual([]);
  });

  test('stays beside the logins at other control planes, each for its own', () => {
    const file = at('several');
    writeLogin(file, { endpoint: 'http://a:1', token: 'token-a', user: 'u' });
    writeLogin(file, { endpoint: 'http://b:1', token: 'token-b', user: 'u' });
    expect(findConnection({}, environment('several'))).toMatchObject({ endpoint: 'http://b:1', token: 'token-b' });
    expect(findConnection({ endpoint: 'http://a:1' }, environment('several')).token).toBe('token-a');
    writeLogin(file, { endpoint: 'http://a:1', token: 'token-a2', user: 'u' });
    expect(readLogins(file).map(({ token }) => token)).toEqual(['token-a2', 'token-b']);
    removeLogin(file, 'http://a:1');
    expect(findConnection({}, environment('several'))).toMatchObject({ endpoint: 'http://b:1', token: 'token-b' });
  });

  test('is refused when others can read it, or when it is something else', () => {
    writeLogin(at('open'), { endpoint: 'http://a:1', token: 'secret-of-mine', user: 'u' });
    chmodSync(at('open'), 0o644);
    expect(() => readLogins(at('open'))).toThrow(/mode 644\): chmod 600/);
    writeFileSync(at('odd'), '{"token":"secret-of-mine"}', { mode: 0o600 });
    expect(() => readLogins(at('odd'))).toThrow(/log in again$/);
    expect(() => readLogins(at('odd'))).not.toThrow(/secret-of-mine/);
  });
});
