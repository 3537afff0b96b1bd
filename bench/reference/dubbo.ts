/**
 * Reference Dubbo 2 proxy: the sketch of bolt.ts with the geometry of Dubbo's frames. FROZEN: it is a yardstick, so
 * it is not improved, extended or repaired together with the product.
 *
 * Left out on purpose: reading of strings, arguments or attachments, routing, more than round robin, heartbeats
 * upstream, one-way bookkeeping, back-pressure, timeouts, retries, limits, metrics, logs, TLS, reload.
 *
 *   node dubbo.ts LISTEN_PORT BACKEND_PORT...      (the backends must be up; a lost connection is not made again)
 *
 * Requests of all callers share two connections per backend; the request id is a slot number there and is put back on
 * the way home. Frames are copied once, into the one output buffer of their target, and every target is written once
 * per turn of the event loop.
 */
import net from 'node:net';

const BUFFER_BYTES = 64 * 1024;
const CONNECTIONS_PER_BACKEND = 2;
const SLOTS = 65536;
const [listenPort = 0, ...backendPorts] = process.argv.slice(2).map(Number);
const shared = Buffer.allocUnsafe(BUFFER_BYTES);

interface RawServer {
  _handle: { onconnection: (error: number, handle: unknown) => void };
}

const slotOwner: (Peer | null)[] = new Array<Peer | null>(SLOTS).fill(null);
const slotIdHigh = new Int32Array(SLOTS);
const slotOriginalId = new Int32Array(SLOTS);
const freeSlots = Int32Array.from({ length: SLOTS }, (_, slot) => slot);
let freeCount = SLOTS;

const dirty: Peer[] = [];
let nextUpstream = 0;

function flushAll(): void {
  for (let index = 0; index < dirty.length; index++) (dirty[index] as Peer).flush();
  dirty.length = 0;
}

/** Size of the frame that starts at `at`, or 0 when its header is incomplete. */
function frameBytes(bytes: Buffer, at: number, to: number): number {
  if (to - at < 16) return 0;
  return (
    16 +
    (((bytes[at + 12] as number) << 24) |
      ((bytes[at + 13] as number) << 16) |
      ((bytes[at + 14] as number) << 8) |
      (bytes[at + 15] as number))
  );
}

const ACK = Buffer.from('dabb22140000000000000000000000014e', 'hex');

function readInt(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

function writeInt(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

class Peer {
  readonly socket: net.Socket;
  readonly upstream: boolean;
  held: Buffer | null = null;
  out = Buffer.allocUnsafe(BUFFER_BYTES);
  outBytes = 0;

  constructor(handle: unknown, port: number) {
    this.upstream = port !== 0;
    const onread = { buffer: shared, callback: (byteCount: number): boolean => this.#onRead(byteCount) };
    this.socket =
      port === 0
        ? new net.Socket({ handle, onread } as unknown as net.SocketConstructorOpts)
        : net.connect({ port, host: '127.0.0.1', onread });
    this.socket.setNoDelay(true);
    this.socket.on('error', () => {});
  }

  #onRead(byteCount: number): boolean {
    let bytes = shared;
    let to = byteCount;
    if (this.held !== null) {
      bytes = Buffer.concat([this.held, shared.subarray(0, to)]);
      to = bytes.length;
      this.held = null;
    }
    let at = 0;
    while (at < to) {
      const size = frameBytes(bytes, at, to);
      if (size === 0 || at + size > to) break;
      if (this.upstream) this.#answer(bytes, at, size);
      else this.#forward(bytes, at, size);
      at += size;
    }
    if (at < to) this.held = Buffer.from(bytes.subarray(at, to));
    return true;
  }

  #forward(bytes: Buffer, at: number, size: number): void {
    if (((bytes[at + 2] as number) & 0x20) !== 0) {
      // Heartbeat: an acknowledgement with the same id.
      const place = this.reserve(17);
      ACK.copy(this.out, place);
      bytes.copy(this.out, place + 4, at + 4, at + 12);
      return;
    }
    if (freeCount === 0) {
      this.socket.destroy();
      return;
    }
    const slot = freeSlots[--freeCount] as number;
    slotOwner[slot] = this;
    slotIdHigh[slot] = readInt(bytes, at + 4);
    slotOriginalId[slot] = readInt(bytes, at + 8);
    const target = upstreams[nextUpstream] as Peer;
    nextUpstream = nextUpstream + 1 === upstreams.length ? 0 : nextUpstream + 1;
    target.append(bytes, at, size, 0, slot);
  }

  #answer(bytes: Buffer, at: number, size: number): void {
    const slot = ((bytes[at + 10] as number) << 8) | (bytes[at + 11] as number);
    const owner = slotOwner[slot];
    if (owner === null || owner === undefined) return;
    slotOwner[slot] = null;
    freeSlots[freeCount++] = slot;
    owner.append(bytes, at, size, slotIdHigh[slot] as number, slotOriginalId[slot] as number);
  }

  append(bytes: Buffer, at: number, size: number, idHigh: number, id: number): void {
    const place = this.reserve(size);
    const out = this.out;
    bytes.copy(out, place, at, at + size);
    writeInt(out, place + 4, idHigh);
    writeInt(out, place + 8, id);
  }

  reserve(size: number): number {
    if (this.outBytes === 0) {
      if (dirty.length === 0) setImmediate(flushAll);
      dirty.push(this);
    }
    const place = this.outBytes;
    this.outBytes = place + size;
    if (this.outBytes > this.out.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.out.length * 2, this.outBytes));
      this.out.copy(grown, 0, 0, place);
      this.out = grown;
    }
    return place;
  }

  flush(): void {
    const byteCount = this.outBytes;
    this.outBytes = 0;
    if (byteCount === 0 || this.socket.destroyed) return;
    this.socket.write(this.out.subarray(0, byteCount));
    if (this.socket.writableLength !== 0) this.out = Buffer.allocUnsafe(BUFFER_BYTES);
  }
}

const upstreams: Peer[] = [];
for (let round = 0; round < CONNECTIONS_PER_BACKEND; round++) {
  for (const port of backendPorts) upstreams.push(new Peer(null, port));
}

const server = net.createServer();
server.listen({ port: listenPort, host: '127.0.0.1', backlog: 4096 }, () => {
  (server as unknown as RawServer)._handle.onconnection = (error, handle) => {
    if (error === 0) new Peer(handle, 0);
  };
  process.stdout.write('ready\n');
});
process.on('SIGTERM', () => process.exit(0));
