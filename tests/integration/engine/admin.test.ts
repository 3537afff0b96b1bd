import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import type http from 'node:http';
import http2 from 'node:http2';
import type net from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Answer, call, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { sumOf } from '../../support/metrics.ts';
import type { RunningProxy } from '../../support/proxy.ts';
import { BoltReader, boltRequest, boltResponse } from './bolt.ts';
import { FastBackend, freePort, keep, Peer, start, until } from './support.ts';

const direct = { match: { prefix: '/' }, direct_response: { status: 200, body: 'x' } };

interface WithAdmin {
  readonly proxy: RunningProxy;
  readonly port: number;
  get(target: string, headers?: http.OutgoingHttpHeaders): Promise<Answer>;
  post(target: string, body?: string): Promise<Answer>;
}

async function withAdmin(
  parts: Partial<Parameters<typeof configuration>[0]> = {},
  more: object = {},
  address = '127.0.0.1',
): Promise<WithAdmin> {
  const port = await freePort();
  const proxy = await start({
    ...configuration({ listeners: [proxyListener()], routes: [direct], ...parts }),
    admin: { address: { socket_address: { address, port_value: port } } },
    ...more,
  });
  return {
    proxy,
    port,
    get: (target, headers = {}) => call(port, { path: target, headers }),
    post: (target, body = '') => call(port, { path: target, method: 'POST', body }),
  };
}

/** Where a descriptor leads; '' when it was closed meanwhile. */
function readLink(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    // ENOENT: it is not open any more.
    return '';
  }
}

