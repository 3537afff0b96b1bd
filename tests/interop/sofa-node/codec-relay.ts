import { connect, createServer, type Server, type Socket } from 'node:net';
import { bolt } from '@weft/protocols/bolt';
import {
  type ClientCodec,
  DEFAULT_CODEC_LIMITS,
  type HeaderMap,
  type RequestHead,
  type ResetReason,
  type ResponseHead,
  type ServerStream,
  type StreamBase,
  type StreamSink,
} from '@weft/sdk';
import { SocketLink } from '@weft/testkit';

/** Feeds what arrives on one stream into another one. */
class Forward implements StreamSink {
  readonly #to: () => StreamBase | ServerStream | undefined;
  readonly #onReset: (reason: ResetReason) => void;

  constructor(to: () => StreamBase | ServerStream | undefined, onReset: (reason: ResetReason) => void) {
    this.#to = to;
    this.#onReset = onReset;
  }

  onInformational(): void {}

  onHead(head: ResponseHead, end: boolean): void {
    (this.#to() as ServerStream).sendHead(head, end);
  }

  onData(chunk: Uint8Array, end: boolean): void {
    this.#to()?.sendData(chunk, end);
  }

  onTrailers(trailers: HeaderMap): void {
    this.#to()?.sendTrailers(trailers);
  }

  onReset(reason: ResetReason): void {
    this.#onReset(reason);
  }

  onWritable(): void {}
}

interface Upstream {
  readonly codec: ClientCodec;
  readonly socket: Socket;
}

export interface Hop {
  readonly port: number;
  /** Frames that the upstream side dropped because nobody waited for them. */
  lateResponses(): number;
  /** Callers' connections that are open. */
  readonly downstream: ReadonlySet<Socket>;
  stop(): Promise<void>;
}

/** A proxy as small as it can be: all callers share one upstream connection. */
export async function startHop(upstreamPort: number): Promise<Hop> {
  const state: { upstream: Upstream | null } = { upstream: null };
  let late = 0;
  const downstream = new Set<Socket>();

  // Behind a call, so that the compiler does not take it for unchanged across an await.
  const current = (): Upstream | null => state.upstream;

  const upstreamCodec = async (): Promise<ClientCodec> => {
    const known = state.upstream;
    if (known !== null) return known.codec;
    const socket = connect({ port: upstreamPort, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const other = current();
    if (other !== null) {
      socket.destroy();
      return other.codec;
    }
    const link = new SocketLink(socket);
    const codec = bolt.createClient(
      link,
      { onCredit() {}, onDraining() {}, onHeartbeat() {}, onLateResponse: () => void late++ },
      {},
      DEFAULT_CODEC_LIMITS,
    );
    link.attach(codec);
    codec.start();
    state.upstream = { codec, socket };
    socket.once('close', () => {
      if (state.upstream?.codec === codec) state.upstream = null;
    });
    return codec;
  };

  const server: Server = createServer({ noDelay: true }, (socket) => {
    downstream.add(socket);
    socket.once('close', () => downstream.delete(socket));
    const link = new SocketLink(socket);
    const codec = bolt.createServer(
      link,
      {
        onRequest(stream: ServerStream, head: RequestHead, end: boolean) {
          head.keep();
          const early: { readonly chunk: Buffer; readonly end: boolean }[] = [];
          let up: StreamBase | undefined;
          const collect = new Forward(
            () => up,
            (reason) => up?.reset(reason),
          );
          const forward = collect.onData.bind(collect);
          collect.onData = (chunk, last) => {
            if (up === undefined) early.push({ chunk: Buffer.from(chunk), end: last });
            else forward(chunk, last);
          };
          stream.sink = collect;
          upstreamCodec().then(
            (client) => {
              const opened = client.open(
                new Forward(
                  () => stream,
                  () => stream.sendLocalReply(head, { status: 502, code: 'upstream_reset' }),
                ),
              );
              opened.sendHead(head, end);
              for (const { chunk, end: last } of early) opened.sendData(chunk, last);
              up = opened;
            },
            () => stream.sendLocalReply(head, { status: 502, code: 'upstream_connect_failed' }),
          );
        },
      },
      {},
      DEFAULT_CODEC_LIMITS,
    );
    link.attach(codec);
    codec.start();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    downstream,
    lateResponses: () => late,
    async stop() {
      for (const socket of downstream) socket.destroy();
      state.upstream?.socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
