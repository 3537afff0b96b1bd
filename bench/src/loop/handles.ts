/**
 * Puts a script in the place of the kernel: what a connected socket of this thread writes goes to a function, and bytes are
 * handed to it as if they had been read. The sockets are real and connected, so that whoever uses them notices nothing.
 */

/** The part of libuv's handle that is used here. */
interface Handle {
  onread(bytes?: ArrayBuffer): unknown;
  getsockname(out: Address): number;
  getpeername(out: Address): number;
}

interface Address {
  port?: number;
}

interface Bindings {
  readonly TCP: { readonly prototype: Record<string, (...args: never[]) => unknown> };
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kBytesWritten: number;
  readonly kLastWriteWasAsync: number;
}

type TakeBytes = (bytes: Buffer, byteCount: number) => void;

export class ScriptedSocket {
  readonly #handle: Handle;
  readonly #state: Int32Array;
  readonly #readAt: number;
  readonly #buffer: Buffer;
  /** Gets what the owner of the socket writes; the bytes are valid until it returns. */
  onWrite: TakeBytes | null = null;
  /** What was written before anybody listened. */
  readonly early: Buffer[] = [];

  constructor(handle: Handle, bindings: Bindings, buffer: Uint8Array) {
    this.#handle = handle;
    this.#state = bindings.streamBaseState;
    this.#readAt = bindings.kReadBytesOrError;
    this.#buffer = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  get localPort(): number {
    const out: Address = {};
    return this.#handle.getsockname(out) === 0 ? (out.port ?? 0) : 0;
  }

  get remotePort(): number {
    const out: Address = {};
    return this.#handle.getpeername(out) === 0 ? (out.port ?? 0) : 0;
  }

  /** Hands bytes over in pieces of what the owner reads at once. */
  deliver(bytes: Buffer): void {
    const room = this.#buffer.length;
    for (let at = 0; at < bytes.length; at += room) {
      const count = Math.min(room, bytes.length - at);
      bytes.copy(this.#buffer, 0, at, at + count);
      this.#state[this.#readAt] = count;
      this.#handle.onread(undefined);
    }
  }
}

function load(name: string): Bindings {
  // Not in the types of Node.
  return (process as unknown as { binding(name: string): Bindings }).binding(name);
}

/** From now on sockets of this thread that read into a buffer of their own are scripted; `onSocket` hears of each. */
export function takeHandles(
  onWritten: (socket: ScriptedSocket) => void,
  onSocket: (socket: ScriptedSocket) => void,
): void {
  const { TCP } = load('tcp_wrap');
  const bindings = load('stream_wrap');
  const { streamBaseState: state, kBytesWritten, kLastWriteWasAsync } = bindings;
  const known = new Map<unknown, ScriptedSocket>();
  const { prototype } = TCP;
  const { useUserBuffer, writeBuffer, writev } = prototype as Record<string, (...args: unknown[]) => unknown>;
  const written = (socket: ScriptedSocket, bytes: Uint8Array): void => {
    state[kBytesWritten] = bytes.length;
    state[kLastWriteWasAsync] = 0;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (socket.onWrite !== null) socket.onWrite(view, view.length);
    else {
      socket.early.push(Buffer.from(view));
      onWritten(socket);
    }
  };
  Object.assign(prototype, {
    useUserBuffer(this: Handle, buffer: Uint8Array) {
      const socket = new ScriptedSocket(this, bindings, buffer);
      known.set(this, socket);
      const result = useUserBuffer?.call(this, buffer);
      onSocket(socket);
      return result;
    },
    writeBuffer(this: Handle, request: unknown, bytes: Uint8Array) {
      const socket = known.get(this);
      if (socket === undefined) return writeBuffer?.call(this, request, bytes);
      written(socket, bytes);
      return 0;
    },
    writev(this: Handle, request: unknown, pieces: readonly Uint8Array[], allBuffers: boolean) {
      const socket = known.get(this);
      if (socket === undefined || !allBuffers) return writev?.call(this, request, pieces, allBuffers);
      written(socket, Buffer.concat(pieces));
      return 0;
    },
  });
}
