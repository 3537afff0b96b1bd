import { createRequire } from 'node:module';
import { createServer, type Server, type Socket } from 'node:net';

const require = createRequire(import.meta.url);

export const SERVANT = 'Demo.EchoServer.EchoObj';

interface Bytes {
  readonly length: number;
  toNodeBuffer(): Buffer;
}
type Proto = object;
interface Writer {
  writeString(tag: number, value: string): void;
  getBinBuffer(): Bytes;
}
/** As code that is generated from an IDL reads an answer, with the values that it begins with. */
export interface Reader {
  readString(tag: number, must: boolean, otherwise?: string): string;
  readInt32(tag: number, must: boolean, otherwise?: number): number;
  readInt64(tag: number, must: boolean, otherwise?: number): number;
  readBoolean(tag: number, must: boolean, otherwise?: boolean): boolean;
  readFloat(tag: number, must: boolean, otherwise?: number): number;
  readDouble(tag: number, must: boolean, otherwise?: number): number;
  readBytes(tag: number, must: boolean): Bytes;
  readList(tag: number, must: boolean, proto: Proto): { toObject(): unknown };
  readMap(tag: number, must: boolean, proto: Proto): { toObject(): unknown };
  readStruct(tag: number, must: boolean, proto: Proto): unknown;
}
interface Attributes {
  tupVersion: number;
  writeString(name: string, value: string): void;
  readString(name: string): string;
  encode(): Bytes;
}
const stream = require('@tars/stream') as {
  TarsOutputStream: new () => Writer;
  TarsInputStream: new (bytes: Bytes) => Reader;
  UniAttribute: new () => Attributes;
  List(of: Proto): Proto;
  Map(key: Proto, value: Proto): Proto;
  Int32: Proto;
  String: Proto;
};
/** Types of a list and a map as an IDL has them. */
export const LIST_OF_INTS: Proto = stream.List(stream.Int32);
export const MAP_OF_INTS: Proto = stream.Map(stream.String, stream.Int32);

interface Answer {
  readonly response: { readonly sBuffer: Bytes; readonly context?: Map<string, string>; readonly tup?: Attributes };
}
interface Worker {
  timeout: number;
  version: number;
  tars_invoke(method: string, body: Bytes, property: object): Promise<Answer>;
  tup_invoke(method: string, body: Attributes, property: object): Promise<Answer>;
}
interface Communicator {
  stringToProxy(proxy: new () => object, target: string): { _worker: Worker };
  disconnect(): void;
}
const rpc = require('@tars/rpc') as {
  Communicator: { New(): Communicator };
  rpcTars: { server: new () => ServerProtocol };
};

/** What a caller of Tars.js catches. */
export interface TarsFailure {
  readonly response?: { readonly error?: { readonly code: number; readonly message: string } };
  readonly error?: { readonly code: number; readonly message: string };
}

export interface EchoClient {
  call(method: string, text: string, context?: Readonly<Record<string, string>>): Promise<string>;
  /** What `read` finds in the answer. */
  read<Value>(method: string, read: (answer: Reader, bytes: number) => Value): Promise<Value>;
  callTup(method: string, text: string): Promise<string>;
  callOneWay(method: string, text: string): void;
  close(): void;
}

class EchoProxy {}

/** An unmodified client of `@tars/rpc`. */
export function createEchoClient(port: number, timeoutMs = 10_000, tup = false): EchoClient {
  const communicator = rpc.Communicator.New();
  const proxy = communicator.stringToProxy(EchoProxy, `${SERVANT}@tcp -h 127.0.0.1 -p ${port} -t ${timeoutMs}`);
  const worker = proxy._worker;
  worker.timeout = timeoutMs;
  if (tup) worker.version = 3;
  const encode = (text: string): Bytes => {
    const writer = new stream.TarsOutputStream();
    writer.writeString(1, text);
    return writer.getBinBuffer();
  };
  return {
    async call(method, text, context = {}) {
      const { response } = await worker.tars_invoke(method, encode(text), { context });
      return new stream.TarsInputStream(response.sBuffer).readString(0, true);
    },
    async read(method, read) {
      const { response } = await worker.tars_invoke(method, encode(''), {});
      return read(new stream.TarsInputStream(response.sBuffer), response.sBuffer.length);
    },
    async callTup(method, text) {
      const attributes = new stream.UniAttribute();
      attributes.tupVersion = 3;
      attributes.writeString('text', text);
      const { response } = await worker.tup_invoke(method, attributes, { iVersion: 3 });
      return (response.tup as Attributes).readString('');
    },
    callOneWay(method, text) {
      worker.tars_invoke(method, encode(text), { packetType: 1 }).catch(() => {});
    },
    close: () => communicator.disconnect(),
  };
}

/** One request as the protocol class of `@tars/rpc` reads it. */
interface Message {
  readonly origin: {
    readonly iVersion: number;
    readonly sServantName: string;
    readonly cPacketType: number;
    readonly sBuffer: Bytes;
    readonly context: { forEach(visit: (name: string, value: string) => void): void };
  };
  readonly sFuncName: string;
}
interface ServerProtocol {
  on(event: 'message', listener: (message: Message) => void): void;
  feed(bytes: Buffer): void;
  compose(answer: object): Buffer;
}

export interface EchoServer {
  readonly port: number;
  /** Servant, function, text and context of what arrived. */
  readonly calls: (readonly [servant: string, method: string, text: string, context: Record<string, string>])[];
  nextCall(): Promise<void>;
  dropConnections(): void;
  stop(): Promise<void>;
}

/** A server around the protocol class of `@tars/rpc`, whose whole server wants a platform of Tars. */
export async function startEchoServer(): Promise<EchoServer> {
  const calls: EchoServer['calls'] = [];
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    const protocol = new rpc.rpcTars.server();
    socket.on('data', (bytes) => protocol.feed(bytes));
    protocol.on('message', (message) => {
      const { origin, sFuncName } = message;
      const context: Record<string, string> = {};
      origin.context.forEach((name, value) => {
        context[name] = value;
      });
      const isTup = origin.iVersion !== 1;
      const text = isTup
        ? tupText(origin.iVersion, origin.sBuffer)
        : new stream.TarsInputStream(origin.sBuffer).readString(1, true);
      calls.push([origin.sServantName, sFuncName, text, context]);
      for (const tell of waiting.splice(0)) tell();
      if (origin.cPacketType === 1 || sFuncName === 'hold') return;
      const failed = sFuncName === 'fail';
      socket.write(
        protocol.compose({
          origin,
          appBuffer: failed
            ? undefined
            : isTup
              ? tupAnswer(origin.iVersion, text)
              : plainAnswer(sFuncName === 'large' ? text.repeat(50_000) : text),
          iResultCode: failed ? -3 : 0,
          sResultDesc: failed ? 'no such function' : '',
          property: { context: { served: 'yes' } },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    calls,
    nextCall: () => new Promise((resolve) => waiting.push(resolve)),
    dropConnections,
    async stop() {
      dropConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tupText(version: number, bytes: Bytes): string {
  const attributes = new stream.UniAttribute() as Attributes & { decode(bytes: Bytes): void };
  attributes.tupVersion = version;
  attributes.decode(bytes);
  return attributes.readString('text');
}

function tupAnswer(version: number, text: string): Bytes {
  const attributes = new stream.UniAttribute();
  attributes.tupVersion = version;
  attributes.writeString('', text);
  return attributes.encode();
}

function plainAnswer(text: string): Bytes {
  const writer = new stream.TarsOutputStream();
  writer.writeString(0, text);
  return writer.getBinBuffer();
}
