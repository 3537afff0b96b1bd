import type { CodecLimits } from '@weft/sdk';
import type { RefusalCode } from '../common/framed/connection.ts';
import { readUint32 } from '../common/framed/uint32.ts';
import type { DubboThriftOptions } from './config.ts';
import {
  FRAME_BYTES,
  HEADER_LENGTH_AT,
  ID_BYTES,
  MAGIC,
  MAGIC_AT,
  MESSAGE_LENGTH_AT,
  MessageType,
  MIN_HEADER_BYTES,
  SERVICE_AT,
  THRIFT_VERSION,
} from './frame.ts';

/** Frame length, magic, message length, header length. */
const FIXED_BYTES = 12;
/** Type, length of the name and sequence of a message. */
const MESSAGE_BYTES = 12;

/** Reads the head of the frame at hand. Places are counted from the beginning of the frame. */
export class FrameReader {
  readonly #limits: CodecLimits;
  readonly #options: DubboThriftOptions;
  frameBytes = 0;
  headBytes = 0;
  /** Where the id begins; the message follows it. */
  idAt = 0;
  idHigh = 0;
  idLow = 0;
  serviceEnd = 0;
  methodEnd = 0;
  /** 0 when the message has another form than the strict one of the binary protocol. */
  type = 0;
  /** Why the frame is refused, with `refusal`. */
  problem = '';
  refusal: RefusalCode = 'protocol_malformed';
  /** The head of the refused frame was read. */
  headRead = false;

  constructor(limits: CodecLimits, options: DubboThriftOptions) {
    this.#limits = limits;
    this.#options = options;
  }

  get methodAt(): number {
    return this.idAt + ID_BYTES + 8;
  }

  /** Whether all of the frame may be looked at: by its size, never by what happened to arrive together. */
  get gathered(): boolean {
    return this.frameBytes <= this.#options.gatherBytes;
  }

  /** Bytes still needed, 0 when the frame can be delivered, -1 when it is refused. */
  read(bytes: Buffer, at: number, end: number, request: boolean): number {
    const have = end - at;
    this.headRead = false;
    if (have < FIXED_BYTES) {
      const wrong = (have > 4 && bytes[at + 4] !== MAGIC >> 8) || (have > 5 && bytes[at + 5] !== (MAGIC & 0xff));
      return wrong ? this.#refuse('not a frame of Dubbo thrift', 'protocol_malformed') : FIXED_BYTES;
    }
    if (bytes.readUInt16BE(at + MAGIC_AT) !== MAGIC)
      return this.#refuse('not a frame of Dubbo thrift', 'protocol_malformed');
    const length = readUint32(bytes, at);
    const header = bytes.readUInt16BE(at + HEADER_LENGTH_AT);
    this.frameBytes = FRAME_BYTES + length;
    if (readUint32(bytes, at + MESSAGE_LENGTH_AT) !== length)
      return this.#refuse('the two lengths of a Dubbo thrift frame differ', 'protocol_malformed');
    if (header < MIN_HEADER_BYTES || header > length || header > 0x7fff)
      return this.#refuse('wrong length of the header of a Dubbo thrift frame', 'protocol_malformed');
    if (this.frameBytes > this.#limits.maxFrameBytes || length > this.#options.maxPayloadBytes)
      return this.#refuse('a Dubbo thrift frame is too large', 'protocol_limit');
    this.idAt = FRAME_BYTES + header - ID_BYTES;
    if (this.idAt > this.#limits.maxHeadBytes)
      return this.#refuse('the head of a Dubbo thrift frame is too large', 'protocol_limit');
    const size = this.frameBytes;
    const prefix = Math.min(size, this.idAt + ID_BYTES + MESSAGE_BYTES);
    if (have < prefix) return this.gathered ? size : prefix;
    this.idHigh = readUint32(bytes, at + this.idAt);
    this.idLow = readUint32(bytes, at + this.idAt + 4);
    this.serviceEnd = SERVICE_AT + 4 + readUint32(bytes, at + SERVICE_AT);
    if (this.serviceEnd > this.idAt)
      return this.#refuse('the service of a Dubbo thrift frame is longer than its header', 'protocol_malformed');
    const needed = this.#readMessage(bytes, at, have);
    if (needed !== 0) return needed;
    this.headRead = true;
    const { maxBodyBytes } = this.#limits;
    if (request && maxBodyBytes > 0 && size - this.headBytes > maxBodyBytes)
      return this.#refuse('the body of a Dubbo thrift request is too large', 'body_too_large');
    return have < size && this.gathered ? size : 0;
  }

  #readMessage(bytes: Buffer, at: number, have: number): number {
    const messageAt = this.idAt + ID_BYTES;
    const size = this.frameBytes;
    this.type = 0;
    this.headBytes = messageAt;
    this.methodEnd = messageAt;
    if (size - messageAt < MESSAGE_BYTES || bytes.readUInt16BE(at + messageAt) !== THRIFT_VERSION) return 0;
    const type = bytes[at + messageAt + 3] as number;
    const methodEnd = messageAt + 8 + readUint32(bytes, at + messageAt + 4);
    if (type < MessageType.CALL || type > MessageType.ONE_WAY || methodEnd + 4 > size)
      return this.#refuse('the message of a Dubbo thrift frame cannot be read', 'protocol_malformed');
    if (methodEnd + 4 > this.#limits.maxHeadBytes)
      return this.#refuse('the head of a Dubbo thrift frame is too large', 'protocol_limit');
    if (have < methodEnd + 4) return this.gathered ? size : methodEnd + 4;
    this.type = type;
    this.methodEnd = methodEnd;
    this.headBytes = methodEnd + 4;
    return 0;
  }

  #refuse(problem: string, code: RefusalCode): -1 {
    this.problem = problem;
    this.refusal = code;
    return -1;
  }
}
