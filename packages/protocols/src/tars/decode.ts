import type { CodecLimits } from '@weft/sdk';
import type { RefusalCode } from '../common/framed/connection.ts';
import { readUint32 } from '../common/framed/uint32.ts';
import type { TarsOptions } from './config.ts';
import { isTup, LENGTH_BYTES, MIN_FRAME_BYTES, PACKET_ONE_WAY, Tag } from './frame.ts';
import {
  fieldTag,
  fieldType,
  fieldValueAt,
  isInt,
  isText,
  MALFORMED,
  readInt,
  skipValue,
  TRUNCATED,
  textStart,
} from './jce.ts';

/** What is asked for first when the head of a frame is not there yet. */
const FIRST_HEAD_BYTES = 128;

/** Reads the fields before the buffer of the frame at hand. Places are counted from the beginning of the frame. */
export class FrameReader {
  readonly #limits: CodecLimits;
  readonly #options: TarsOptions;
  frameBytes = 0;
  headBytes = 0;
  version = 0;
  oneWay = false;
  /** As an unsigned number. */
  id = 0;
  /** The field of the id, its head included. */
  idAt = 0;
  idEnd = 0;
  /** Characters of the two names. */
  servantAt = 0;
  servantEnd = 0;
  functionAt = 0;
  functionEnd = 0;
  ret = 0;
  /** Why the frame is refused, with `refusal`. */
  problem = '';
  refusal: RefusalCode = 'protocol_malformed';
  /** The id of the refused frame was read. */
  #tags = 0;

  constructor(limits: CodecLimits, options: TarsOptions) {
    this.#limits = limits;
    this.#options = options;
  }

  get tup(): boolean {
    return isTup(this.version);
  }

  /** Whether all of the frame may be looked at: by its size, never by what happened to arrive together. */
  get gathered(): boolean {
    return this.frameBytes <= this.#options.gatherBytes;
  }

  /** The length alone: bytes still needed, 0 when it was read, -1 when the frame is refused. */
  readLength(bytes: Buffer, at: number, end: number): number {
    if (end - at < LENGTH_BYTES) return LENGTH_BYTES;
    const size = readUint32(bytes, at);
    this.frameBytes = size;
    this.#tags = 0;
    if (size < MIN_FRAME_BYTES) return this.#refuse('the length of a Tars frame is too small', 'protocol_malformed');
    if (size > this.#limits.maxFrameBytes || size > this.#options.maxFrameBytes)
      return this.#refuse('a Tars frame is too large', 'protocol_limit');
    return 0;
  }

  /** The fields up to the buffer: bytes still needed, 0 when the frame can be delivered, -1 when it is refused. */
  readHead(bytes: Buffer, at: number, end: number, answer: boolean): number {
    const size = this.frameBytes;
    const have = Math.min(end - at, size);
    const result = this.#scan(bytes, at, at + have, answer);
    if (result === MALFORMED || (result === TRUNCATED && have === size))
      return this.#refuse('the fields of a Tars frame cannot be read', 'protocol_malformed');
    if (result === TRUNCATED ? have >= this.#limits.maxHeadBytes : result > this.#limits.maxHeadBytes)
      return this.#refuse('the head of a Tars frame is too large', 'protocol_limit');
    if (!answer && this.#limits.maxBodyBytes > 0 && size > this.#limits.maxBodyBytes)
      return this.#refuse('the body of a Tars request is too large', 'body_too_large');
    if (have < size && this.gathered) return size;
    if (result === TRUNCATED) return Math.min(size, Math.max(FIRST_HEAD_BYTES, have * 2));
    this.headBytes = result;
    return 0;
  }

  #scan(bytes: Buffer, start: number, end: number, answer: boolean): number {
    const size = this.frameBytes;
    let at = start + LENGTH_BYTES;
    let last = -1;
    let tags = 0;
    let bufferTag: number = Tag.REQUEST_BUFFER;
    let asRequest = true;
    this.#tags = 0;
    while (at < start + size) {
      const type = fieldType(bytes, at, end);
      if (type < 0) return type;
      const tag = fieldTag;
      const valueAt = fieldValueAt;
      if (tag <= last) return MALFORMED;
      if (tag >= bufferTag) break;
      if (!isInt(type) && !isText(type)) return MALFORMED;
      const next = skipValue(bytes, valueAt, end, type);
      if (next < 0) return next;
      if (tag <= Tag.FUNCTION) {
        const wantsText = asRequest && tag >= Tag.SERVANT;
        if (tag > 0 && isText(type) !== wantsText) return MALFORMED;
        tags |= 1 << tag;
      }
      if (tag === Tag.VERSION) {
        this.version = readInt(bytes, valueAt, type);
        asRequest = !answer || isTup(this.version);
        bufferTag = asRequest ? Tag.REQUEST_BUFFER : Tag.RESPONSE_BUFFER;
      } else if (tag === Tag.PACKET_TYPE) this.oneWay = readInt(bytes, valueAt, type) === PACKET_ONE_WAY;
      else if (tag === (asRequest ? Tag.REQUEST_ID : Tag.RESPONSE_ID)) {
        this.id = readInt(bytes, valueAt, type) >>> 0;
        this.idAt = at - start;
        this.idEnd = next - start;
      } else if (tag === Tag.RET && !asRequest) this.ret = readInt(bytes, valueAt, type);
      else if (tag === Tag.SERVANT) {
        this.servantAt = textStart(valueAt, type) - start;
        this.servantEnd = next - start;
      } else if (tag === Tag.FUNCTION) {
        this.functionAt = textStart(valueAt, type) - start;
        this.functionEnd = next - start;
      }
      last = tag;
      at = next;
      this.#tags = tags;
    }
    const due = asRequest ? REQUEST_TAGS : RESPONSE_TAGS;
    return (tags & due) === due ? at - start : MALFORMED;
  }

  #refuse(problem: string, code: RefusalCode): -1 {
    this.problem = problem;
    this.refusal = code;
    return -1;
  }

  /** A refused request can be answered. */
  get answerable(): boolean {
    return this.refusal !== 'protocol_malformed' && (this.#tags & REQUEST_TAGS) === REQUEST_TAGS && !this.oneWay;
  }
}

const REQUEST_TAGS =
  (1 << Tag.VERSION) | (1 << Tag.PACKET_TYPE) | (1 << Tag.REQUEST_ID) | (1 << Tag.SERVANT) | (1 << Tag.FUNCTION);
const RESPONSE_TAGS = (1 << Tag.VERSION) | (1 << Tag.RESPONSE_ID) | (1 << Tag.RET);
