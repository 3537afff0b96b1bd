import { TRUNCATED } from '@weft/hessian';
import { type CodecLimits, Detection } from '@weft/sdk';
import type { RefusalCode } from '../common/framed/connection.ts';
import { readUint32 } from '../common/framed/uint32.ts';
import type { DubboOptions } from './config.ts';
import { detectDubbo } from './detect.ts';
import {
  FLAG_AT,
  FLAG_EVENT,
  FLAG_REQUEST,
  FLAG_TWO_WAY,
  HEADER_BYTES,
  ID_AT,
  isHessian,
  LENGTH_AT,
  MAGIC_HIGH,
  MAGIC_LOW,
  SERIALIZATION_MASK,
} from './frame.ts';
import { MAX_EVENT_BYTES } from './heartbeat.ts';
import { Prefix, scanPrefix } from './metadata.ts';

/** What is asked for first when the strings of a large request are not there yet. */
const FIRST_PREFIX_BYTES = 1024;

/** Reads the fixed header and the strings of the frame at hand: what client and server have in common. */
export class FrameReader {
  readonly #limits: CodecLimits;
  readonly #options: DubboOptions;
  flag = 0;
  serialization = 0;
  idHigh = 0;
  idLow = 0;
  frameBytes = 0;
  headBytes = 0;
  /** The strings were found. */
  readable = false;
  readonly prefix = new Prefix();
  /** Why the frame is refused, with `refusal`. */
  problem = '';
  refusal: RefusalCode = 'protocol_malformed';

  constructor(limits: CodecLimits, options: DubboOptions) {
    this.#limits = limits;
    this.#options = options;
  }

  get request(): boolean {
    return (this.flag & FLAG_REQUEST) !== 0;
  }

  get twoWay(): boolean {
    return (this.flag & FLAG_TWO_WAY) !== 0;
  }

  get event(): boolean {
    return (this.flag & FLAG_EVENT) !== 0;
  }

  /** The fixed header: bytes still needed, 0 when it was read, -1 when the frame is refused. */
  readFixed(bytes: Buffer, at: number, end: number): number {
    const have = end - at;
    if (have < HEADER_BYTES) {
      const wrong =
        bytes[at] !== MAGIC_HIGH || (have > 1 && detectDubbo(bytes.subarray(at, at + 2), 2) === Detection.NO);
      return wrong ? this.#refuse('not a Dubbo frame', 'protocol_malformed') : HEADER_BYTES;
    }
    if (bytes[at] !== MAGIC_HIGH || bytes[at + 1] !== MAGIC_LOW)
      return this.#refuse('not a Dubbo frame', 'protocol_malformed');
    const flag = bytes[at + FLAG_AT] as number;
    const length = readUint32(bytes, at + LENGTH_AT);
    this.flag = flag;
    this.serialization = flag & SERIALIZATION_MASK;
    this.idHigh = readUint32(bytes, at + ID_AT);
    this.idLow = readUint32(bytes, at + ID_AT + 4);
    this.frameBytes = HEADER_BYTES + length;
    this.headBytes = HEADER_BYTES;
    this.readable = false;
    this.prefix.end = HEADER_BYTES;
    if (length > 0x7fff_ffff) return this.#refuse('negative length of a Dubbo frame', 'protocol_malformed');
    if (length > this.#options.maxPayloadBytes || this.frameBytes > this.#limits.maxFrameBytes)
      return this.#refuse('a Dubbo frame is too large', 'protocol_limit');
    if (this.event && length > MAX_EVENT_BYTES) return this.#refuse('a Dubbo event is too large', 'protocol_malformed');
    return 0;
  }

  /** Whether all of the frame may be looked at: by its size, never by what happened to arrive together. */
  get gathered(): boolean {
    const { gatherRequestBytes, gatherAnswerBytes } = this.#options;
    return this.frameBytes <= (this.request ? gatherRequestBytes : gatherAnswerBytes);
  }

  /** How far a frame must be there before it is looked at: whole, when it is small or an event. */
  needed(have: number): number {
    const size = this.frameBytes;
    if (have >= size) return 0;
    if (this.event || this.gathered) return size;
    return have > HEADER_BYTES ? 0 : HEADER_BYTES + 1;
  }

  /** The strings of a request: bytes still needed, 0 when they were found or cannot be, -1 when the frame is refused. */
  readPrefix(bytes: Buffer, at: number, end: number): number {
    if (this.#limits.maxBodyBytes > 0 && this.frameBytes - HEADER_BYTES > this.#limits.maxBodyBytes)
      return this.#refuse('the body of a Dubbo request is too large', 'body_too_large');
    if (!isHessian(this.serialization)) return 0;
    const have = Math.min(end - at, this.frameBytes);
    const result = scanPrefix(bytes, at, at + HEADER_BYTES, at + have, this.prefix);
    if (result >= 0) {
      this.readable = true;
      this.headBytes = this.prefix.end;
    } else {
      this.prefix.end = HEADER_BYTES;
      if (result === TRUNCATED && have < this.frameBytes) {
        if (have < this.#limits.maxHeadBytes) return Math.min(this.frameBytes, Math.max(FIRST_PREFIX_BYTES, have * 2));
        return this.#refuse('the head of a Dubbo request is too large', 'protocol_limit');
      }
      // Otherwise not the strings of a request: passed on as it is.
    }
    if (this.headBytes > this.#limits.maxHeadBytes)
      return this.#refuse('the head of a Dubbo request is too large', 'protocol_limit');
    return 0;
  }

  #refuse(problem: string, code: RefusalCode): -1 {
    this.problem = problem;
    this.refusal = code;
    return -1;
  }
}
