/** A WebSocket server behind the proxy, and what tests need to talk to it. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ClientOptions, type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';

export const MAX_MESSAGE_BYTES = 160 * 1024 * 1024;

type Cleanup = () => unknown;

/** Everything that one test has opened; `close` ends it in reverse order. */
export class Rig {
  readonly #cleanups: Cleanup[] = [];

  onClose(cleanup: Cleanup): void {
    this.#cleanups.push(cleanup);
  }

  async close(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }

  /** An HTTP server whose upgrades become WebSockets; `accept` sees each of them. */
  async serve(
    accept: (socket: WebSocket, request: http.IncomingMessage) => void,
    options: ServerOptions = {},
    handler: http.RequestListener = (_request, response) => response.end('plain'),
  ): Promise<number> {
    const server = http.createServer(handler);
    const sockets = new WebSocketServer({
      server,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      ...options,
    });
    sockets.on('connection', (socket, request) => {
      socket.on('error', () => {});
      accept(socket, request);
    });
    return this.listen(server);
  }

  /** An HTTP server that gets upgrades as they are. */
  async serveUpgrades(
    onUpgrade: (request: http.IncomingMessage, socket: Duplex, head: Buffer) => void,
  ): Promise<number> {
    const server = http.createServer((_request, response) => response.end('plain'));
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {});
      onUpgrade(request, socket, head);
    });
    return this.listen(server);
  }

  async listen(server: http.Server): Promise<number> {
    const sockets = new Set<Duplex>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.onClose(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  }

  async proxy(port: number): Promise<RunningProxy> {
    const proxy = await startProxy(
      configuration({
        listeners: [proxyListener()],
        routes: [routesTo('sockets')],
        clusters: [cluster('sockets', [port])],
      }),
    );
    this.onClose(() => proxy.dispose());
    return proxy;
  }

  /** A client that is open. */
  async dial(port: number, options: ClientOptions = {}, protocols: string[] = []): Promise<WebSocket> {
    const socket = this.dialing(port, options, protocols);
    await once(socket, 'open');
    return socket;
  }

  /** A client that is about to connect. */
  dialing(port: number, options: ClientOptions = {}, protocols: string[] = []): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket?a=1`, protocols, {
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      ...options,
    });
    this.onClose(() => {
      socket.on('error', () => {});
      socket.terminate();
    });
    return socket;
  }
}

/** Sends every message back as it came. */
export function echo(socket: WebSocket): void {
  socket.on('message', (data, binary) => socket.send(data, { binary }));
}

/** The next message: text as string, binary as Buffer. */
export async function nextMessage(socket: WebSocket): Promise<string | Buffer> {
  const [data, binary] = (await once(socket, 'message')) as [Buffer, boolean];
  return binary ? data : data.toString();
}

/** How the socket ends, whether or not an error comes first. */
export function closing(socket: WebSocket): Promise<{ code: number; reason: string }> {
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

/** Bytes that do not repeat in any short period, the same for every run. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 255;
  }
  return bytes;
}
