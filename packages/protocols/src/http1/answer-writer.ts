import type { OutputBuffer } from '@weft/kit';
import type { HeaderMap, ResponseHead } from '@weft/sdk';
import type { RenderedReply } from '../common/http/local-reply.ts';
import { BodyEncoder, type Written } from './body-encoder.ts';
import { ConnectionOption, LengthField, writeForeignResponse, writeReply, writeResponseHead } from './encode.ts';
import { ForeignHead } from './foreign-head.ts';
import { Framing } from './frame.ts';
import { Http1ResponseHead } from './head.ts';

const foreign = new ForeignHead();

/** The answer to the request at hand of one connection: how it is framed, what of it is written, and whether it is the last one. */
export class AnswerWriter {
  headSent = false;
  done = true;
  /** The connection ends behind this answer, which says so if its head is still to come. */
  closeAfter = false;
  readonly #encoder = new BodyEncoder();
  #minorVersion = 1;
  #headRequest = false;

  /** A request has come. */
  begin(minorVersion: number, headRequest: boolean, closeAfter: boolean): void {
    this.headSent = false;
    this.done = false;
    this.closeAfter = closeAfter;
    this.#minorVersion = minorVersion;
    this.#headRequest = headRequest;
  }

  get framing(): Framing {
    return this.#encoder.framing;
  }

  /** False when nothing was written: HTTP/1.0 does not know interim responses (RFC 9110 section 15.2). */
  informational(out: OutputBuffer, head: ResponseHead): boolean {
    if (this.#minorVersion === 0) return false;
    return write(out, head, Framing.NONE, LengthField.DROP, ConnectionOption.NONE, '');
  }

  /** A head with status 200 or above, `end`: of an answer without body. False when it cannot be put on the wire. */
  head(out: OutputBuffer, head: ResponseHead, end: boolean): boolean {
    const { status, contentLength } = head;
    let framing: Framing;
    let length: LengthField = LengthField.KEEP;
    if (this.#headRequest || status === 204 || status === 304) {
      framing = Framing.NONE;
      if (status === 204) length = LengthField.DROP;
    } else if (contentLength >= 0 || end) {
      framing = Framing.LENGTH;
    } else if (this.#minorVersion === 1) {
      framing = Framing.CHUNKED;
    } else {
      framing = Framing.UNTIL_CLOSE;
      this.closeAfter = true;
    }
    if (!write(out, head, framing, length, this.#option(), '')) return false;
    this.headSent = true;
    this.#encoder.start(framing, contentLength < 0 ? 0 : contentLength);
    return true;
  }

  /** 101, or 2xx to CONNECT: what follows is a tunnel. False when the head cannot be put on the wire. */
  switching(out: OutputBuffer, head: ResponseHead, upgrade: string): boolean {
    if (!write(out, head, Framing.TUNNEL, LengthField.DROP, ConnectionOption.NONE, upgrade)) return false;
    this.headSent = true;
    this.closeAfter = true;
    this.#encoder.start(Framing.TUNNEL, 0);
    return true;
  }

  data(out: OutputBuffer, chunk: Uint8Array, end: boolean): Written {
    return this.#encoder.data(out, chunk, end);
  }

  trailers(out: OutputBuffer, trailers: HeaderMap): Written {
    return this.#encoder.trailers(out, trailers);
  }

  /** A whole answer of the proxy's own. */
  reply(out: OutputBuffer, rendered: RenderedReply): void {
    const { status } = rendered;
    const bodiless = status === 204 || status === 304 || status < 200;
    writeReply(out, rendered, !bodiless, !bodiless && !this.#headRequest, this.#option());
    this.headSent = true;
    this.done = true;
  }

  /** Nothing more is written for this request, whoever still wants to. */
  seal(): void {
    this.headSent = true;
    this.done = true;
  }

  #option(): ConnectionOption {
    if (this.closeAfter) return ConnectionOption.CLOSE;
    return this.#minorVersion === 0 ? ConnectionOption.KEEP_ALIVE : ConnectionOption.NONE;
  }
}

function write(
  out: OutputBuffer,
  head: ResponseHead,
  framing: Framing,
  length: LengthField,
  option: ConnectionOption,
  upgrade: string,
): boolean {
  if (head instanceof Http1ResponseHead) return writeResponseHead(out, head, framing, length, option, upgrade);
  if (!foreign.response(head)) return false;
  const contentLength = length === LengthField.KEEP ? head.contentLength : -1;
  writeForeignResponse(out, head.status, foreign.lines, framing, contentLength, option, upgrade);
  return true;
}
