import { Flag, FRAME_HEAD_BYTES, FrameType, MAX_FRAME_BYTES, readLength, readStreamId } from './frame.ts';

/** Frames looked at behind one head: more than a read has of one message, and little work where a peer sends many small ones. */
const MAX_FRAMES_AHEAD = 256;

/**
 * End of the content of a message whose head ends at `at`, where all of it is in the frame there: one of DATA with END_STREAM and without
 * padding. 0 where it is not.
 */
export function wholeContentEnd(bytes: Buffer, at: number, limit: number, streamId: number): number {
  const start = at + FRAME_HEAD_BYTES;
  if (start >= limit || bytes[at + 3] !== FrameType.DATA || bytes[at + 4] !== Flag.END_STREAM) return 0;
  const length = readLength(bytes, at);
  if (length === 0 || length > MAX_FRAME_BYTES || length > limit - start) return 0;
  return readStreamId(bytes, at) === streamId ? start + length : 0;
}

/**
 * Whether the frames in `bytes[from, limit)` show that the content of a message is not `expectedBytes` long, whatever comes behind them
 * (RFC 9113 section 8.1.1). Frames of other streams may stand between those of `streamId`; the last one may be there in part.
 */
export function contentDiffers(
  bytes: Buffer,
  from: number,
  limit: number,
  streamId: number,
  expectedBytes: number,
): boolean {
  let at = from;
  let left = expectedBytes;
  for (let frames = 0; frames < MAX_FRAMES_AHEAD && limit - at >= FRAME_HEAD_BYTES; frames++) {
    const length = readLength(bytes, at);
    const payload = at + FRAME_HEAD_BYTES;
    const type = bytes[at + 3];
    const flags = bytes[at + 4] as number;
    const own = readStreamId(bytes, at) === streamId;
    at = payload + length;
    if (!own) continue;
    const last = (flags & Flag.END_STREAM) !== 0;
    if (type === FrameType.HEADERS) return last && left > 0;
    if (type === FrameType.RST_STREAM) return false;
    if (type !== FrameType.DATA) continue;
    left -= length;
    if ((flags & Flag.PADDED) !== 0) {
      if (payload >= limit) return false;
      left += 1 + (bytes[payload] as number);
    }
    if (left < 0 || last) return left !== 0;
  }
  return false;
}
