import type { OutputBuffer } from '@weft/kit';
import type { HeaderMap } from '@weft/sdk';
import { writeTrailers } from './encode.ts';
import { Framing } from './frame.ts';

const CRLF = 0x0d0a;
const HEX = Buffer.from('0123456789abcdef');

/** What `BodyEncoder.data` did. */
export const Written = {
  OK: 0,
  ENDED: 1,
  /** More or fewer bytes than announced: the peer cannot find the end. */ MISMATCH: 2,
} as const;
export type Written = (typeof Written)[keyof typeof Written];

/** Frames the body of one message (RFC 9112 sections 6 and 7). */
export class BodyEncoder {
  framing: Framing = Framing.NONE;
  #remaining = 0;

  start(framing: Framing, contentLength: number): void {
    this.framing = framing;
    this.#remaining = contentLength;
  }

  data(out: OutputBuffer, chunk: Uint8Array, end: boolean): Written {
    const length = chunk.length;
    switch (this.framing) {
      case Framing.LENGTH:
        if (length > this.#remaining) return Written.MISMATCH;
        this.#remaining -= length;
        out.write(chunk);
        if (!end) return Written.OK;
        return this.#remaining === 0 ? Written.ENDED : Written.MISMATCH;
      case Framing.CHUNKED:
        if (length > 0) {
          writeChunkSize(out, length);
          out.write(chunk);
          out.writeUint16(CRLF);
        }
        if (!end) return Written.OK;
        out.writeLatin1('0\r\n\r\n');
        return Written.ENDED;
      case Framing.NONE:
        // HEAD, 204, 304: what an origin or a filter says anyway is not part of the message.
        return end ? Written.ENDED : Written.OK;
      default:
        out.write(chunk);
        return end ? Written.ENDED : Written.OK;
    }
  }

  /** Only chunked bodies have trailers; elsewhere they are dropped (RFC 9110 section 6.5). */
  trailers(out: OutputBuffer, trailers: HeaderMap): Written {
    if (this.framing === Framing.CHUNKED) {
      out.writeLatin1('0\r\n');
      writeTrailers(out, trailers);
      out.writeUint16(CRLF);
      return Written.ENDED;
    }
    return this.framing === Framing.LENGTH && this.#remaining > 0 ? Written.MISMATCH : Written.ENDED;
  }
}

function writeChunkSize(out: OutputBuffer, size: number): void {
  let digits = 1;
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 16)) digits++;
  const at = out.reserve(digits + 2);
  const target = out.buffer;
  let rest = size;
  for (let i = digits - 1; i >= 0; i--) {
    target[at + i] = HEX[rest % 16] as number;
    rest = Math.floor(rest / 16);
  }
  target[at + digits] = 13;
  target[at + digits + 1] = 10;
  out.position = at + digits + 2;
}
