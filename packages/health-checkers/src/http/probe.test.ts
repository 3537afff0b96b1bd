import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@weft/schema';
import { afterEach, describe, expect, it } from 'vitest';
import { at, check, closed, SHORT_MS, TestHosts } from '../common/test-hosts.ts';
import { type HttpCheckConfig, http } from './index.ts';

const hosts = new TestHosts();
afterEach(() => hosts.close());

const parse = (config: unknown) => parseConfig<HttpCheckConfig>(config, http.schema).value;
const create = (fields: Record<string, unknown> = {}) => http.create(parse({ http_check_config: fields }));

const response = (status: number, headers = 'content-length: 0') => `HTTP/1.1 ${status} Any\r\n${headers}\r\n\r\n`;

/** A host that answers each connection with `bytes` once the request head is there; what it saw is in `requests`. */
async function answering(bytes: string | ((socket: Socket) => void), requests: string[] = [], path = '') {
  return hosts.listen((socket) => {
    let seen = '';
    socket.setEncoding('latin1').on('data', (text) => {
      seen += text;
      if (!seen.endsWith('\r\n\r\n')) return;
      requests.push(seen);
      if (typeof bytes === 'string') socket.write(bytes);
      else bytes(socket);
    });
  }, path);
}

describe('judges by the status', () => {
  const ranges = {
    codes: [
      { Start: 200, End: 299 },
      { Start: 404, End: 404 },
    ],
  };
  it.each([
    [200, {}, true],
    [204, {}, false],
    [503, {}, false],
    [302, {}, false],
    [299, ranges, true],
    [300, ranges, false],
    [404, ranges, true],
    [200, { codes: [{ Start: 204, End: 204 }] }, false],
  ])('%i with %j', async (status, config, healthy) => {
    const target = await answering(response(status));
    expect(await check(create(config), target)).toEqual({ healthy, detail: String(status) });
  });

  it('and refuses a range that ends before it begins', () => {
    const problems = [expect.objectContaining({ path: 'http_check_config.codes[1].End', value: '199' })];
    const codes = [
      { Start: 200, End: 200 },
      { Start: 200, End: 199 },
    ];
    expect(() => create({ codes })).toThrow(expect.objectContaining({ problems }));
  });

  it('and not by an interim one', async () => {
    const target = await answering(response(103, 'link: </a>') + response(100, 'x: y') + response(200));
    expect(await check(create(), target)).toEqual({ healthy: true, detail: '200' });
  });
});

describe('asks', () => {
  it('for / on a connection of its own', async () => {
    const requests: string[] = [];
    const target = await answering(response(200), requests);
    await check(create(), target);
    await check(create(), target);
    expect(requests).toHaveLength(2);
    const lines = (requests[0] ?? '').split('\r\n');
    expect(lines[0]).toBe('GET / HTTP/1.1');
    expect(lines.map((line) => line.toLowerCase())).toEqual(
      expect.arrayContaining([`host: 127.0.0.1:${target.port}`, 'user-agent: weft-health-check', 'connection: close']),
    );
  });

  it('for what it was told, by method, path and domain, on another port', async () => {
    const requests: string[] = [];
    const { port } = await answering(response(200), requests);
    const probe = create({ port, method: 'head', path: '/up?deep=1', domain: 'a.test' });
    expect((await check(probe, await hosts.refusing())).healthy).toBe(true);
    expect(requests[0]).toMatch(/^HEAD \/up\?deep=1 HTTP\/1\.1\r\n/);
    expect(requests[0]?.toLowerCase()).toContain('\r\nhost: a.test\r\n');
  });

  it('by the name of the host', async () => {
    const requests: string[] = [];
    const target = await answering(response(200), requests);
    await check(create(), { ...target, hostname: 'named.test' });
    expect(requests[0]?.toLowerCase()).toContain('\r\nhost: named.test\r\n');
  });

  it('a Unix socket', async () => {
    const path = join(tmpdir(), `weft-check-http-${process.pid}.sock`);
    expect((await check(create(), await answering(response(200), [], path))).healthy).toBe(true);
  });

  it('once: a redirect is not followed', async () => {
    const requests: string[] = [];
    const target = await answering(response(302, 'location: /elsewhere\r\ncontent-length: 0'), requests);
    expect(await check(create(), target)).toEqual({ healthy: false, detail: '302' });
    await check(create(), target);
    expect(requests).toHaveLength(2);
  });
});

