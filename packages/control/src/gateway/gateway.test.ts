import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ms, watchEvents } from '@weft/api';
import { noopLogger } from '@weft/kit';
import { createFakeClock } from '@weft/kit/testing';
import { createLogger } from '@weft/telemetry';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mount } from '../http/index.ts';
import { createOsp, type Osp } from '../osp/index.ts';
import { openSqlite, type Storage } from '../storage/index.ts';
import { createGateway, type Gateway } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'weft-gateway-'));
mkdirSync(join(directory, 'assets'));
writeFileSync(join(directory, 'index.html'), '<!doctype html><title>console</title>');
writeFileSync(join(directory, 'assets', 'app-1a2b.js'), 'export {}');

describe('the front door', () => {
  const clock = createFakeClock(Date.now());
  const lines: string[] = [];
  let storage: Storage;
  let osp: Osp;
  let gateway: Gateway;
  let baseUrl = '';
  let cookie = '';
  let csrf = '';
  let ended = 0;
  const errors: unknown[] = [];

  beforeAll(async () => {
    storage = openSqlite({ file: ':memory:' });
    osp = await createOsp({ storage, vaultKey: randomBytes(32), wallNow: clock.wallNow });
    gateway = await createGateway({
      osp,
      storage,
      clock,
      log: { ...noopLogger, error: (...line: unknown[]) => void errors.push(line) },
      accessLog: (line) => void lines.push(line),
      metrics: new Registry(),
      components: [
        {
          name: 'osp',
          state: () => ({ name: 'osp', state: 'running', ready: true, message: '', since: '' }),
          checks: async () => [],
          log: createLogger({ write: () => {}, component: 'osp', clock }),
        },
      ],
      consoleDirectory: directory,
      version: { version: '1', revision: '' },
      startedAt: new Date(),
      mounts: [
        osp.mount,
        mount(ms, {
          watchEvents(call) {
            const events = call.openEvents();
            events.send('7', 'rules', { from: events.lastEventId ?? '' });
            events.onClose(() => {
              ended++;
            });
            return undefined;
          },
          getSidecarAdmin(call) {
            call.raw(
              207,
              'text/x-log',
              Buffer.from(`${call.params.proxyId} ${call.params.path} ${JSON.stringify(call.query)}`),
            );
            return undefined;
          },
          replaceLimitRule(call) {
            call.setVersion((call.ifMatch ?? 0) + 1);
            return { version: call.ifMatch } as never;
          },
          deleteLimitRule: () => undefined as never,
          enableLimitRule: (call) => ({ version: call.ifMatch }) as never,
          listServices() {
            throw new Error('a secret of the database');
          },
        }),
      ],
    });
    const seeded = await osp.seed();
    const { port } = await gateway.listen('127.0.0.1', 0);
    baseUrl = `http://127.0.0.1:${port}`;
    const post = (path: string, body: object) =>
      fetch(`${baseUrl}/openapi/v1/osp/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie, 'x-weft-csrf': csrf },
        body: JSON.stringify(body),
      });
    const login = await post('login', { loginName: 'admin', password: seeded?.oneTimePassword });
    cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    csrf = ((await login.json()) as { csrfToken: string }).csrfToken;
    await post('session/password', { currentPassword: seeded?.oneTimePassword, newPassword: 'a password of tests' });
  });
  afterAll(async () => {
    await gateway.close();
    await storage.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${baseUrl}${path}`, { headers: { cookie, ...headers } });

  /** Clients that read URLs take the dots out. */
  const rawGet = (target: string) =>
    new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
      socket.on('error', reject).on('close', () => resolve(text));
      socket.on('data', (chunk) => (text += chunk));
      socket.write(`GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    });

  test('serves the console: its page for every view, files that never change, nothing for what is missing', async () => {
    for (const path of ['/', '/rules/limit?tab=json', '/services/a%2Fb']) {
      const response = await get(path);
      expect([path, response.status, await response.text()]).toEqual([
        path,
        200,
        expect.stringContaining('<title>console'),
      ]);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
    expect((await get('/assets/app-1a2b.js')).headers.get('cache-control')).toContain('immutable');
    expect((await get('/assets/gone.js')).status).toBe(404);
    expect((await get('/openapi/v1/ms/nothing')).status).toBe(404);
  });

  test('says of a path that nobody has that it is missing: to a program in JSON, in a browser with the page', async () => {
    for (const path of ['/ready', '/livez', '/status', '/debugging', '/admin/x', '/servicesx', '/rules.yaml']) {
      const response = await get(path, { accept: '*/*' });
      expect([path, response.status, await response.json()]).toMatchObject([path, 404, { code: 'NOT_FOUND' }]);
    }
    const visit = await get('/admin/x', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect([visit.status, await visit.text()]).toEqual([404, expect.stringContaining('<title>console')]);
    const own = await get('/c/osp/nothing', { accept: 'text/html' });
    expect([own.status, own.headers.get('content-type')]).toEqual([404, expect.stringContaining('application/json')]);
  });

  test('has nothing outside its folder, and no defect to tell of it', async () => {
    for (const url of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2f..%2fetc/passwd', '/%2e%2e/x']) {
      const answer = await rawGet(url);
      expect([url, answer]).toEqual([url, expect.stringMatching(/^HTTP\/1\.1 404 [\s\S]*\{"code":"NOT_FOUND"/)]);
    }
    expect(errors).toEqual([]);
  });

  test('a caller who sends far too much, and only then reads, sees why it is refused', async () => {
    const { port } = new URL(baseUrl);
    const all = Buffer.alloc(30 * 1024 * 1024, 0x20);
    const framings: readonly (readonly [head: string, body: readonly Buffer[]])[] = [
      [`content-length: ${all.length}`, [all]],
      [
        'transfer-encoding: chunked',
        [Buffer.from(`${all.length.toString(16)}\r\n`), all, Buffer.from('\r\n0\r\n\r\n')],
      ],
    ];
    for (const [framing, body] of framings) {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1');
        let text = '';
        socket.on('error', reject).on('close', () => resolve(text));
        socket.write(
          `POST /openapi/v1/osp/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${framing}\r\n\r\n`,
        );
        for (const part of body.slice(0, -1)) socket.write(part);
        socket.write(body.at(-1) as Buffer, () => socket.on('data', (chunk) => (text += chunk)));
      });
      expect([framing, answer]).toEqual([
        framing,
        expect.stringMatching(/^HTTP\/1\.1 413 [\s\S]*\{"code":"TOO_LARGE"/),
      ]);
    }
  });

  test.each([
    '/services/a%2Fb',
    '/rules/fuse',
    '/rules/fuse/new',
    '/rules/fuse/7',
    '/topology',
    '/proxies',
    '/explain',
    '/audit',
    '/services/',
  ])('has the page for the view %s, also for a program', async (path) => {
    expect((await get(path, { accept: '*/*' })).status).toBe(200);
  });

  test('log levels are changed from a terminal of this machine, and not by web pages', async () => {
    const level = async () => (await (await fetch(`${baseUrl}/c/osp/logging`)).text()).split('\n')[1];
    expect(await level()).toBe('osp:info');
    const { port } = new URL(baseUrl);
    const strangers: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { referer: 'http://evil.example/' },
      { 'sec-fetch-site': 'cross-site' },
      { 'x-forwarded-for': '203.0.113.7' },
      { host: `evil.example:${port}` },
    ];
    for (const headers of strangers) {
      const answer = await gateway.app.inject({ url: '/logging?all=error', headers });
      expect([headers, answer.statusCode]).toEqual([headers, 403]);
    }
    expect((await gateway.app.inject({ url: '/logging?all=error', remoteAddress: '203.0.113.7' })).statusCode).toBe(
      403,
    );
    expect(await level()).toBe('osp:info');
    expect(await (await fetch(`${baseUrl}/logging?all=error`)).text()).toBe('set scope osp log level to error\n');
    expect(await level()).toBe('osp:error');
    await fetch(`${baseUrl}/logging?osp=info`, { method: 'POST' });
    expect(await level()).toBe('osp:info');
    // For a time only; a second change does not make the first one stay.
    await fetch(`${baseUrl}/logging?osp=debug&ttl=10m`);
    await fetch(`${baseUrl}/logging?osp=trace&ttl=1h`);
    clock.advance(3_599_000);
    expect(await level()).toBe('osp:trace');
    clock.advance(1000);
    expect(await level()).toBe('osp:info');
    for (const ttl of ['25h', 'soon', '-1s']) {
      const answer = await fetch(`${baseUrl}/logging?osp=debug&ttl=${ttl}`);
      expect([answer.status, await answer.text()]).toEqual([
        400,
        `ttl=${ttl}: expected a time such as 10m, 24h at most; nothing was changed\n`,
      ]);
    }
    expect(await level()).toBe('osp:info');
  });

  test('a defect tells the request id and nothing of the inside', async () => {
    const response = await get('/openapi/v1/ms/services');
    const body = (await response.json()) as { code: string; requestId: string };
    expect([response.status, body.code]).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(lines.some((line) => line.includes(body.requestId) && line.endsWith('|INTERNAL|'))).toBe(true);
  });

  test('an operation without a component is not there for now', async () => {
    const response = await get('/openapi/v1/ms/sidecars');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  });

  test('hands the path, query and answer of a proxy through', async () => {
    const response = await get('/openapi/v1/ms/sidecars/p1/admin/api/v1/stats?format=text');
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      207,
      'text/x-log',
      'p1 api/v1/stats {"format":"text"}',
    ]);
  });

  test('reads If-Match, answers with an ETag, and asks for it where it is missing', async () => {
    const put = (headers: Record<string, string>) =>
      fetch(`${baseUrl}/openapi/v1/ms/rules/limit/1`, {
        method: 'PUT',
        headers: { cookie, 'x-weft-csrf': csrf, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name: 'n', app: 'a', services: ['*'], spec: { threshold: 1 } }),
      });
    expect((await put({})).status).toBe(428);
    expect((await put({ 'if-match': 'x' })).status).toBe(400);
    const good = await put({ 'if-match': 'W/"4"' });
    expect([good.status, good.headers.get('etag'), await good.json()]).toEqual([200, '"5"', { version: 4 }]);
    expect(good.headers.get('x-weft-change-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('takes calls that say that they are JSON and have no body, but for those that need one', async () => {
    const send = (method: string, what: string) =>
      fetch(`${baseUrl}/openapi/v1/ms/rules/limit/1${what}`, {
        method,
        headers: { cookie, 'x-weft-csrf': csrf, 'content-type': 'application/json', 'if-match': '4' },
      });
    expect((await send('DELETE', '')).status).toBe(204);
    expect((await send('POST', ':enable')).status).toBe(200);
    const bare = await send('PUT', '');
    expect([bare.status, await bare.json()]).toMatchObject([400, { code: 'INVALID', message: 'the body is missing' }]);
  });

  test('repeats an answer with the change that it is about, only for the same version', async () => {
    const put = (ifMatch: string) =>
      fetch(`${baseUrl}/openapi/v1/ms/rules/limit/1`, {
        method: 'PUT',
        headers: {
          cookie,
          'x-weft-csrf': csrf,
          'content-type': 'application/json',
          'idempotency-key': 'again',
          'if-match': ifMatch,
        },
        body: JSON.stringify({ name: 'n', app: 'a', services: ['*'], spec: { threshold: 1 } }),
      });
    const first = await put('4');
    const second = await put('4');
    const changeId = first.headers.get('x-weft-change-id');
    expect([second.status, second.headers.get('x-weft-change-id'), changeId?.length]).toEqual([200, changeId, 36]);
    expect(await (await put('5')).json()).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  test('limits who is not known, and nobody else at that address', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++) statuses.push((await fetch(`${baseUrl}/openapi/v1/osp/session`)).status);
    expect(statuses).toEqual([...Array(20).fill(401), ...Array(5).fill(429)]);
    expect((await get('/openapi/v1/osp/session')).status).toBe(200);
    clock.advance(1000);
    expect((await fetch(`${baseUrl}/openapi/v1/osp/session`)).status).toBe(401);
  });

  const asLoggedIn: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: [...new Headers(init?.headers), ['cookie', cookie]] });
  const openEvents = async (options: Parameters<typeof watchEvents>[1]) => {
    const events = watchEvents(`${baseUrl}/openapi/v1/ms/events?topics=rules`, options);
    expect((await events.next()).value).toEqual({
      id: '7',
      topic: 'rules',
      data: { from: options?.lastEventId ?? '' },
    });
    return events;
  };
  const send = (method: string, path: string, body?: object) =>
    fetch(`${baseUrl}/openapi/v1/osp/${path}`, {
      method,
      headers: { cookie, 'x-weft-csrf': csrf, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const createToken = async (name: string) => {
    const { token, secret } = (await (await send('POST', 'tokens', { name, expiresInDays: 1 })).json()) as {
      token: { tokenId: string };
      secret: string;
    };
    return { id: token.tokenId, secret };
  };

  // The clock stands: no heartbeat asks whether a stream is still allowed.
  test('ends the events of a token when it is revoked, and those of nobody else', async () => {
    const [revoked, kept] = [await createToken('revoked'), await createToken('kept')];
    const [gone, stays, own] = [
      await openEvents({ token: revoked.secret }),
      await openEvents({ token: kept.secret }),
      await openEvents({ fetch: asLoggedIn }),
    ];
    const before = ended;
    expect((await send('DELETE', `tokens/${revoked.id}`)).status).toBe(204);
    expect((await gone.next()).done).toBe(true);
    await expect.poll(() => ended, { timeout: 20_000 }).toBe(before + 1);
    await send('DELETE', `tokens/${kept.id}`);
    expect((await stays.next()).done).toBe(true);
    await expect.poll(() => ended, { timeout: 20_000 }).toBe(before + 2);
    await own.return(undefined);
    await expect.poll(() => ended, { timeout: 20_000 }).toBe(before + 3);
  });

  /** A new user, logged in. */
  const logInNew = async (loginName: string) => {
    const created = (await (await send('POST', 'users', { loginName })).json()) as {
      user: { userId: string; bindings: { bindingId: string }[] };
      oneTimePassword: string;
    };
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`${baseUrl}/openapi/v1/osp/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const { oneTimePassword: currentPassword } = created;
    const login = await post('login', { loginName, password: currentPassword });
    const own = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const { csrfToken } = (await login.json()) as { csrfToken: string };
    const headers = { cookie: own, 'x-weft-csrf': csrfToken };
    await post('session/password', { currentPassword, newPassword: 'another password of tests' }, headers);
    const asUser: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: [...new Headers(init?.headers), ['cookie', own]] });
    return { ...created.user, fetch: asUser };
  };

  test('ends the events of a user who is disabled', async () => {
    const user = await logInNew('ann');
    const events = await openEvents({ fetch: user.fetch });
    expect((await send('PUT', `users/${user.userId}`, { status: 'DISABLED' })).status).toBe(200);
    expect((await events.next()).done).toBe(true);
  });

  test('ends the events of a user whose role ends, or is taken', async () => {
    const [bob, eve] = [await logInNew('bob'), await logInNew('eve')];
    const expiresAt = new Date(clock.wallNow() + 5000).toISOString();
    expect((await send('POST', `users/${bob.userId}/bindings`, { role: 'viewer', expiresAt })).status).toBe(201);
    for (const { bindingId } of bob.bindings) await send('DELETE', `users/${bob.userId}/bindings/${bindingId}`);
    const [timed, taken] = [await openEvents({ fetch: bob.fetch }), await openEvents({ fetch: eve.fetch })];
    for (const { bindingId } of eve.bindings) await send('DELETE', `users/${eve.userId}/bindings/${bindingId}`);
    expect((await taken.next()).done).toBe(true);
    clock.advance(5000);
    expect((await timed.next()).done).toBe(true);
  });

  test('ends the events of a session with it, and those of a token when its time is over', async () => {
    const { id, secret } = await createToken('short');
    // Sooner than the first heartbeat.
    await storage
      .tables<{ t_api_token: { token_id: string; expires_at: number } }>()
      .updateTable('t_api_token')
      .set({ expires_at: clock.wallNow() + 5000 })
      .where('token_id', '=', id)
      .execute();
    const [own, timed] = [
      await openEvents({ fetch: asLoggedIn, lastEventId: '6' }),
      await openEvents({ token: secret }),
    ];
    await send('POST', 'logout');
    expect((await own.next()).done).toBe(true);
    clock.advance(4999);
    const next = timed.next();
    const { status } = await fetch(`${baseUrl}/openapi/v1/osp/session`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect([status, await Promise.race([next, 'open'])]).toEqual([200, 'open']);
    clock.advance(1);
    expect((await next).done).toBe(true);
  });
});
