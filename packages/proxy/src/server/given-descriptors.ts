import { closeSync, fstatSync } from 'node:fs';

interface Given {
  readonly descriptor: number;
  readonly inode: number;
}

/**
 * Duplicates of listening sockets that were sent to a thread and that it has not said it uses. A thread that dies before
 * it reads the message, or refuses it, leaves them open: nobody would ever accept on them, and a caller could wait there.
 */
export class GivenDescriptors {
  readonly #given = new Map<number, Given[]>();

  add(thread: number, descriptors: readonly number[]): void {
    const given = descriptors.map((descriptor) => ({ descriptor, inode: inodeOf(descriptor) }));
    this.#given.set(thread, [...(this.#given.get(thread) ?? []), ...given]);
  }

  /** The thread uses them, or has closed them itself. */
  forget(thread: number): void {
    this.#given.delete(thread);
  }

  /** Closes what the thread did not take. A number that means something else by now is left alone. */
  reclaim(thread: number): void {
    const given = this.#given.get(thread) ?? [];
    this.#given.delete(thread);
    for (const { descriptor, inode } of given) if (inodeOf(descriptor) === inode && inode !== 0) closeSync(descriptor);
  }
}

/** 0 when it is closed. */
function inodeOf(descriptor: number): number {
  try {
    return fstatSync(descriptor).ino;
  } catch {
    // EBADF
    return 0;
  }
}
