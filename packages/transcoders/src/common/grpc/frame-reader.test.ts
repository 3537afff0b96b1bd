import { TranscodeError } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNCOMPRESSED } from './compression.ts';
import { FrameReader } from './frame-reader.ts';
import { encodeMessage } from './message.ts';

const MAX_BYTES = 100;
const reader = (status = 413): FrameReader => new FrameReader(UNCOMPRESSED, MAX_BYTES, status);
const texts = (frames: FrameReader, chunk: Uint8Array): string[] => [...frames.read(chunk)].map(String);

describe('messages of gRPC in pieces', () => {
  it('are found wherever the bytes are cut, and what is kept is told', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 30 }), { maxLength: 5 }),
        fc.infiniteStream(fc.nat(12)),
        (list, cuts) => {
          const frames = reader();
          const bytes = Buffer.concat(list.map((text) => encodeMessage(Buffer.from(text))));
          const seen: string[] = [];
          let at = 0;
          while (at < bytes.length) {
            const end = at + (cuts.next().value as number) + 1;
            seen.push(...texts(frames, bytes.subarray(at, end)));
            at = end;
            expect(frames.keptBytes).toBeLessThan(5 + 4 * 30);
          }
          expect([seen, frames.keptBytes]).toEqual([list, 0]);
          frames.end();
        },
      ),
      { seed: 3 },
    );
  });

  it('may not end within one', () => {
    const frames = reader();
    expect(texts(frames, encodeMessage(Buffer.from('hello')).subarray(0, 9))).toEqual([]);
    expect(() => frames.end()).toThrow('a message of gRPC that is cut');
  });

  it('are as long as they may be', () => {
    expect(texts(reader(), encodeMessage(Buffer.alloc(MAX_BYTES, 'x')))).toEqual(['x'.repeat(MAX_BYTES)]);
  });

  it.each([413, 0])('are refused by the length that they announce, before they come: %d', (status) => {
    const frames = reader(status);
    const long = encodeMessage(Buffer.alloc(MAX_BYTES + 1));
    expect(texts(frames, Buffer.concat([encodeMessage(Buffer.from('first')), long.subarray(0, 4)]))).toEqual(['first']);
    const refused = (): string[] => texts(frames, long.subarray(4, 5));
    expect(refused).toThrow(expect.objectContaining({ status }));
    expect(() => texts(reader(status), long.subarray(0, 5))).toThrow(
      new TranscodeError('the message is longer than 100 bytes', status),
    );
  });
});
