import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Backend, call, closedPort, httpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';

const open: { dispose?(): Promise<void>; close?(): Promise<void> }[] = [];
const keep = <T extends { dispose?(): Promise<void>; close?(): Promise<void> }>(item: T): T => {
  open.push(item);
  return item;
};

afterEach(async () => {
  for (const item of open.splice(0)) await (item.dispose ?? item.close)?.call(item);
});

const start = async (config: object): Promise<RunningProxy> => keep(await startProxy(config));
const echo = async (): Promise<Backend> =>
  keep(
    await httpBackend((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () =>
        response.end(
          JSON.stringify({
            method: request.method,
            url: request.url,
            headers: request.headers,
            bytes: Buffer.concat(chunks).length,
          }),
        ),
      );
    }),
  );

describe('HTTP/1.1 through the proxy', () => {
  it('forwards method, path, headers and bodies of any size', async () => {
    const backend = await echo();
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    const small = await call(proxy.port('front'), { path: '/a?b=1', headers: { 'x-one': '1' } });
    expect(JSON.parse(small.body)).toMatchObject({ method: 'GET', url: '/a?b=1', headers: { 'x-one': '1' } });
    const large = await call(proxy.port('front'), { method: 'POST', body: Buffer.alloc(5_000_000, 7) });
    expect(JSON.parse(large.body)).toMatchObject({ method: 'POST', bytes: 5_000_000 });
  });

  it('streams a response larger than every buffer to a slow reader without keeping it', async () => {
    const total = 64 * 1024 * 1024;
    const backend = keep(
      await httpBackend((_request, response) => {
        const chunk = Buffer.alloc(256 * 1024, 1);
        let left = total;
        const write = (): void => {
          while (left > 0) {
            left -= chunk.length;
            if (!response.write(chunk)) {
              response.once('drain', write);
              return;
            }
          }
          response.end();
        };
        write();
      }),
    );
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    const received = await new Promise<number>((resolve, reject) => {
      http
        .get({ host: '127.0.0.1', port: proxy.port('front'), agent: false }, (response) => {
          let count = 0;
          response.on('data', (chunk: Buffer) => {
            count += chunk.length;
            // Every chunk is followed by a turn without reading: the proxy must wait, not gather.
            response.pause();
            setImmediate(() => response.resume());
          });
          response.on('end', () => resolve(count));
        })
        .on('error', reject);
    });
    expect(received).toBe(total);
  });

  it('answers 404, 502 and redirects by itself, and never echoes request headers', async () => {
    const port = await closedPort();
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [
          { match: { path: '/moved' }, redirect: { response_code: 302, path_redirect: '/new' } },
          { match: { path: '/hello' }, direct_response: { status: 200, body: 'hello' } },
          { match: { prefix: '/dead' }, route: { cluster_name: 'dead' } },
        ],
        clusters: [cluster('dead', [port])],
      }),
    );
    const front = proxy.port('front');
    const missing = await call(front, { path: '/nowhere', headers: { 'x-secret': 'value' } });
    expect(missing.status).toBe(404);
    expect(missing.headers['x-secret']).toBeUndefined();
    const moved = await call(front, { path: '/moved?q=1', headers: { host: 'example.com' } });
    expect([moved.status, moved.headers.location]).toEqual([302, 'http://example.com/new?q=1']);
    expect((await call(front, { path: '/hello' })).body).toBe('hello');
    expect((await call(front, { path: '/dead/x' })).status).toBe(502);
  });

  it('matches by header, rewrites, adds and removes headers, and splits by weight', async () => {
    const backend = await echo();
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [
          {
            match: { prefix: '/', headers: [{ name: 'x-kind', value: '^a+$', regex: true }] },
            route: {
              cluster_name: 'b',
              prefix_rewrite: '/kind/',
              request_headers_to_add: [{ header: { key: 'x-added', value: 'to %request_method%' }, append: false }],
              request_headers_to_remove: ['x-kind'],
              response_headers_to_add: [{ header: { key: 'x-answer', value: 'yes' } }],
            },
          },
          {
            match: { prefix: '/' },
            route: {
              weighted_clusters: [{ cluster: { name: 'b', weight: 1 } }, { cluster: { name: 'b2', weight: 3 } }],
            },
          },
        ],
        clusters: [cluster('b', [backend.port]), cluster('b2', [backend.port])],
      }),
    );
    const answer = await call(proxy.port('front'), { path: '/x', headers: { 'x-kind': 'aaa' } });
    expect(JSON.parse(answer.body)).toMatchObject({ url: '/kind/x', headers: { 'x-added': 'to GET' } });
    expect(JSON.parse(answer.body).headers['x-kind']).toBeUndefined();
    expect(answer.headers['x-answer']).toBe('yes');
    for (let i = 0; i < 200; i++) await call(proxy.port('front'), { path: '/w' });
    const stats = JSON.parse((await proxy.admin('GET', '/api/v1/stats?key=upstream')).body).upstream;
    const share = Number(stats['cluster.b2'].request_total) / 200;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.9);
  });

  it('retries what is safe, the right number of times, and nothing else', async () => {
    const seen = { get: 0, post: 0 };
    const backend = keep(
      await httpBackend((request, response) => {
        if (request.method === 'GET') seen.get++;
        else seen.post++;
        response.statusCode = 503;
        response.end('busy');
      }),
    );
    const retry = { retry_policy: { retry_on: true, num_retries: 2, status_codes: [503] } };
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b', retry)],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    expect((await call(proxy.port('front'))).status).toBe(503);
    expect(seen.get).toBe(3);
    expect((await call(proxy.port('front'), { method: 'POST', body: 'x' })).status).toBe(503);
    expect(seen.post).toBe(1);
  });

  it('goes to another host when one refuses the connection', async () => {
    const backend = await echo();
    const dead = await closedPort();
    const retry = { retry_policy: { retry_on: true, num_retries: 1 } };
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b', retry)],
        clusters: [cluster('b', [dead, backend.port])],
      }),
    );
    for (let i = 0; i < 6; i++)
      expect((await call(proxy.port('front'), { method: 'POST', body: 'x' })).status).toBe(200);
  });

  it('ends a request at its timeout with 504', async () => {
    const backend = keep(await httpBackend(() => {}));
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('b', { timeout: '60ms' })],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    expect((await call(proxy.port('front'))).status).toBe(504);
  });

  it('writes an access log line per request', async () => {
    const backend = await echo();
    const proxy = await start(
      configuration({
        listeners: [
          proxyListener({
            accessLogs: [
              {
                log_path: 'stdout',
                log_format: '%request_method% %request_path% %response_code% %upstream_cluster% %request_header_x-id%',
              },
            ],
          }),
        ],
        routes: [routesTo('b')],
        clusters: [cluster('b', [backend.port])],
      }),
    );
    let text = '';
    const line = new Promise<void>((resolve) =>
      proxy.process.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('\n')) resolve();
      }),
    );
    await call(proxy.port('front'), { path: '/logged?x=1', headers: { 'x-id': 'seven' } });
    await line;
    expect(text).toBe('GET /logged 200 b seven\n');
  });

  it('saves the last good configuration and removes its files at the end', async () => {
    const proxy = await start(
      configuration({
        listeners: [proxyListener()],
        routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
      }),
    );
    const saved = JSON.parse(readFileSync(path.join(proxy.directory, 'proxy.last-good.json'), 'utf8'));
    expect(saved).toMatchObject({ format: 1, document: { servers: [{}] } });
    expect(await proxy.stop()).toBe(0);
    expect(() => readFileSync(path.join(proxy.directory, 'proxy.pid'))).toThrow();
  });
});
