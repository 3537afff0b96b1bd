import { createServer, type Server } from 'node:net';
import { http2 } from '@weft/protocols/http2';
import { DEFAULT_CODEC_LIMITS, type LocalReply, type RequestHead, type ServerStream, type StreamSink } from '@weft/sdk';
import { SocketLink } from '@weft/testkit';

const REPLY: LocalReply = { status: 200, code: 'direct_response', body: 'woven' };

/** Answers when the request is complete. */
class Answer implements StreamSink {
  readonly #stream: ServerStream;
  readonly #head: RequestHead;

  constructor(stream: ServerStream, head: RequestHead) {
    this.#stream = stream;
    this.#head = head;
  }

  onData(_chunk: Uint8Array, end: boolean): void {
    if (end) this.answer();
  }

  onTrailers(): void {
    this.answer();
  }

  answer(): void {
    this.#stream.sendLocalReply(this.#head, REPLY);
  }

  onInformational(): void {}
  onHead(): void {}
  onReset(): void {}
  onWritable(): void {}
}

/** A server that is nothing but the codec on a socket. */
export async function startCodecServer(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket) => {
    const link = new SocketLink(socket);
    const codec = http2.createServer(
      link,
      {
        onRequest(stream, head, end) {
          const answer = new Answer(stream, head);
          stream.sink = answer;
          if (end) answer.answer();
        },
      },
      {},
      DEFAULT_CODEC_LIMITS,
    );
    link.attach(codec);
    codec.start();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, server };
}

if (import.meta.main) {
  const { port } = await startCodecServer();
  console.log(port);
}
