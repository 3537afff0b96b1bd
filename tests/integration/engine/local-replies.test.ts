import http2 from 'node:http2';
import { describe, expect, it } from 'vitest';
import { call, closedPort, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener } from '../../support/config.ts';
import { boltRequest, readFrame } from './bolt.ts';
import { keep, Peer, start, until } from './support.ts';

const to = (prefix: string, name: string, more: object = {}) => ({
  match: { prefix },
  route: { cluster_name: name, ...more },
});

async function proxy() {
  const silent = keep(await tcpBackend(() => {}));
  const dead = await closedPort();
  return start(
    configuration({
      listeners: [
        proxyListener(),
        proxyListener({ name: 'h2', protocol: 'Http2' }),
        proxyListener({ name: 'bolt', protocol: 'bolt' }),
      ],
      routes: [
        to('/empty', 'empty'),
        to('/dead', 'dead'),
        to('/slow', 'silent', { timeout: '50ms' }),
        to('/full', 'full'),
        { match: { path: '*' }, direct_response: { status: 200, body: 'asterisk' } },
        { match: { headers: [{ name: 'service', value: '.*' }] }, route: { cluster_name: 'empty' } },
        { match: { headers: [{ name: 'method', value: 'CONNECT' }] }, direct_response: { status: 405, body: 'no' } },
      ],
      clusters: [
        cluster('empty', []),
        cluster('dead', [dead]),
        cluster('silent', [silent.port]),
        cluster('full', [silent.port], { circuit_breakers: [{ max_requests: 1 }] }),
      ],
    }),
  );
}

const ANSWERS = [
  ['/none', 404, 'no route matches (NoRouteFound)', 12],
  ['/empty', 502, 'no healthy host (NoHealthyUpstream)', 14],
  ['/dead', 502, 'cannot connect to the host (UpstreamConnectionFailure)', 14],
  ['/full', 503, 'a limit of the cluster was reached (UpstreamOverflow)', 14],
  ['/slow', 504, 'the host did not answer in time (UpstreamRequestTimeout)', 4],
] as const;

describe('what the proxy answers itself says why', () => {
  it('over HTTP/1.1, where HEAD gets the status alone', async () => {
    const { port, log } = await busy();
    for (const [path, status, text] of ANSWERS) {
      const answer = await call(port('front'), { path });
      expect(answer, path).toMatchObject({ status, body: text });
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      const head = await call(port('front'), { path, method: 'HEAD' });
      expect(head, path).toMatchObject({ status, body: '' });
      expect(head.headers['content-type']).toBeUndefined();
    }
    expect(log()).not.toContain('"level":"error"');
  });

  it('over HTTP/2, and as a gRPC message', async () => {
    const { port } = await busy();
    const session = http2.connect(`http://127.0.0.1:${port('h2')}`);
    keep({ close: async () => session.destroy() });
    const ask = (headers: http2.OutgoingHttpHeaders): Promise<{ head: http2.IncomingHttpHeaders; body: string }> =>
      new Promise((resolve, reject) => {
        const stream = session.request(headers);
        let head: http2.IncomingHttpHeaders = {};
        let body = '';
        stream.setEncoding('utf8');
        stream.on('response', (value) => {
          head = value;
        });
        stream.on('data', (text: string) => {
          body += text;
        });
        stream.on('end', () => resolve({ head, body }));
        stream.on('error', reject);
        stream.end();
      });
    for (const [path, status, text, grpcStatus] of ANSWERS) {
      expect(await ask({ ':path': path }), path).toMatchObject({ head: { ':status': status }, body: text });
      expect(await ask({ ':path': path, ':method': 'HEAD' })).toMatchObject({ head: { ':status': status }, body: '' });
      const grpc = await ask({ ':path': path, ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' });
      expect(grpc).toMatchObject({
        head: { ':status': 200, 'grpc-status': String(grpcStatus), 'grpc-message': text },
        body: '',
      });
    }
  });

  it('over Bolt', async () => {
    const running = await proxy();
    const peer = new Peer(running.port('bolt'));
    await peer.send(boltRequest({ id: 7 }));
    await until(() => readFrame(peer.bytes) !== null);
    const frame = readFrame(peer.bytes);
    expect(frame?.id).toBe(7);
    expect(frame?.content.toString('latin1')).toContain('no healthy host (NoHealthyUpstream)');
  });
});

describe('requests without a path', () => {
  it('`OPTIONS *` is routed by the path `*` and by no prefix, CONNECT by its method', async () => {
    const running = await proxy();
    const peer = new Peer(running.port('front'));
    await peer.send('OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\nCONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n');
    await peer.closed();
    expect(peer.text).toMatch(/^HTTP\/1.1 200 OK\r\n.*asteriskHTTP\/1.1 405 .*no$/s);
  });
});

/** A proxy whose cluster `full` has all the requests that it may have. */
async function busy() {
  const running = await proxy();
  const holder = new Peer(running.port('front'));
  await holder.send('GET /full HTTP/1.1\r\nhost: a\r\n\r\n');
  // Until the limit answers others, that request is still on its way.
  while ((await call(running.port('front'), { path: '/full', timeout: 100 }).catch(() => null))?.status !== 503);
  return { port: (name: string) => running.port(name), log: () => running.log() };
}
