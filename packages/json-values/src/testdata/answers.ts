/** What the tests of written answers share, whatever the protocol. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { ValueError } from '../index.ts';

type Writes = (json: string) => Buffer;

/** Bytes from the front to the back; a reader of a protocol takes its values from them. */
export class Pieces {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(size: number): Buffer {
    const piece = this.#bytes.subarray(this.at, this.at + size);
    if (piece.length < size) throw new RangeError('cut');
    this.at += size;
    return piece;
  }
}

export function expectRefused(write: Writes, json: string, message: RegExp): void {
  const run = (): unknown => write(json);
  expect(run).toThrow(ValueError);
  expect(run).toThrow(message);
}

/**
 * Any text is refused with a `ValueError`, or written so that it can be read to its end.
 *
 * @param known texts that are taken; others are made from them
 * @param read returns how many bytes it has read
 */
export function expectAnyText(write: Writes, known: readonly string[], read: (written: Buffer) => number): void {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.constantFrom(...known)), fc.nat(), fc.string(), (json, at, more) => {
      const cutAt = at % (json.length + 1);
      try {
        const written = write(json.slice(0, cutAt) + more + json.slice(cutAt));
        expect(read(written)).toBe(written.length);
      } catch (error) {
        expect(error).toBeInstanceOf(ValueError);
      }
    }),
    { seed: 20_261_122, numRuns: 1000 },
  );
}
