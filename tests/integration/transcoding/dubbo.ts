/** Dubbo 2 in Hessian for tests of conversion: frames are put together by hand, values by the library of Hessian. */
import net from 'node:net';
import { Hessian2Reader, Hessian2Writer } from '@weft/hessian';

/** A route for calls of any service. */
export function callsTo(name: string, more: object = {}): object {
  return { match: { headers: [{ name: 'service', value: '.*' }] }, route: { cluster_name: name, ...more } };
}

export interface DubboCall {
  readonly service: string;
  readonly version?: string;
  readonly method: string;
  /** Descriptor, such as `Ljava/lang/String;I`. */
  readonly types: string;
  readonly args: readonly unknown[];
  readonly attachments?: Readonly<Record<string, string>>;
  readonly oneWay?: boolean;
}

export interface DubboAnswer {
  readonly status: number;
  /** 0 exception, 1 value, 2 null; -1 with another status than 20. */
  readonly kind: number;
  readonly value: unknown;
}

function frame(flag: number, status: number, id: number, body: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(0xdabb);
  head[2] = flag;
  head[3] = status;
  head.writeUInt32BE(id, 8);
  head.writeUInt32BE(body.length, 12);
  return Buffer.concat([head, body]);
}

export function requestFrame(id: number, call: DubboCall): Buffer {
  const { service, version = '1.0', method, types, args, attachments = {}, oneWay = false } = call;
  const writer = new Hessian2Writer();
  for (const text of ['2.0.2', service, version, method, types]) writer.write(text);
  for (const arg of args) writer.write(arg);
  writer.write(new Map(Object.entries({ path: service, interface: service, version, ...attachments })));
  return frame(oneWay ? 0x82 : 0xc2, 0, id, writer.toBuffer());
}

/** `values`: kind and value, or the one text of another status. */
export function responseFrame(id: number, status: number, values: readonly unknown[]): Buffer {
  const writer = new Hessian2Writer();
  for (const value of values) writer.write(value);
  return frame(0x02, status, id, writer.toBuffer());
}

/** What a provider is asked. */
export interface ReceivedCall {
  readonly id: number;
  readonly oneWay: boolean;
  readonly service: string;
  readonly version: string;
  readonly method: string;
  readonly types: string;
  readonly args: readonly unknown[];
  readonly attachments: ReadonlyMap<string, unknown>;
}

class Frames {
  #rest: Buffer = Buffer.alloc(0);

  *push(chunk: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 16) {
      const size = 16 + this.#rest.readUInt32BE(12);
      if (this.#rest.length < size) return;
      yield this.#rest.subarray(0, size);
      this.#rest = this.#rest.subarray(size);
    }
  }
}

/** What a provider reads; null for heartbeats and other events. */
export function receiver(argumentCount: (types: string) => number): (chunk: Buffer) => ReceivedCall[] {
  const frames = new Frames();
  return (chunk) => {
    const calls: ReceivedCall[] = [];
    for (const bytes of frames.push(chunk)) {
      const flag = bytes[2] as number;
      if ((flag & 0x20) !== 0) continue;
      const reader = new Hessian2Reader(bytes, 16);
      const [, service, version, method, types] = Array.from({ length: 5 }, () => String(reader.read()));
      const args = Array.from({ length: argumentCount(types as string) }, () => reader.read());
      calls.push({
        id: bytes.readUInt32BE(8),
        oneWay: (flag & 0x40) === 0,
        service: service as string,
        version: version as string,
        method: method as string,
        types: types as string,
        args,
        attachments: reader.read() as Map<string, unknown>,
      });
    }
    return calls;
  };
}

/** A consumer on one connection. */
export class DubboConsumer {
  readonly #socket: net.Socket;
  readonly #waiting = new Map<number, (answer: DubboAnswer) => void>();
  readonly #frames = new Frames();
  /** Frames that came, heartbeats included. */
  received = 0;
  #lastId = 0;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const bytes of this.#frames.push(chunk)) {
        this.received++;
        const id = bytes.readUInt32BE(8);
        this.#waiting.get(id)?.(answerOf(bytes));
        this.#waiting.delete(id);
      }
    });
  }

  static async connect(port: number): Promise<DubboConsumer> {
    const socket = net.connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new DubboConsumer(socket);
  }

  /** The bytes as they are, and the answer to the id in them. */
  send(bytes: Buffer): Promise<DubboAnswer> {
    const answer = new Promise<DubboAnswer>((resolve) => this.#waiting.set(bytes.readUInt32BE(8), resolve));
    this.#socket.write(bytes);
    return answer;
  }

  call(call: DubboCall): Promise<DubboAnswer> {
    return this.send(requestFrame(++this.#lastId, call));
  }

  /** One-way: nothing is waited for. */
  tell(call: DubboCall): void {
    this.#socket.write(requestFrame(++this.#lastId, { ...call, oneWay: true }));
  }

  heartbeat(): Promise<DubboAnswer> {
    return this.send(frame(0xe2, 0, ++this.#lastId, Buffer.from('N')));
  }

  close(): void {
    this.#socket.destroy();
  }
}

function answerOf(bytes: Buffer): DubboAnswer {
  const status = bytes[3] as number;
  if (bytes.length === 16) return { status, kind: -1, value: null };
  const reader = new Hessian2Reader(bytes, 16);
  const first = reader.read();
  if (status !== 20 || typeof first !== 'number') return { status, kind: -1, value: first };
  const kind = first % 3;
  return { status, kind, value: kind === 2 ? null : reader.read() };
}
