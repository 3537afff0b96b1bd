/** SOFARPC over Bolt for tests of conversion: frames are put together by hand, values by the library of Hessian. */
import net from 'node:net';
import { DraftReader, DraftWriter, HessianObject, TypedList } from '@weft/hessian';

export interface BoltMessage {
  readonly id: number;
  /** 0 answer, 1 request, 2 one-way. */
  readonly type: number;
  readonly command: number;
  readonly codec: number;
  /** Status of an answer, timeout of a request. */
  readonly verb: number;
  readonly className: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Buffer;
}

function counted(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

export function boltFrame(message: Partial<BoltMessage>): Buffer {
  const { id = 1, type = 1, command = type === 0 ? 2 : 1, codec = 1, verb = 0, className = '', headers = {} } = message;
  const { content = Buffer.alloc(0) } = message;
  const map = Buffer.concat(Object.entries(headers).flat().map(counted));
  const name = Buffer.from(className);
  const fixed = Buffer.alloc(type === 0 ? 20 : 22);
  fixed.set([1, type, 0, command, 1]);
  fixed.writeUInt32BE(id, 5);
  fixed[9] = codec;
  if (type === 0) fixed.writeUInt16BE(verb, 10);
  else fixed.writeInt32BE(verb, 10);
  fixed.writeUInt16BE(name.length, fixed.length - 8);
  fixed.writeUInt16BE(map.length, fixed.length - 6);
  fixed.writeUInt32BE(content.length, fixed.length - 4);
  return Buffer.concat([fixed, name, map, content]);
}

/** Cuts a stream into messages of version 1. */
export class BoltMessages {
  #rest: Buffer = Buffer.alloc(0);

  *push(chunk: Buffer): Generator<BoltMessage> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const bytes = this.#rest;
      if (bytes.length < 22) {
        if (bytes.length < 20 || bytes[1] !== 0) return;
      }
      const type = bytes[1] as number;
      const fixed = type === 0 ? 20 : 22;
      const classAt = fixed;
      const mapAt = classAt + bytes.readUInt16BE(fixed - 8);
      const contentAt = mapAt + bytes.readUInt16BE(fixed - 6);
      const size = contentAt + bytes.readUInt32BE(fixed - 4);
      if (bytes.length < size) return;
      const headers: Record<string, string> = {};
      for (let at = mapAt; at < contentAt; ) {
        const texts = [0, 1].map(() => {
          const length = bytes.readUInt32BE(at);
          at += 4 + length;
          return bytes.toString('utf8', at - length, at);
        });
        headers[texts[0] as string] = texts[1] as string;
      }
      yield {
        id: bytes.readUInt32BE(5),
        type,
        command: bytes[3] as number,
        codec: bytes[9] as number,
        verb: type === 0 ? bytes.readUInt16BE(10) : bytes.readInt32BE(10),
        className: bytes.toString('utf8', classAt, mapAt),
        headers,
        content: Buffer.from(bytes.subarray(contentAt, size)),
      };
      this.#rest = bytes.subarray(size);
    }
  }
}

export interface SofaCall {
  readonly service: string;
  readonly method: string;
  readonly types: readonly string[];
  readonly args: readonly unknown[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly type?: number;
}

export function sofaFrame(id: number, call: SofaCall): Buffer {
  const { service, method, types, args, headers = {}, timeoutMs = 3000, type = 1 } = call;
  const writer = new DraftWriter();
  writer.write(
    new HessianObject('com.alipay.sofa.rpc.core.request.SofaRequest', [
      ['targetAppName', 'users'],
      ['methodName', method],
      ['targetServiceUniqueName', service],
      ['requestProps', new Map()],
      ['methodArgSigs', new TypedList('[string', [...types])],
    ]),
  );
  for (const arg of args) writer.write(arg);
  return boltFrame({
    id,
    type,
    verb: timeoutMs,
    className: 'com.alipay.sofa.rpc.core.request.SofaRequest',
    headers: {
      service,
      sofa_head_target_service: service,
      sofa_head_method_name: method,
      sofa_head_target_app: 'users',
      ...headers,
    },
    content: writer.toBuffer(),
  });
}

/** A SofaResponse. */
export function sofaAnswer(id: number, appResponse: unknown): Buffer {
  const writer = new DraftWriter();
  writer.write(
    new HessianObject('com.alipay.sofa.rpc.core.response.SofaResponse', [
      ['isError', false],
      ['errorMsg', null],
      ['appResponse', appResponse],
      ['responseProps', null],
    ]),
  );
  return boltFrame({
    id,
    type: 0,
    className: 'com.alipay.sofa.rpc.core.response.SofaResponse',
    content: writer.toBuffer(),
  });
}

/** What a content begins with: a SofaRequest or SofaResponse, then the arguments. */
export function values(content: Buffer): unknown[] {
  const reader = new DraftReader(content);
  const all: unknown[] = [];
  while (!reader.atEnd) all.push(reader.read());
  return all;
}

/** A consumer on one connection. */
export class BoltConsumer {
  readonly #socket: net.Socket;
  readonly #waiting = new Map<number, (message: BoltMessage) => void>();
  received = 0;
  #lastId = 0;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    const messages = new BoltMessages();
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const message of messages.push(chunk)) {
        this.received++;
        this.#waiting.get(message.id)?.(message);
      }
    });
  }

  static async connect(port: number): Promise<BoltConsumer> {
    const socket = net.connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new BoltConsumer(socket);
  }

  call(call: SofaCall): Promise<BoltMessage> {
    return this.send((id) => sofaFrame(id, call));
  }

  send(frameOf: (id: number) => Buffer): Promise<BoltMessage> {
    const id = ++this.#lastId;
    const answer = new Promise<BoltMessage>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.write(frameOf(id));
    return answer;
  }

  tell(call: SofaCall): void {
    this.#socket.write(sofaFrame(++this.#lastId, { ...call, type: 2 }));
  }

  close(): void {
    this.#socket.destroy();
  }
}
