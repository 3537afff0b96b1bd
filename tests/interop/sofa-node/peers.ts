import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const require = createRequire(import.meta.url);

const quiet = { info() {}, warn() {}, error() {}, debug() {}, log() {} };

export interface Invocation {
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface SofaConsumer {
  ready(): Promise<void>;
  invoke(method: string, args: readonly unknown[], options?: { responseTimeout?: number }): Promise<unknown>;
}

export interface SofaClient {
  createConsumer(options: { interfaceName: string; serverHost: string; version?: string }): SofaConsumer;
  close(): Promise<void>;
}

interface RpcServer {
  addService(service: { interfaceName: string }, methods: Record<string, (...args: never[]) => Promise<unknown>>): void;
  start(): Promise<unknown>;
  close(): Promise<void>;
  on(event: 'connection', listener: (connection: { readonly socket: Socket }) => void): void;
  on(event: 'error', listener: () => void): void;
  readonly publishPort: number;
}

export interface RunningServer {
  readonly port: number;
  /** Calls that arrived, in order. */
  readonly calls: Invocation[];
  /** Resolves with the next call that arrives. */
  nextCall(): Promise<Invocation>;
  /** Lets the calls of `hold` go. */
  release(): void;
  /** Drops every connection without a word. */
  dropConnections(): void;
  stop(): Promise<void>;
}

export const INTERFACE = 'com.weft.test.EchoService';

/** An unmodified `sofa-rpc-node` server. */
export async function startSofaServer(port = 0): Promise<RunningServer> {
  const { RpcServer } = require('sofa-rpc-node').server as { RpcServer: new (options: object) => RpcServer };
  const server = new RpcServer({ port, logger: quiet });
  const calls: Invocation[] = [];
  const waiting: ((call: Invocation) => void)[] = [];
  let held: (() => void)[] = [];
  // The server takes nothing but async functions.
  const record =
    <Args extends unknown[], Result>(method: string, run: (...args: Args) => Promise<Result>) =>
    async (...args: Args) => {
      calls.push({ method, args });
      for (const tell of waiting.splice(0)) tell({ method, args });
      return await run(...args);
    };
  server.addService(
    { interfaceName: INTERFACE },
    {
      echo: record('echo', async (value: unknown) => value),
      plus: record('plus', async (a: number, b: number) => a + b),
      size: record('size', async (text: string) => text.length),
      large: record('large', async (length: number) => 'y'.repeat(length)),
      fail: record('fail', async (message: string) => {
        throw new Error(message);
      }),
      hold: record('hold', (value: unknown) => new Promise((resolve) => held.push(() => resolve(value)))),
    },
  );
  const sockets = new Set<Socket>();
  server.on('error', () => {});
  server.on('connection', ({ socket }) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await server.start();
  return {
    port: server.publishPort,
    calls,
    nextCall: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    release() {
      for (const go of held) go();
      held = [];
    },
    dropConnections() {
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await server.close();
    },
  };
}

/** An unmodified `sofa-rpc-node` client. */
export function createSofaClient(): SofaClient {
  const { RpcClient } = require('sofa-rpc-node').client as { RpcClient: new (options: object) => SofaClient };
  return new RpcClient({ logger: quiet });
}

export interface BoltDecoder {
  on(event: 'request' | 'response' | 'heartbeat' | 'heartbeat_ack', listener: (packet: BoltPacket) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

export interface BoltPacket {
  readonly packetId: number;
  readonly packetType: string;
  readonly data?: {
    readonly error?: Error;
    readonly appResponse?: unknown;
    readonly methodName?: string;
    readonly args?: readonly unknown[];
  };
  readonly options: { readonly crcEnable?: boolean; readonly boltVersion?: number; readonly protocolType?: string };
}

export interface BoltEncoder {
  protocolType: 'bolt' | 'bolt2';
  boltVersion: number;
  crcEnable: boolean;
  writeRequest(id: number, request: object, done?: (error?: Error) => void): void;
  writeResponse(request: BoltPacket, response: object, done?: (error?: Error) => void): void;
  writeHeartbeat(id: number, heartbeat: object, done?: (error?: Error) => void): void;
  writeHeartbeatAck(heartbeat: BoltPacket, done?: (error?: Error) => void): void;
  pipe(socket: Socket): void;
}

export type BoltSetUp = Partial<Pick<BoltEncoder, 'protocolType' | 'boltVersion' | 'crcEnable'>>;

/** The unmodified `sofa-bolt-node` codec on a socket. */
export function boltOn(socket: Socket, setUp: BoltSetUp = {}): { encoder: BoltEncoder; decoder: BoltDecoder } {
  const { encoder: createEncoder, decoder: createDecoder } = require('sofa-bolt-node') as {
    encoder(options: object): BoltEncoder;
    decoder(options: object): BoltDecoder & NodeJS.WritableStream;
  };
  const sentReqs = new Map();
  const encoder = Object.assign(createEncoder({ sentReqs }), setUp);
  const decoder = createDecoder({ sentReqs });
  encoder.pipe(socket);
  socket.pipe(decoder);
  return { encoder, decoder };
}

export function sofaRequest(method: string, args: readonly unknown[], timeout = 3000): object {
  return {
    args,
    serverSignature: `${INTERFACE}:1.0`,
    methodName: method,
    requestProps: { service: `${INTERFACE}:1.0` },
    timeout,
  };
}

export type RequestHandler = (packet: BoltPacket, respond: (response: object) => void) => void;

export interface RawOrigin {
  readonly port: number;
  /** How requests from now on are served; each is answered in its own version. */
  serve(onRequest: RequestHandler): void;
  stop(): Promise<void>;
}

/** A server of frames, with the unmodified `sofa-bolt-node` codec. */
export async function startRawOrigin(): Promise<RawOrigin> {
  let handler: RequestHandler = () => {};
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const { encoder, decoder } = boltOn(socket);
    decoder.on('heartbeat', (packet) => encoder.writeHeartbeatAck(packet));
    decoder.on('request', (packet) => handler(packet, (response) => encoder.writeResponse(packet, response)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve(onRequest) {
      handler = onRequest;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
