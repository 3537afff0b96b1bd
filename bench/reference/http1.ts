/**
 * Reference HTTP/1.1 proxy: the speed of light for a keep-alive forwarder in Node. FROZEN: it is a yardstick, so it
 * is not improved, extended or repaired together with the product.
 *
 * Left out on purpose: strict parsing, routing, more than round robin, chunked bodies, HEAD/1xx/204/304, pipelining,
 * upgrade, hop headers, `Connection: close`, back-pressure, retries, limits, timeouts, metrics, logs, TLS, reload.
 * A message has a Content-Length or no body; anything else is forwarded wrongly or closes the connection.
 *
 *   node http1.ts LISTEN_PORT BACKEND_PORT...
 *
 * All sockets read into one shared 64 KiB buffer and all writes go out of one scratch buffer, which is replaced only
 * when the kernel did not take a write at once.
 */
import net from 'node:net';

const BUFFER_BYTES = 64 * 1024;
const [listenPort = 0, ...backendPorts] = process.argv.slice(2).map(Number);
const shared = Buffer.allocUnsafe(BUFFER_BYTES);
let scratch = Buffer.allocUnsafe(BUFFER_BYTES);
let nextBackend = 0;
/** Content-Length found by the last `endOfHead`; 0 when there was none. */
let bodyBytes = 0;

interface RawServer {
  _handle: { onconnection: (error: number, handle: unknown) => void };
}

/** Offset behind the empty line, or -1; sets `bodyBytes`. */
function endOfHead(bytes: Buffer, from: number, to: number): number {
  bodyBytes = 0;
  for (let at = from + 12; at < to - 1; at++) {
    if (bytes[at] !== 10) continue;
    const next = bytes[at + 1] as number;
    if (next === 13) return at + 3 <= to ? at + 3 : -1;
    if (
      (next | 32) === 99 &&
      bytes[at + 8] === 45 &&
      ((bytes[at + 9] as number) | 32) === 108 &&
      bytes[at + 15] === 58
    ) {
      let digit = at + 16;
      while (bytes[digit] === 32) digit++;
      for (let value = bytes[digit] as number; value >= 48 && value <= 57; value = bytes[++digit] as number) {
        bodyBytes = bodyBytes * 10 + value - 48;
      }
      at = digit - 1;
    }
  }
  return -1;
}

function send(socket: net.Socket, bytes: Buffer, from: number, to: number): void {
  const byteCount = to - from;
  if (byteCount > BUFFER_BYTES) {
    socket.write(Buffer.from(bytes.subarray(from, to)));
    return;
  }
  bytes.copy(scratch, 0, from, to);
  socket.write(scratch.subarray(0, byteCount));
  if (socket.writableLength !== 0) scratch = Buffer.allocUnsafe(BUFFER_BYTES);
}

class Upstream {
  readonly socket: net.Socket;
  down: Downstream | null = null;
  left = 0;
  held: Buffer | null = null;

  constructor(port: number) {
    const onread = { buffer: shared, callback: (byteCount: number): boolean => this.#onRead(byteCount) };
    this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true, onread });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.down?.socket.destroy();
      this.down = null;
      const at = idle.indexOf(this);
      if (at >= 0) idle.splice(at, 1);
    });
  }

  #onRead(byteCount: number): boolean {
    let bytes = shared;
    let to = byteCount;
    const down = this.down;
    if (down === null) {
      this.socket.destroy();
      return true;
    }
    if (this.left > 0) {
      this.left -= to;
    } else {
      if (this.held !== null) {
        bytes = Buffer.concat([this.held, shared.subarray(0, to)]);
        to = bytes.length;
        this.held = null;
      }
      const end = endOfHead(bytes, 0, to);
      if (end < 0) {
        this.held = Buffer.from(bytes.subarray(0, to));
        return true;
      }
      this.left = end + bodyBytes - to;
    }
    if (this.left === 0) {
      this.down = null;
      down.up = null;
      idle.push(this);
    }
    send(down.socket, bytes, 0, to);
    return true;
  }
}

const idle: Upstream[] = [];

class Downstream {
  readonly socket: net.Socket;
  up: Upstream | null = null;
  left = 0;
  held: Buffer | null = null;

  constructor(handle: unknown) {
    const onread = { buffer: shared, callback: (byteCount: number): boolean => this.#onRead(byteCount) };
    this.socket = new net.Socket({ handle, onread } as unknown as net.SocketConstructorOpts);
    this.socket.setNoDelay(true);
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.up?.socket.destroy();
      this.up = null;
    });
  }

  #onRead(byteCount: number): boolean {
    let bytes = shared;
    let to = byteCount;
    if (this.left > 0 && this.up !== null) {
      this.left -= to;
      send(this.up.socket, bytes, 0, to);
      return true;
    }
    if (this.held !== null) {
      bytes = Buffer.concat([this.held, shared.subarray(0, to)]);
      to = bytes.length;
      this.held = null;
    }
    const end = endOfHead(bytes, 0, to);
    if (end < 0) {
      this.held = Buffer.from(bytes.subarray(0, to));
      return true;
    }
    this.left = end + bodyBytes - to;
    const up = idle.pop() ?? new Upstream(backendPorts[nextBackend++ % backendPorts.length] as number);
    up.down = this;
    this.up = up;
    send(up.socket, bytes, 0, to);
    return true;
  }
}

const server = net.createServer();
server.listen({ port: listenPort, host: '127.0.0.1', backlog: 4096 }, () => {
  (server as unknown as RawServer)._handle.onconnection = (error, handle) => {
    if (error === 0) new Downstream(handle);
  };
  process.stdout.write('ready\n');
});
process.on('SIGTERM', () => process.exit(0));