/** An address of this machine that is not loopback, if it has one. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((item) => item !== undefined && item.family === 'IPv4' && !item.internal)?.address;

describe('paths of the admin API', () => {
  it('answer in the shapes that tools know', async () => {
    const backend = await FastBackend.listen('x');
    const { proxy, get, post } = await withAdmin({
      listeners: [proxyListener()],
      routes: [routesTo('b')],
      clusters: [cluster('b', [backend.port])],
    });
    expect((await get('/')).body).toMatch(/^supported APIs:\n\/api\/v1\/version\n/);
    expect((await get('/api/v1/version')).body).toMatch(/^mosn version: \d+\.\d+\.\d+\nweft version: /);
    expect(JSON.parse((await get('/api/v1/version', { accept: 'application/json' })).body)).toMatchObject({
      version: expect.any(String),
      revision: expect.any(String),
      node: process.version,
      built: expect.any(String),
    });
    expect((await get('/api/v1/states')).body).toBe(`pid=${proxy.process.pid}&state=6\n`);
    expect(JSON.parse((await get('/api/v1/health')).body)).toMatchObject({
      health: true,
      components: expect.arrayContaining([{ name: 'config', health: true, message: '' }]),
    });
    expect(JSON.parse((await get('/api/v1/container_state')).body)).toEqual({
      container_name: 'mosn-sidecar-container',
      state: 1,
    });

    const dump = JSON.parse((await get('/api/v1/config_dump')).body) as Record<string, object>;
    expect(Object.keys(dump).sort()).toEqual(['cluster', 'extends', 'listener', 'mosn_config', 'routers']);
    expect(Object.keys(dump['cluster'] as object)).toEqual(['b']);
    expect(JSON.parse((await get('/api/v1/config_dump?cluster=b')).body)).toMatchObject({ name: 'b' });
    expect(JSON.parse((await get('/api/v1/config_dump?listener=front')).body)).toMatchObject({ name: 'front' });
    expect(JSON.parse((await get('/api/v1/config_dump?router=routes')).body)).toMatchObject({
      router_config_name: 'routes',
    });
    expect(JSON.parse((await get('/api/v1/config_dump?router=none')).body)).toEqual({});
    for (const all of ['allrouters', 'allclusters', 'alllisteners', 'mosnconfig'])
      expect((await get(`/api/v1/config_dump?${all}`)).status).toBe(200);
    expect((await get('/api/v1/config_dump')).body).toContain('\n "mosn_config"');
    expect(await get('/api/v1/config_dump?router=a&cluster=b')).toMatchObject({
      status: 400,
      body: '{\n\t"error": "only support one parameter"\n}\n',
    });
    expect(await get('/api/v1/config_dump?nothing=a')).toMatchObject({
      status: 500,
      body: '{\n\t"error": "internal error"\n}\n',
    });
    expect(await get('/api/v1/config_dump?__proto__')).toMatchObject({ status: 500 });

    const digest = JSON.parse((await get('/api/v1/config_digest?detail=1')).body) as { node: string };
    expect(digest).toMatchObject({
      node: expect.stringMatching(/^[0-9a-f]{64}$/),
      generation: 1,
      types: { LDS: { count: 1 }, RDS: { count: 1 }, CDS: { count: 1 } },
      resources: { CDS: { b: expect.any(String) } },
    });

    await call(proxy.port('front'));
    const stats = JSON.parse((await get('/api/v1/stats')).body) as Record<
      string,
      Record<string, Record<string, string>>
    >;
    expect(Object.keys(stats)).toEqual(expect.arrayContaining(['downstream', 'upstream']));
    for (const metrics of Object.values(stats['downstream'] ?? {}))
      for (const value of Object.values(metrics)) expect(value).toMatch(/^-?\d+$/);
    expect((await get('/api/v1/stats?key=none')).body).toBe('no metrics key: none\n');
    expect((await get('/api/v1/stats_glob')).body).toMatch(/^(?:\w+:-?\d+\n)+$/);

    expect(JSON.parse((await get('/api/v1/features')).body)).toMatchObject({ auto_config: false });
    expect((await get('/api/v1/features?key=auto_config')).body).toBe('false');
    expect((await get('/api/v1/features?key=none')).status).toBe(400);
    expect(JSON.parse((await get('/api/v1/env?key=PATH&key=NO_SUCH')).body)).toEqual({
      env: { PATH: process.env['PATH'] },
      not_found: ['NO_SUCH'],
    });
    expect(await get('/api/v1/plugin?status=all')).toMatchObject({ status: 200, body: 'no plugins\n' });
    expect(await post('/api/v1/plugin?enable=all')).toMatchObject({ status: 200 });
    expect(await get('/api/v1/plugin?disable=x')).toMatchObject({ status: 400, body: expect.stringContaining('x') });
    expect((await get('/api/v1/plugin')).status).toBe(400);
    expect(JSON.parse((await get('/api/v1/env?key=PATH')).body)).toMatchObject({ not_found: null });
    expect((await get('/api/v1/env')).status).toBe(400);

    expect(Object.values(JSON.parse((await get('/api/v1/get_loglevel')).body) as object)).toContain('INFO');
    expect(await post('/api/v1/update_loglevel', '{"log_path":"","log_level":"DEBUG"}')).toMatchObject({
      status: 200,
      body: 'update logger success\n',
    });
    expect(Object.values(JSON.parse((await get('/api/v1/get_loglevel')).body) as object)).toContain('DEBUG');
    for (const wrong of [
      '',
      'x',
      '[]',
      '{"log_level":"LOUD"}',
      '{"log_path":"/nowhere","log_level":"INFO"}',
      '{"log_level":7}',
    ]) {
      expect((await post('/api/v1/update_loglevel', wrong)).status).toBe(400);
    }
    expect((await post('/api/v1/disable_log', '')).body).toBe('disable logger success\n');
    expect((await post('/api/v1/disbale_log', '')).body).toBe('disable logger success\n');
    expect((await post('/api/v1/enable_log', '')).body).toBe('enable logger success\n');
    expect((await post('/api/v1/enable_log', '/nowhere')).status).toBe(400);

    const rows = JSON.parse((await get('/api/v1/connections')).body) as object[];
    expect(rows).toEqual([expect.objectContaining({ side: 'upstream', name: 'b', protocol: 'Http1', inFlight: 0 })]);
    expect(JSON.parse((await get('/api/v1/drain')).body)).toMatchObject({ draining: false });
    expect(JSON.parse((await post('/api/v1/reload')).body)).toMatchObject({ changed: false, generation: 2 });
    expect((await post('/api/v1/reload', '{"file":"/etc/passwd"}')).status).toBe(403);
    expect((await get('/no/such/path')).status).toBe(404);
    expect((await call(proxy.port('front'))).status).toBe(200);
  });

  it('refuse other methods with 405 and an empty body', async () => {
    const { get, port } = await withAdmin();
    const paths = (await get('/')).body.split('\n').slice(1, -1);
    expect(paths.length).toBeGreaterThan(20);
    for (const target of paths) {
      const allowed = { GET: true, POST: true };
      for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'PATCH'] as const) {
        if (method in allowed && (target.endsWith('/stop') || target.endsWith('/drain') || target.includes('/test/')))
          continue;
        const answer = await call(port, { path: target, method });
        if (method in allowed) expect([200, 400, 405]).toContain(answer.status);
        else expect([target, method, answer.status, answer.body]).toEqual([target, method, 405, '']);
      }
    }
    const head = await call(port, { path: '/api/v1/version', method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
  });

  it('survive targets and bodies that are none', async () => {
    const { port, get, proxy } = await withAdmin();
    for (const target of [
      '//',
      '///',
      '//:0',
      '/\\',
      'http://[',
      '*',
      '/%',
      '/%zz',
      `/${'a'.repeat(8000)}`,
      '/api/v1/env?key=%ff',
      `/?${'k&'.repeat(2000)}`,
    ]) {
      const peer = new Peer(port);
      await peer.send(`GET ${target} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
      await peer.closed();
      expect([target, /^HTTP\/1\.1 (?:200|400|404)/.test(peer.text)]).toEqual([target, true]);
    }
    const aborted = new Peer(port);
    await aborted.send('POST /api/v1/update_loglevel HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\nhalf');
    aborted.socket.resetAndDestroy();
    const large = await call(port, {
      path: '/api/v1/update_loglevel',
      method: 'POST',
      body: Buffer.alloc(16 * 1024 * 1024 + 1, 32),
    }).catch(() => null);
    expect(large?.status ?? 413).toBe(413);
    expect((await get('/api/v1/version')).status).toBe(200);
    expect(proxy.process.exitCode).toBeNull();
  });

  it('stop the proxy', async () => {
    const { proxy, post } = await withAdmin();
    const exited = new Promise((resolve) => proxy.process.once('exit', resolve));
    expect((await post('/api/v1/stop')).body).toBe('stopping\n');
    expect(await exited, proxy.log()).toBe(0);
  });
});

describe('callers of the admin API', () => {
  it('are refused when they come from web pages or through other names', async () => {
    const { get } = await withAdmin();
    expect((await get('/api/v1/version', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await get('/api/v1/version', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/no/such', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/metrics', { host: 'localhost:1' })).status).toBe(200);
  });

  it.skipIf(outside === undefined)('need the token when they are remote', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'weft-admin-'));
    keep({ close: async () => rmSync(directory, { recursive: true, force: true }) });
    const tokenFile = path.join(directory, 'token');
    writeFileSync(tokenFile, 'a-token-of-the-test\nsecond line\n');
    const remote = (
      port: number,
      target: string,
      headers: http.OutgoingHttpHeaders = {},
      method = 'GET',
    ): Promise<number> =>
      call(port, { host: outside as string, path: target, method, headers }).then((answer) => answer.status);
    const guarded = await withAdmin({ weft: { admin_token_file: tokenFile } }, {}, '0.0.0.0');
    for (const open of [
      '/',
      '/api/v1/version',
      '/api/v1/health',
      '/api/v1/container_state',
      '/api/v1/states',
      '/metrics',
    ])
      expect([open, await remote(guarded.port, open)]).toEqual([open, 200]);
    const paths = (await guarded.get('/')).body.split('\n').slice(1, -1);
    const open = ['/', '/api/v1/version', '/api/v1/health', '/api/v1/container_state', '/api/v1/states', '/metrics'];
    for (const target of paths.filter((item) => !open.includes(item))) {
      for (const method of ['GET', 'POST'])
        expect([target, method, await remote(guarded.port, target, {}, method)]).toEqual([target, method, 401]);
    }
    expect(await remote(guarded.port, '/api/v1/stats', { authorization: 'Bearer wrong' })).toBe(401);
    expect(await remote(guarded.port, '/api/v1/stats', { authorization: 'Bearer a-token-of-the-test' })).toBe(200);
    // Refused calls are on record, the token is not.
    expect(guarded.proxy.log()).toMatch(/admin call.*status=401/);
    expect(guarded.proxy.log()).not.toContain('a-token-of-the-test');
    const bare = await withAdmin({}, {}, '0.0.0.0');
    expect(await remote(bare.port, '/api/v1/stats')).toBe(401);
  });

  it('say that all is not well after a refused reload, and quote the configuration to the owner only', async () => {
    const { proxy, get } = await withAdmin();
    const config = (health: string): unknown =>
      (JSON.parse(health) as { components: { name: string }[] }).components.find((part) => part.name === 'config');
    await proxy.reload(configuration({ listeners: [proxyListener()], routes: [routesTo('no-such-cluster')] }));
    const { body } = await get('/api/v1/health');
    expect(JSON.parse(body)).toMatchObject({ health: false });
    expect(config(body)).toMatchObject({ health: false, message: 'the last reload was refused; the log says why' });
    expect(config((await proxy.admin('GET', '/api/v1/health')).body)).toMatchObject({
      message: expect.stringContaining('no-such-cluster'),
    });
    await proxy.reload(configuration({ listeners: [proxyListener()], routes: [direct] }));
    expect(JSON.parse((await get('/api/v1/health')).body)).toMatchObject({ health: true });
  });

  it('never see a secret', async () => {
    const secrets = Array.from({ length: 15 }, (_, index) => `planted-secret-${index}-x7Qz`);
    const s = (index: number): string => secrets[index] as string;
    const planted = {
      WEFT_TEST_PASSWORD: s(0),
      DB_PASS: s(12),
      GITHUB_PAT: s(13),
      HTTPS_PROXY: `http://me:${s(14)}@proxy:3128`,
    };
    Object.assign(process.env, planted);
    const config = (more: object = {}): object => ({
      ...configuration({
        listeners: [
          {
            ...proxyListener(),
            filter_chains: [
              {
                tls_context: { status: false, private_key: s(1) },
                filters: (proxyListener() as { filter_chains: { filters: object[] }[] }).filter_chains[0]!.filters,
              },
            ],
          },
        ],
        routes: [
          routesTo('b', {
            request_headers_to_add: [
              { header: { key: 'authorization', value: s(2) } },
              { header: { key: 'x-auth-token', value: s(3) } },
            ],
          }),
        ],
        clusters: [
          cluster('b', [1], {
            tls_context: { status: false, private_key: s(4) },
            spec: { subscribe: [{ password: s(5), authentication: s(6), accessSecret: s(7), access_key: s(8) }] },
          }),
        ],
        ...more,
      }),
    });
    const proxy = await start(config());
    for (const name of Object.keys(planted)) delete process.env[name];
    const outputs: string[] = [];
    const list = (await proxy.admin('GET', '/')).body.split('\n').slice(1, -1);
    const targets = [
      ...list,
      '/api/v1/config_dump?allrouters',
      '/api/v1/config_dump?cluster=b',
      '/api/v1/config_dump?allclusters',
      '/api/v1/config_dump?alllisteners',
      '/api/v1/config_dump?mosnconfig',
      '/api/v1/config_digest?detail=1',
      `/api/v1/env?${Object.keys(planted)
        .map((name) => `key=${name}`)
        .join('&')}`,
    ];
    for (const target of targets) if (!target.includes('/test/')) outputs.push((await proxy.admin('GET', target)).body);
    // Wrong in a way that makes the message quote what it found.
    const wrong = [
      { ...(config() as object), weft: { admin_token: s(9) } },
      config({ clusters: [cluster('b', [1], { tls_context: { status: false, private_key: { pem: s(10) } } })] }),
      config({ clusters: [cluster('b', [1], { tls_context: { status: false, private_key: [s(11)] } })] }),
    ];
    for (const document of wrong) outputs.push((await proxy.reload(document)).body);
    outputs.push(proxy.log());
    const all = outputs.join('\n');
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
    expect(all).toContain('***');
  });
});

describe('metrics', () => {
  it('are Prometheus text whose values are those of the requests sent', async () => {
    const backend = await FastBackend.listen('12345');
    const sink = await freePort();
    const { proxy, get } = await withAdmin(
      {
        listeners: [proxyListener()],
        routes: [{ match: { path: '/missing' }, direct_response: { status: 404, body: 'gone' } }, routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      },
      { metrics: { sinks: [{ type: 'prometheus', config: { port: sink, endpoint: '/numbers' } }] } },
    );
    for (let i = 0; i < 17; i++) await call(proxy.port('front'));
    for (let i = 0; i < 5; i++) await call(proxy.port('front'), { path: '/missing' });
    const answer = await get('/metrics');
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const typed = new Set<string>();
    for (const line of answer.body.split('\n').filter((item) => item !== '')) {
      const type = /^# TYPE (\S+) (counter|gauge|histogram|untyped|summary)$/.exec(line);
      if (type !== null) typed.add(type[1] as string);
      else if (!line.startsWith('# HELP ')) {
        const series =
          /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (?:[-+]?[0-9.eE+-]+|NaN|\+Inf)$/.exec(
            line,
          );
        expect(series, line).not.toBeNull();
        const name = (series as RegExpExecArray)[1] as string;
        expect(typed.has(name) || typed.has(name.replace(/_(?:bucket|sum|count)$/, '')), name).toBe(true);
      }
    }
    const value = (name: string, labels = {}): number => sumOf(answer.body, name, labels);
    expect(value('downstream_request_total', { listener: 'front' })).toBe(22);
    expect(value('downstream_request_200_total', { listener: 'front' })).toBe(17);
    expect(value('downstream_request_404_total', { listener: 'front' })).toBe(5);
    expect(value('downstream_request_active', { listener: 'front' })).toBe(0);
    expect(value('downstream_connection_total', { listener: 'front' })).toBe(22);
    expect(value('upstream_request_total', { cluster: 'b' })).toBe(17);
    expect(value('upstream_request_active', { cluster: 'b' })).toBe(0);
    expect(value('weft_request_duration_seconds_count', { listener: 'front' })).toBe(22);
    expect(value('weft_proxy_exchanges_total')).toBe(22);
    expect((await call(sink, { path: '/numbers' })).body).toContain('downstream_request_total');
    expect((await call(sink, { path: '/api/v1/stop', method: 'POST' })).status).toBe(404);
  });
});

describe('access log', () => {
  const FORMAT =
    '%protocol%|%request_method%|%request_path%|%request_uri%|%request_arg%|%response_code%|%bytes_received%|%bytes_sent%|%upstream_cluster%|%upstream_host%|%listener_name%|%request_header_x-id%|%response_header_x-answer%|%response_flag%|%x-mosn-rpc-service%';

  async function lines(file: string, count: number): Promise<string[]> {
    await until(() => existsSync(file) && readFileSync(file, 'utf8').split('\n').length > count);
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  }

  it('has the same variables for HTTP/1.1, HTTP/2 and Bolt', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'weft-log-'));
    keep({ close: async () => rmSync(directory, { recursive: true, force: true }) });
    const file = path.join(directory, 'access.log');
    const backend = await FastBackend.listen('12345');
    const bolt = keep(
      await tcpBackend((socket: net.Socket) => {
        const reader = new BoltReader();
        socket.on('data', (chunk: Buffer) => {
          for (const frame of reader.push(chunk)) socket.write(boltResponse(frame.id, 'answer'));
        });
      }),
    );
    const accessLogs = [{ log_path: file, log_format: FORMAT }];
    const proxy = await start(
      configuration({
        listeners: ['Http1', 'Http2', 'bolt'].map((protocol) =>
          proxyListener({ name: protocol, protocol, accessLogs }),
        ),
        routes: [
          { match: { headers: [{ name: 'service', value: '.+', regex: true }] }, route: { cluster_name: 'bolt' } },
          routesTo('http', {
            upstream_protocol: 'Http1',
            response_headers_to_add: [{ header: { key: 'x-answer', value: 'yes' } }],
          }),
        ],
        clusters: [cluster('http', [backend.port]), cluster('bolt', [bolt.port])],
      }),
    );
    await call(proxy.port('Http1'), { path: '/p?a=1', headers: { 'x-id': 'seven' } });
    expect(await lines(file, 1)).toEqual([
      `Http1|GET|/p|/p?a=1|a=1|200|0|5|http|127.0.0.1:${backend.port}|Http1|seven|yes|-|-`,
    ]);
    const session = http2.connect(`http://127.0.0.1:${proxy.port('Http2')}`);
    await new Promise<void>((resolve) => {
      const stream = session.request({ ':path': '/q', ':method': 'POST', 'x-id': 'eight' });
      stream.on('close', resolve).resume();
      stream.end('abc');
    });
    session.destroy();
    expect((await lines(file, 2))[1]).toBe(
      `Http2|POST|/q|/q|-|200|3|5|http|127.0.0.1:${backend.port}|Http2|eight|yes|-|-`,
    );
    const peer = new Peer(proxy.port('bolt'));
    await peer.send(boltRequest({ id: 5, content: '1234' }));
    await until(() => peer.bytes.length > 0);
    const third = ((await lines(file, 3))[2] as string).split('|');
    expect([third[0], third[5], third[6], third[7], third[8], third[10], third[14]]).toEqual([
      'bolt',
      '200',
      '4',
      '6',
      'bolt',
      'bolt',
      'com.example.Echo:1.0',
    ]);
  });

  it('obeys its level, and is closed when a reload takes it away', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'weft-log-'));
    keep({ close: async () => rmSync(directory, { recursive: true, force: true }) });
    const file = path.join(directory, 'access.log');
    const logging = (accessLogs: readonly object[]): object =>
      configuration({ listeners: [proxyListener({ accessLogs })], routes: [direct] });
    const proxy = await start(logging([{ log_path: file, log_format: '%request_path%' }]));
    const port = proxy.port('front');
    const isOpen = (): boolean => {
      const folder = `/proc/${proxy.process.pid}/fd`;
      return readdirSync(folder).some((fd) => readLink(path.join(folder, fd)) === file);
    };
    const levels = async (): Promise<object> =>
      JSON.parse((await proxy.admin('GET', '/api/v1/get_loglevel')).body) as object;
    const setLevel = (level: string): Promise<{ body: string }> =>
      proxy.admin('POST', '/api/v1/update_loglevel', JSON.stringify({ log_path: file, log_level: level }));
    await call(port, { path: '/one' });
    expect(await lines(file, 1)).toEqual(['/one']);
    expect(await levels()).toMatchObject({ [file]: 'INFO' });
    expect((await setLevel('ERROR')).body).toBe('update logger success\n');
    expect(await levels()).toMatchObject({ [file]: 'ERROR' });
    await call(port, { path: '/two' });
    expect((await setLevel('INFO')).body).toBe('update logger success\n');
    await call(port, { path: '/three' });
    expect(await lines(file, 2)).toEqual(['/one', '/three']);
    expect(isOpen()).toBe(true);

    expect((await proxy.reload(logging([]))).status).toBe(200);
    await until(() => !isOpen());
    expect(await levels()).not.toHaveProperty([file]);
    expect((await proxy.reload(logging([{ log_path: file, log_format: '%request_path%' }]))).status).toBe(200);
    await call(port, { path: '/four' });
    expect((await lines(file, 3)).at(-1)).toBe('/four');
  });

  it('cannot be split by what callers send', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'weft-log-'));
    keep({ close: async () => rmSync(directory, { recursive: true, force: true }) });
    const file = path.join(directory, 'access.log');
    const proxy = await start(
      configuration({
        listeners: [
          proxyListener({ protocol: 'bolt', accessLogs: [{ log_path: file, log_format: '%request_header_service%' }] }),
        ],
        routes: [direct],
      }),
    );
    const peer = new Peer(proxy.port('front'));
    await peer.send(boltRequest({ id: 5, headers: { service: 'a\nforged line\r\u2028x' } }));
    await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('\n'));
    expect(readFileSync(file, 'utf8').split('\n').length).toBe(2);
  });
});
