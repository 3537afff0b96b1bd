/**
 * Reference TCP relay: the speed of light for `tcp_proxy` in Node. FROZEN: it is a yardstick, so it is not
 * improved, extended or repaired together with the product.
 *
 * Left out on purpose: routing, more than round robin, retries, limits, timeouts, metrics, logs, TLS, reload.
 *
 *   node tcp.ts LISTEN_PORT BACKEND_PORT...
 *
 * Each direction owns one 64 KiB buffer that the kernel fills (`onread`) and that is written as it is. When the
 * write did not finish at once the direction stops reading until it has, so the buffer is never overwritten.
 */
import net from 'node:net';

const BUFFER_BYTES = 64 * 1024;
const [listenPort = 0, ...backendPorts] = process.argv.slice(2).map(Number);
let nextBackend = 0;

interface RawServer {
  _handle: { onconnection: (error: number, handle: unknown) => void };
}

class Side {
  readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  socket!: net.Socket;
  other!: Side;
  readonly onWritten = (): void => {
    this.blocked = false;
    this.socket.resume();
  };
  blocked = false;

  onRead(byteCount: number): boolean {
    const target = this.other.socket;
    if (target.destroyed) return false;
    this.blocked = true;
    target.write(byteCount === BUFFER_BYTES ? this.buffer : this.buffer.subarray(0, byteCount));
    if (target.writableLength === 0) {
      this.blocked = false;
      return true;
    }
    target.once('drain', this.onWritten);
    return false;
  }

  bind(socket: net.Socket, other: Side): void {
    this.socket = socket;
    this.other = other;
    socket.setNoDelay(true);
    socket.on('end', () => {
      other.socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      other.socket.destroy();
    });
  }
}

const onread = (side: Side) => ({
  buffer: side.buffer,
  callback: (byteCount: number): boolean => side.onRead(byteCount),
});

const server = net.createServer();
server.listen({ port: listenPort, host: '127.0.0.1', backlog: 4096 }, () => {
  (server as unknown as RawServer)._handle.onconnection = (error, handle) => {
    if (error !== 0) return;
    const down = new Side();
    const up = new Side();
    const port = backendPorts[nextBackend++ % backendPorts.length] as number;
    const upOptions = { port, host: '127.0.0.1', onread: onread(up), allowHalfOpen: true, highWaterMark: 1 };
    const upSocket = net.connect(upOptions as net.NetConnectOpts);
    const options = { handle, onread: onread(down), allowHalfOpen: true, highWaterMark: 1 };
    const downSocket = new net.Socket(options as unknown as net.SocketConstructorOpts);
    up.bind(upSocket, down);
    down.bind(downSocket, up);
  };
  process.stdout.write('ready\n');
});
process.on('SIGTERM', () => process.exit(0));
