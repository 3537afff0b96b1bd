/**
 * Plain sockets that read into a borrowed buffer, for backends and load generator: what these two cost must stay below
 * what the proxy under test costs, or they and not the proxy are measured.
 */
import net from 'node:net';

export const READ_BUFFER_BYTES = 64 * 1024;

interface RawServer {
  _handle: { onconnection: (error: number, handle: unknown) => void };
}

/** Receives bytes that are valid only until it returns. */
export type OnBytes = (bytes: Buffer, byteCount: number) => void;

/** Listens on loopback and gives every accepted connection a handler made by `onConnection`. Port 0 picks a free one. */
export async function listenRaw(port: number, onConnection: (socket: RawSocket) => OnBytes): Promise<net.Server> {
  const server = net.createServer();
  const buffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog: 4096 }, resolve);
  });
  // Replacing the handle's callback is the only way to give accepted sockets `onread`; net.Server has no option for it.
  (server as unknown as RawServer)._handle.onconnection = (error, handle) => {
    if (error !== 0) return;
    let onBytes: OnBytes | undefined;
    const onread = {
      buffer,
      callback: (byteCount: number): boolean => {
        onBytes?.(buffer, byteCount);
        return true;
      },
    };
    // The types of Node know no bare handles.
    const socket = new RawSocket(new net.Socket({ handle, onread } as unknown as net.SocketConstructorOpts));
    onBytes = onConnection(socket);
  };
  return server;
}

const connectBuffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);

/** Connects to loopback; `onBytes` gets what arrives, `onClose` runs once with the reason ('' for a plain end). */
export function connectRaw(port: number, onBytes: OnBytes, onClose: (reason: string) => void): RawSocket {
  const onread = {
    buffer: connectBuffer,
    callback: (byteCount: number): boolean => {
      onBytes(connectBuffer, byteCount);
      return true;
    },
  };
  const socket = net.connect({ port, host: '127.0.0.1', onread });
  let reason = '';
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.code ?? error.message;
  });
  socket.on('close', () => onClose(reason));
  return new RawSocket(socket);
}

let dirty: RawSocket[] = [];
let flushing: RawSocket[] = [];

function flushAll(): void {
  const round = dirty;
  dirty = flushing;
  flushing = round;
  for (let index = 0; index < round.length; index++) (round[index] as RawSocket).flush();
  round.length = 0;
}

/** A socket whose output is gathered and written once per turn of the event loop. */
export class RawSocket {
  readonly socket: net.Socket;
  #out = Buffer.allocUnsafe(16 * 1024);
  #outBytes = 0;

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => {});
  }

  /** Room for `byteCount` bytes in the output; returns where they begin in `output`. */
  reserve(byteCount: number): number {
    const place = this.#outBytes;
    if (place === 0) {
      if (dirty.length === 0) setImmediate(flushAll);
      dirty.push(this);
    }
    this.#outBytes = place + byteCount;
    if (this.#outBytes > this.#out.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#out.length * 2, this.#outBytes));
      this.#out.copy(grown, 0, 0, place);
      this.#out = grown;
    }
    return place;
  }

  /** The output buffer; valid only until the next `reserve`. */
  get output(): Buffer {
    return this.#out;
  }

  /** Copies bytes to the output and returns where they begin in `output`. */
  send(bytes: Buffer): number {
    const place = this.reserve(bytes.length);
    bytes.copy(this.#out, place);
    return place;
  }

  flush(): void {
    const byteCount = this.#outBytes;
    this.#outBytes = 0;
    if (byteCount === 0 || this.socket.destroyed) return;
    this.socket.write(this.#out.subarray(0, byteCount));
    if (this.socket.writableLength !== 0) this.#out = Buffer.allocUnsafe(this.#out.length);
  }
}
