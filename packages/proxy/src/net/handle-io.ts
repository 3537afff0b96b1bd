/**
 * Bytes in and out of libuv's handle of a socket, past the stream machinery of `net.Socket`, which keeps the life of the
 * connection: connecting, FIN, errors, the end. A proxy reads into a buffer of its own and has a queue of its own, so the
 * machinery's buffering, callbacks and ticks would be paid for twice.
 *
 * What Node offers for that is internal (`process.binding`). Where it is missing, `openHandle` gives null and the caller
 * uses the socket as everybody does.
 */
import type net from 'node:net';
import { getSystemErrorName } from 'node:util';

/** The part of a stream handle that is used here; TCP and Unix sockets share it. */
export interface StreamHandle {
  /** Called by libuv; the number of bytes, or an error, is in the shared state. Undefined must come back. */
  onread: (bytes?: ArrayBuffer) => unknown;
  /** Bytes of the write under way that the kernel has not taken. */
  readonly writeQueueSize: number;
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
  writev(request: WriteRequest, pieces: readonly Uint8Array[], allBuffers: true): number;
}

/** One write under way. The handle holds on to it until `oncomplete`. */
interface WriteRequest {
  oncomplete: (status: number) => void;
  /** What the kernel still reads from. */
  held: unknown;
}

interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
}

function loadBinding(): StreamBinding | null {
  try {
    // Not in the types of Node: what it is asked for is looked at below.
    const load = (process as unknown as { binding(name: string): StreamBinding }).binding;
    const binding = load('stream_wrap');
    const complete = binding.streamBaseState !== undefined && typeof binding.WriteWrap === 'function';
    return complete && binding.kReadBytesOrError >= 0 && binding.kLastWriteWasAsync >= 0 ? binding : null;
  } catch {
    // A Node without it, or one that is told to allow no internals.
    return null;
  }
}

const binding = loadBinding();
const state = binding?.streamBaseState ?? new Int32Array(0);
const READ_BYTES = binding?.kReadBytesOrError ?? 0;
const WAS_ASYNC = binding?.kLastWriteWasAsync ?? 0;
/** Used again as long as the kernel takes everything at once: the handle looks at it only when it does not. */
let spare: WriteRequest | null = null;

/** All bytes are with the kernel. */
export const WRITTEN = 0;
/** Some are not; `done` will be called. */
export const WRITING = 1;

/** The handle of a connected socket, which the types of Node leave out; null where it cannot be used directly. */
export function openHandle(socket: net.Socket): StreamHandle | null {
  return binding === null ? null : ((socket as unknown as { _handle: StreamHandle | null })._handle ?? null);
}

/**
 * Bytes that arrive in the socket's `onread` buffer are told to `take`, their number, without the socket in between; the end of
 * the stream and errors go to the socket as before.
 */
export function takeReads(handle: StreamHandle, take: (count: number) => void): void {
  const others = handle.onread;
  handle.onread = function (this: StreamHandle, bytes) {
    const count = state[READ_BYTES] as number;
    if (count <= 0) return others.call(this, bytes);
    take(count);
    return undefined;
  };
}

/**
 * Writes one or several pieces with one system call.
 * @param done called later, only after `WRITING`: 0, or a negative error number
 * @returns `WRITTEN`, `WRITING`, or a negative error number
 */
export function writePieces(
  handle: StreamHandle,
  pieces: Uint8Array | readonly Uint8Array[],
  done: (status: number) => void,
): number {
  const request = spare ?? new (binding as StreamBinding).WriteWrap();
  spare = null;
  const status =
    pieces instanceof Uint8Array
      ? handle.writeBuffer(request, pieces)
      : handle.writev(request, pieces as readonly Uint8Array[], true);
  if (status !== 0 || state[WAS_ASYNC] === 0) {
    spare = request;
    return status;
  }
  request.oncomplete = done;
  request.held = pieces;
  return WRITING;
}

/** The error that a socket would tell for the number. */
export function writeError(status: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(`write ${code}`), { code, errno: status, syscall: 'write' });
}
