/** One proxy for each pair of HTTP versions, with a host behind it that counts and can do what curl asks for. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';

export type Version = 'Http1' | 'Http2';

export const PAIRS: readonly { readonly down: Version; readonly up: Version }[] = [
  { down: 'Http1', up: 'Http1' },
  { down: 'Http1', up: 'Http2' },
  { down: 'Http2', up: 'Http1' },
  { down: 'Http2', up: 'Http2' },
];

/** 20 MB that do not repeat in any short period. */
export const FILE = Buffer.alloc(20_000_000);
for (let i = 0; i < FILE.length; i += 4) FILE.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i);

export const sha = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

export interface ToolHost {
  readonly port: number;
  readonly counts: { requests: number; expectations: number };
  /** Called with the number of body bytes that an upload has brought so far. */
  onUpload: (bytes: number) => void;
  close(): Promise<void>;
}

/**
 * - `/file` gives `FILE`, or a range of it
 * - `/upload` takes a body and answers with its length, hash, how it came and its trailers
 * - `/trailers` answers with a body and trailers
 * - `/refuse` answers 413 to an expectation, without looking at the body
 * - anything else answers 200 with `ok`
 */
export async function startHost(version: Version): Promise<ToolHost> {
  const counts = { requests: 0, expectations: 0 };
  const handle = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    counts.requests++;
    const path = (request.url as string).split('?')[0];
    if (path === '/file') sendFile(request, response);
    else if (path === '/upload') takeUpload(request, response, (bytes) => host.onUpload(bytes));
    else if (path === '/trailers') {
      response.setHeader('trailer', 'x-sum');
      response.write('part one, ');
      response.addTrailers({ 'x-sum': '42' });
      response.end('part two');
    } else {
      request.resume();
      response.end('ok');
    }
  };
  const expectation = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    counts.expectations++;
    if (request.url === '/refuse') {
      counts.requests++;
      response.statusCode = 413;
      response.end('too much');
      return;
    }
    response.writeContinue();
    handle(request, response);
  };
  // The compatibility API of HTTP/2 has the same methods for all that is used here. By default a session of Node refuses
  // streams once 10 MB wait to be sent.
  const server =
    version === 'Http1'
      ? http.createServer()
      : (http2.createServer({ maxSessionMemory: 1000 }) as unknown as http.Server);
  server.on('request', handle);
  server.on('checkContinue', expectation);
  const sockets = new Set<Duplex>();
  server.on('connection', (socket: Duplex) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host: ToolHost = {
    port: (server.address() as AddressInfo).port,
    counts,
    onUpload: () => {},
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return host;
}

function sendFile(request: http.IncomingMessage, response: http.ServerResponse): void {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  response.setHeader('accept-ranges', 'bytes');
  let body = FILE;
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2])];
    body = FILE.subarray(first, last + 1);
    response.statusCode = 206;
    response.setHeader('content-range', `bytes ${first}-${last}/${FILE.length}`);
  }
  response.setHeader('content-length', body.length);
  if (request.method === 'HEAD') response.end();
  else response.end(body);
}

function takeUpload(request: http.IncomingMessage, response: http.ServerResponse, seen: (bytes: number) => void): void {
  const hash = createHash('sha1');
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    hash.update(chunk);
    seen(bytes);
  });
  request.on('end', () => {
    const { method, headers, trailers } = request;
    const answer = {
      method,
      bytes,
      sha: hash.digest('hex'),
      length: headers['content-length'],
      coding: headers['transfer-encoding'],
      trailers,
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
}

export interface ToolRig {
  readonly host: ToolHost;
  readonly proxy: RunningProxy;
  readonly url: string;
  close(): Promise<void>;
}

export async function startRig(down: string, up: Version): Promise<ToolRig> {
  const host = await startHost(up);
  const proxy = await startProxy(
    configuration({
      listeners: [proxyListener({ protocol: down })],
      routes: [routesTo('host', { upstream_protocol: up })],
      clusters: [cluster('host', [host.port])],
    }),
  );
  return {
    host,
    proxy,
    url: `http://127.0.0.1:${proxy.port('front')}`,
    async close() {
      await proxy.dispose();
      await host.close();
    },
  };
}
