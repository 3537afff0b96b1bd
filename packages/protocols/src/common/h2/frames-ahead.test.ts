import { describe, expect, it } from 'vitest';
import { Flag, FRAME_HEAD_BYTES, FrameType, MAX_FRAME_BYTES } from './frame.ts';
import { contentDiffers, wholeContentEnd } from './frames-ahead.ts';

const OWN = 5;

function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}
const data = (bytes: number, flags = 0, streamId = OWN): Buffer =>
  frame(FrameType.DATA, flags, streamId, Buffer.alloc(bytes, 'x'));
const padded = (bytes: number, padding: number, flags = 0): Buffer =>
  frame(
    FrameType.DATA,
    flags | Flag.PADDED,
    OWN,
    Buffer.concat([Buffer.from([padding]), Buffer.alloc(bytes + padding)]),
  );
const trailers = (flags: number): Buffer => frame(FrameType.HEADERS, flags | Flag.END_HEADERS, OWN, Buffer.of(0x88));
const END = Flag.END_STREAM;

describe('content in one frame', () => {
  const endOf = (bytes: Buffer): number => wholeContentEnd(bytes, 0, bytes.length, OWN);

  it('ends where its frame does, whatever stands behind it', () => {
    expect(endOf(Buffer.concat([data(3, END), data(7, END, 7)]))).toBe(FRAME_HEAD_BYTES + 3);
    expect(wholeContentEnd(Buffer.concat([data(9), data(3, END)]), 18, 30, OWN)).toBe(30);
    expect(endOf(data(MAX_FRAME_BYTES, END))).toBe(FRAME_HEAD_BYTES + MAX_FRAME_BYTES);
  });

  it.each([
    ['goes on', data(3)],
    ['has padding', padded(3, 2, END)],
    ['is nothing', Buffer.concat([data(0, END), data(7, END, 7)])],
    ['is of another stream', data(3, END, 7)],
    ['is there in part', data(3, END).subarray(0, -1)],
    ['is there by half of its head', data(3, END).subarray(0, 6)],
    ['is larger than a frame may be', data(MAX_FRAME_BYTES + 1, END)],
    ['is no content', frame(FrameType.HEADERS, END, OWN, Buffer.alloc(3))],
  ])('is not seen where it %s', (_title, bytes) => expect(endOf(bytes)).toBe(0));
});

describe('content of five bytes', () => {
  const differs = (...frames: readonly Buffer[]): boolean => {
    const bytes = Buffer.concat(frames);
    return contentDiffers(bytes, 0, bytes.length, OWN, 5);
  };
  const others = [data(9, END, 7), frame(FrameType.WINDOW_UPDATE, 0, OWN, Buffer.alloc(4))];

  it.each([
    ['less than it', [data(2), ...others, data(2, END)]],
    ['nothing', [data(0, END)]],
    ['less than it, and trailers', [data(4), trailers(END)]],
    ['more than it, and no end', [data(2), ...others, data(4)]],
    ['more than it by a frame that is there in part', [data(6).subarray(0, FRAME_HEAD_BYTES)]],
    ['less than it beside padding', [padded(4, 1, END)]],
    ['more than it beside padding', [padded(6, 1)]],
  ])('is not %s', (_title, frames) => expect(differs(...frames)).toBe(true));

  it.each([
    ['it', [data(2), ...others, data(3, END)]],
    ['it, and trailers', [data(5), trailers(END)]],
    ['it beside padding', [padded(2, 200), padded(3, 0, END)]],
    ['so much of it so far', [data(2), ...others]],
    ['it without its end', [data(5)]],
    ['what a frame has whose padding is not here yet', [padded(3, 2, END).subarray(0, FRAME_HEAD_BYTES)]],
    ['what was given up', [data(2), frame(FrameType.RST_STREAM, 0, OWN, Buffer.alloc(4)), data(0, END)]],
    ['what stands behind a head that ends nothing', [trailers(0), data(2, END)]],
  ])('may be %s', (_title, frames) => expect(differs(...frames)).toBe(false));

  it('is not looked for in a head that is there in part', () => {
    const bytes = Buffer.concat([data(2), data(9)]);
    const secondHead = FRAME_HEAD_BYTES + 2;
    expect(contentDiffers(bytes, 0, secondHead + FRAME_HEAD_BYTES - 1, OWN, 5)).toBe(false);
    expect(contentDiffers(bytes, 0, secondHead + FRAME_HEAD_BYTES, OWN, 5)).toBe(true);
  });

  it('is looked for in so many frames only, however small they are', () => {
    const small = Array.from({ length: 255 }, () => data(0));
    expect(differs(...small, data(6))).toBe(true);
    expect(differs(data(0), ...small, data(6))).toBe(false);
  });
});
