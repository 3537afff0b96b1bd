/**
 * Everything that Node itself cannot do, or does only behind its public interface, in one file.
 *
 * - `dup` comes from libc through the FFI, which is loaded on first use. Without it (other systems, a blocked install)
 *   `canDuplicate()` is false: then there is one accepting thread and no connection moves.
 * - `malloc_trim` comes from libc too, where libc is glibc; elsewhere nothing is given back.
 * - The exact CPU time of a thread comes from libc too: Node's own reading moves with the scheduler's tick. For tests only.
 * - The kernel's id of a thread is a link in `/proc`, where there is one.
 * - Accepted handles get the shared read buffer (`onread`), which the public server interface does not offer.
 */
import { readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';

/** The part of libuv's TCP handle that is used here. */
export interface TcpHandle {
  readonly fd: number;
  close(callback?: () => void): void;
  /** Absent on Unix sockets. */
  setNoDelay?(on: boolean): void;
}

/** The C library that this process runs on. @throws Error where the FFI has no prebuilt binary for this system */
function openLibc() {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  // `null` stands for the process itself; the types of the FFI know names of files only.
  return koffi.load(null as unknown as string);
}

type Dup = (fd: number) => number;
let dup: Dup | null | undefined;

function loadDup(): Dup | null {
  if (dup !== undefined) return dup;
  try {
    dup = openLibc().func('int dup(int fd)') as Dup;
  } catch {
    // Expected where no prebuilt binary exists for this system; the callers have a documented fallback.
    dup = null;
  }
  return dup;
}

/** Whether descriptors can be duplicated on this system. */
export function canDuplicate(): boolean {
  return process.platform !== 'win32' && loadDup() !== null;
}

/**
 * Duplicates a descriptor. The caller owns the new one.
 * @throws Error when the system refuses (EMFILE) or the FFI is missing
 */
export function duplicateDescriptor(fd: number): number {
  const call = loadDup();
  if (call === null) throw new Error('descriptors cannot be duplicated on this system');
  const copy = call(fd);
  if (copy < 0) throw new Error('dup failed: no file descriptor left');
  return copy;
}

/**
 * A clock of the CPU time of the thread that calls it, ms; null without the FFI. Node's `threadCpuUsage` counts what ran since
 * the last tick of the scheduler only at the next one, so that a reading is up to 4 ms late.
 */
export function openThreadCpuClock(): (() => number) | null {
  try {
    const read = openLibc().func('int clock_gettime(int clock, _Out_ int64_t *time)');
    const CLOCK_THREAD_CPUTIME_ID = 3;
    const time = new BigInt64Array(2);
    return () => {
      read(CLOCK_THREAD_CPUTIME_ID, time);
      return Number(time[0]) * 1000 + Number(time[1]) / 1e6;
    };
  } catch {
    // No prebuilt binary for this system: the caller has another clock.
    return null;
  }
}

/**
 * Gives pages back to the system that `malloc` has kept; null where libc has nothing of the kind. A call takes 0.3 ms for
 * 20 MiB; a thread that allocates meanwhile waits for it.
 */
export function openMemoryTrim(): (() => void) | null {
  if (process.platform !== 'linux') return null;
  try {
    const trim = openLibc().func('int malloc_trim(size_t pad)');
    return () => void trim(0);
  } catch {
    // No prebuilt binary for this system, or another libc than glibc: memory stays where it is.
    return null;
  }
}

/** The kernel's id of the thread that calls it, as `/proc/self/task` lists it; 0 where the system does not tell. */
export function kernelThreadId(): number {
  try {
    return Number(/\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self'))?.[1] ?? 0);
  } catch {
    // Not Linux, or no /proc.
    return 0;
  }
}

export interface ReadTarget {
  readonly buffer: Uint8Array;
  /** Called with the number of bytes that are now at the start of `buffer`. Must return true. */
  readonly callback: (count: number, buffer: Uint8Array) => boolean;
}

/** What sockets take: the types of Node know neither bare handles nor sockets that do not read yet. */
interface SocketOptions extends Omit<net.SocketConstructorOpts, 'handle'> {
  readonly handle?: TcpHandle;
  readonly pauseOnCreate?: boolean;
}

function createSocket(options: SocketOptions): net.Socket {
  return new net.Socket({ ...options, allowHalfOpen: true } as unknown as net.SocketConstructorOpts);
}

/** A socket around an accepted handle that reads into `target.buffer`. */
export function adoptHandle(handle: TcpHandle, target: ReadTarget): net.Socket {
  return createSocket({ handle, onread: target });
}

/** A socket around a descriptor that the caller owns and hands over. */
export function adoptDescriptor(fd: number, target: ReadTarget): net.Socket {
  return createSocket({ fd, onread: target });
}

/** A socket that is not connected yet and will read into `target.buffer`. */
export function createClientSocket(target: ReadTarget): net.Socket {
  return createSocket({ onread: target });
}

/** Fields of Node's own, beside what it documents. */
interface ServerInternals {
  _handle: { onconnection: (error: number, handle: TcpHandle | undefined) => void } | null;
}

/** Makes a listening server hand out bare handles instead of sockets. `error` is a negative errno, or 0. */
export function acceptHandles(
  server: net.Server,
  accept: (error: number, handle: TcpHandle | undefined) => void,
): void {
  const handle = (server as unknown as ServerInternals)._handle;
  if (handle === null) throw new Error('the server does not listen');
  handle.onconnection = accept;
}

interface SocketInternals {
  _handle: TcpHandle | null;
}

/** The descriptor of a connected socket, -1 when it has none any more. */
export function socketDescriptor(socket: net.Socket): number {
  return (socket as unknown as SocketInternals)._handle?.fd ?? -1;
}

/** Takes the handle out of a socket that never started reading (as it arrives from another thread). */
export function takeHandle(socket: net.Socket): TcpHandle | null {
  const internals = socket as unknown as SocketInternals;
  const handle = internals._handle;
  internals._handle = null;
  socket.destroy();
  return handle;
}

/** Wraps an accepted, unread handle so that it can be listed in a transfer list. */
export function wrapForTransfer(handle: TcpHandle): net.Socket {
  return createSocket({ handle, pauseOnCreate: true });
}
