import {
  type ClientStream,
  type CodecLimits,
  DEFAULT_CODEC_LIMITS,
  type RequestHead,
  type ResponseHead,
  type ServerStream,
} from '@weft/sdk';
import { CodecFeeder, MemoryLink, RecordingSink } from '@weft/sdk/testing';
import { BoltClient } from '../client.ts';
import { type BoltConfig, completeBoltConfig } from '../config.ts';
import { BoltServer } from '../server.ts';

export interface Incoming {
  readonly stream: ServerStream;
  readonly head: RequestHead;
  readonly sink: RecordingSink;
}

export class ServerSide {
  readonly link = new MemoryLink();
  readonly requests: Incoming[] = [];
  readonly codec: BoltServer;
  readonly #feeder: CodecFeeder;
  /** Runs inside the callback. */
  onRequest: ((incoming: Incoming) => void) | null = null;

  constructor(config: BoltConfig = {}, limits: Partial<CodecLimits> = {}, proto = 1) {
    const handler = {
      onRequest: (stream: ServerStream, head: RequestHead, end: boolean) => {
        const sink = new RecordingSink();
        stream.sink = sink;
        head.keep();
        sink.events.push(end ? 'request end' : 'request');
        const incoming = { stream, head, sink };
        this.requests.push(incoming);
        this.onRequest?.(incoming);
      },
    };
    this.codec = new BoltServer(this.link, handler, proto, completeBoltConfig(config), {
      ...DEFAULT_CODEC_LIMITS,
      ...limits,
    });
    this.#feeder = new CodecFeeder(this.codec);
    this.codec.start();
  }

  feed(bytes: Uint8Array): void {
    this.#feeder.feed(bytes);
  }

  sent(): Buffer {
    return this.link.takeBytes();
  }
}

export class ClientSide {
  readonly link = new MemoryLink();
  readonly codec: BoltClient;
  readonly #feeder: CodecFeeder;
  credits = 0;
  drainings = 0;
  heartbeats = 0;
  late = 0;

  constructor(config: BoltConfig = {}, limits: Partial<CodecLimits> = {}, proto = 1, firstId = 1) {
    const handler = {
      onCredit: () => {
        this.credits++;
      },
      onDraining: () => {
        this.drainings++;
      },
      onHeartbeat: () => {
        this.heartbeats++;
      },
      onLateResponse: () => {
        this.late++;
      },
    };
    this.codec = new BoltClient(
      this.link,
      handler,
      proto,
      completeBoltConfig(config),
      { ...DEFAULT_CODEC_LIMITS, ...limits },
      firstId,
    );
    this.#feeder = new CodecFeeder(this.codec);
    this.codec.start();
  }

  feed(bytes: Uint8Array): void {
    this.#feeder.feed(bytes);
  }

  sent(): Buffer {
    return this.link.takeBytes();
  }

  /** Opens a stream for a request that a server decoded and sends its head. */
  call(head: RequestHead, end = false): { readonly stream: ClientStream; readonly sink: RecordingSink } {
    const sink = new RecordingSink();
    const stream = this.codec.open(sink);
    stream.sendHead(head, end);
    return { stream, sink };
  }
}

/** A decoded request head for tests of the client. */
export function requestHead(frame: Buffer): RequestHead {
  const side = new ServerSide();
  side.feed(frame);
  return (side.requests[0] as Incoming).head;
}

export function responseHead(frame: Buffer): ResponseHead {
  const client = new ClientSide({}, {}, 1, frame[0] === 2 ? frame.readUInt32BE(6) : frame.readUInt32BE(5));
  const { stream, sink } = client.call(
    requestHead(Buffer.from('01010001010000000101ffffffff0000000000000000', 'hex')),
    true,
  );
  void stream;
  client.feed(frame);
  return sink.head as ResponseHead;
}

/** The first request that a server was given. */
export const first = (side: ServerSide): Incoming => side.requests[0] as Incoming;