describe('finds unhealthy who', () => {
  it('refuses', async () => {
    expect(await check(create(), await hosts.refusing())).toEqual({ healthy: false, detail: 'ECONNREFUSED' });
  });

  it('has a port that is none', async () => {
    expect(await check(create(), at(70_000))).toEqual({ healthy: false, detail: 'ERR_SOCKET_BAD_PORT' });
  });

  it.each<[string, string | ((socket: Socket) => void), string | RegExp]>([
    ['closes without an answer', (socket) => socket.end(), 'ECONNRESET'],
    ['resets', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['stops within the head', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'), 'ECONNRESET'],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.9\r\n', /^HPE_/],
    ['sends bytes without sense', '\0\x01\x02\xff'.repeat(100), /^HPE_/],
    ['has a head without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(64 * 1024)}`, 'HPE_HEADER_OVERFLOW'],
    ['has too many headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`, 'HPE_HEADER_OVERFLOW'],
    ['states two lengths', response(200, 'content-length: 1\r\ncontent-length: 2'), /^HPE_/],
    ['switches to another protocol', response(101, 'connection: upgrade\r\nupgrade: x'), 'closed'],
  ])('%s', async (_name, bytes, detail) => {
    const accepted = Promise.withResolvers<Socket>();
    const target = await answering((socket) => {
      accepted.resolve(socket);
      if (typeof bytes === 'string') socket.write(bytes);
      else bytes(socket);
    });
    const result = await check(create(), target);
    await closed(await accepted.promise);
    expect(result.healthy).toBe(false);
    expect(result.detail).toMatch(detail);
  });

  it('accepts and says nothing, and closes', async () => {
    const accepted = Promise.withResolvers<Socket>();
    const target = await hosts.listen((socket) => accepted.resolve(socket.resume()));
    expect(await check(create(), target, SHORT_MS)).toEqual({ healthy: false, detail: 'timeout' });
    await closed(await accepted.promise);
  });

  it('answers with interim responses only', async () => {
    const target = await answering(response(100, 'x: y'));
    expect(await check(create(), target, SHORT_MS)).toEqual({ healthy: false, detail: 'timeout' });
  });

  it('takes longer than its own configuration allows', async () => {
    const target = await hosts.listen(() => {});
    expect(await check(create({ timeout: '30ms' }), target)).toEqual({ healthy: false, detail: 'timeout' });
  });
});

describe('reads the body away', () => {
  const closing = async (bytes: string | ((socket: Socket) => void), timeoutMs?: number) => {
    const accepted = Promise.withResolvers<Socket>();
    const target = await answering((socket) => {
      accepted.resolve(socket);
      if (typeof bytes === 'string') socket.write(bytes);
      else bytes(socket);
    });
    const result = await check(create(), target, timeoutMs);
    await closed(await accepted.promise);
    return result;
  };

  it('and closes behind it', async () => {
    expect(await closing(`${response(200, 'content-length: 5')}hello`)).toEqual({ healthy: true, detail: '200' });
  });

  it('and closes before the end of one without an end', async () => {
    const block = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const endless = (socket: Socket): void => {
      socket.write(response(200, 'transfer-encoding: chunked'));
      const more = (): void => {
        while (socket.writable && socket.write(block));
      };
      socket.on('drain', more);
      more();
    };
    expect(await closing(endless)).toEqual({ healthy: true, detail: '200' });
  });

  it('and closes at the deadline when it does not come', async () => {
    expect(await closing(response(200, 'content-length: 5'), 200)).toEqual({ healthy: true, detail: '200' });
  });

  it('and does not mind when it breaks', async () => {
    const broken = `${response(200, 'transfer-encoding: chunked')}zz\r\n`;
    expect(await closing(broken)).toEqual({ healthy: true, detail: '200' });
    expect(await closing((socket) => socket.end(`${response(200, 'content-length: 5')}he`))).toMatchObject({
      healthy: true,
    });
  });
});

it('closes and says nothing when it is given up', async () => {
  const accepted = Promise.withResolvers<Socket>();
  const target = await answering((socket) => accepted.resolve(socket));
  let calls = 0;
  const cancel = create().check(target, SHORT_MS, () => calls++);
  const socket = await accepted.promise;
  cancel();
  cancel();
  await closed(socket);
  expect(await check(create(), await hosts.listen(() => {}), SHORT_MS)).toMatchObject({ detail: 'timeout' });
  expect(calls).toBe(0);
});

it('only connects when it is not told what to ask', async () => {
  const target = await hosts.listen(() => {});
  expect(await check(http.create(parse({})), target)).toEqual({ healthy: true, detail: 'connected' });
});

it.each([
  [{ path: 'health' }, 'http_check_config.path'],
  [{ path: '/a b' }, 'http_check_config.path'],
  [{ domain: 'a\r\nx: y' }, 'http_check_config.domain'],
  [{ scheme: 'https' }, 'http_check_config.scheme'],
  [{ method: 'CONNECT' }, 'http_check_config.method'],
  [{ codes: [{ Start: 200 }] }, 'http_check_config.codes[0].End'],
  [{ port: 65_536 }, 'http_check_config.port'],
])('refuses the configuration %j', (fields, path) => {
  expect(() => parse({ http_check_config: fields })).toThrow(
    expect.objectContaining({ problems: [expect.objectContaining({ path })] }),
  );
});
