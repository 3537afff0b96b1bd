import { gunzipSync, inflateSync, type ZlibOptions } from 'node:zlib';
import { type HeaderMap, type RequestHead, type ResponseHead, type TranscodedCall, TranscodeError } from '@weft/sdk';

/**
 * What messages may be compressed with; `deflate` is the format of zlib, as gRPC has it. At once, and not by the threads of
 * libuv, which all data threads share: a message is bounded, and so is the time for it.
 */
const INFLATE: ReadonlyMap<string, (bytes: Buffer, options: ZlibOptions) => Buffer> = new Map([
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
]);

/** For `grpc-accept-encoding`. */
export const ACCEPTED_ENCODINGS = ['identity', ...INFLATE.keys()].join(',');

/** Bytes that the compressed messages of one direction may become, however few came. */
const FREE_BYTES = 1_048_576;
/** Beyond these, how many times as long as what came they may be altogether. */
const MAX_RATIO = 100;

/** What is told with an encoding that nobody knows ("Compression" of the gRPC documents: UNIMPLEMENTED, with what is accepted). */
type Refusal = Pick<TranscodeError, 'status' | 'headers'>;

const OF_CALL: Refusal = { status: 501, headers: [['grpc-accept-encoding', ACCEPTED_ENCODINGS]] };
const OF_ANSWER: Refusal = { status: 0, headers: [] };

/** How the messages of one direction are compressed, and what they may become. */
export class Compression {
  readonly #encoding: string;
  readonly #maxBytes: number;
  readonly #refusal: Refusal;
  /** Bytes that compressed messages may still become. */
  #allowanceBytes = FREE_BYTES;

  /** @param maxBytes of one message that is not compressed any more */
  constructor(encoding: string, maxBytes: number, refusal: Refusal = OF_CALL) {
    this.#encoding = encoding;
    this.#maxBytes = maxBytes;
    this.#refusal = refusal;
  }

  /** That of the messages of a call. Who compresses in a way that is not known is told which ones are. */
  static ofCall(head: RequestHead, { maxBodyBytes }: TranscodedCall): Compression {
    return new Compression(encodingOf(head), maxBodyBytes, OF_CALL);
  }

  /** That of the messages of an answer. A host that compresses in another way than it was asked to is at fault, not the caller. */
  static ofAnswer(head: ResponseHead, { maxBodyBytes }: TranscodedCall): Compression {
    return new Compression(encodingOf(head), maxBodyBytes, OF_ANSWER);
  }

  /**
   * A message as it is meant.
   * @param flag the first byte of its prefix: 0 as it is, 1 compressed
   * @throws TranscodeError for what nobody compresses so, and for what becomes too long
   */
  plain(flag: number, bytes: Buffer): Buffer {
    if (flag === 0) return bytes;
    if (flag !== 1) throw new TranscodeError('not a message of gRPC');
    const inflate = INFLATE.get(this.#encoding);
    if (inflate === undefined) throw this.#unknown();
    this.#allowanceBytes += MAX_RATIO * bytes.length;
    const maxOutputLength = Math.max(1, Math.min(this.#maxBytes, this.#allowanceBytes));
    let plain: Buffer;
    try {
      plain = inflate(bytes, { maxOutputLength });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      throw new TranscodeError(
        error.code === 'ERR_BUFFER_TOO_LARGE'
          ? this.#tooLong(maxOutputLength)
          : `a message of gRPC that is no ${this.#encoding}`,
      );
    }
    this.#allowanceBytes -= plain.length;
    return plain;
  }

  #tooLong(limitBytes: number): string {
    return limitBytes === this.#maxBytes
      ? `a compressed message of gRPC is longer than ${limitBytes} bytes`
      : `compressed messages of gRPC become more than ${MAX_RATIO} times as long`;
  }

  #unknown(): TranscodeError {
    if (this.#encoding === IDENTITY)
      return new TranscodeError('a compressed message of gRPC without a grpc-encoding that says how');
    const known = [...INFLATE.keys()].join(' or ');
    return new TranscodeError(
      `messages of gRPC compressed with ${this.#encoding.slice(0, 32)} cannot be converted: ${known} expected`,
      this.#refusal.status,
      this.#refusal.headers,
    );
  }
}

const IDENTITY = 'identity';

function encodingOf(head: HeaderMap): string {
  return head.get('grpc-encoding')?.trim().toLowerCase() ?? IDENTITY;
}

/** For messages that nobody may compress. It keeps nothing. */
export const UNCOMPRESSED = new Compression(IDENTITY, 0);
