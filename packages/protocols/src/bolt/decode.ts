import { crc32 } from 'node:zlib';
import { type CodecLimits, Detection } from '@weft/sdk';
import type { RefusalCode } from '../common/framed/connection.ts';
import { readUint32 } from '../common/framed/uint32.ts';
import { CALLED_BYTES, CALLED_CLASS_BYTES } from './called.ts';
import type { BoltOptions } from './config.ts';
import { detectBolt } from './detect.ts';
import {
  CMD_GOAWAY,
  CMD_HEARTBEAT,
  CMD_REQUEST,
  CMD_RESPONSE,
  CODEC_HESSIAN,
  CRC_BYTES,
  fixedBytes,
  hasCrc,
  idOffset,
  MAX_SHORT,
  MIN_FRAME_BYTES,
  PROTO_TR,
  PROTO_V1,
  PROTO_V2,
  readUint16,
  TYPE_ONE_WAY,
  TYPE_REQUEST,
  TYPE_RESPONSE,
} from './frame.ts';
import type { Asked } from './heartbeat.ts';
import { type FoundPairs, findValue, HEADER_METHOD, scanPairs } from './metadata.ts';

/** Reads the frame at hand: what client and server have in common. */
export class FrameReader implements Asked, FoundPairs {
  readonly #limits: CodecLimits;
  readonly #gatherBytes: number;
  /** Over what was cut through so far. */
  #crc = 0;
  proto = 0;
  ver1 = 1;
  type = 0;
  command = 0;
  id = 0;
  codec = 0;
  switches = 0;
  headBytes = 0;
  contentLength = 0;
  tailBytes = 0;
  frameBytes = 0;
  /** All of it is there. */
  whole = false;
  serviceAt = -1;
  /** First bytes of a SofaRequest that are here. */
  calledBytes = 0;
  /** The header map is not one. */
  opaque = false;
  /** A request that can be told why it is refused. */
  answerable = false;
  /** Why the frame is refused, with `refusal`. */
  problem = '';
  refusal: RefusalCode = 'protocol_malformed';

  constructor(limits: CodecLimits, options: BoltOptions) {
    this.#limits = limits;
    this.#gatherBytes = options.gatherBytes;
  }

  /** Belongs to the connection, not to a call. */
  get control(): boolean {
    return this.command === CMD_HEARTBEAT || this.command === CMD_GOAWAY;
  }

  /** An answer to a call. */
  get answer(): boolean {
    return this.type === TYPE_RESPONSE && this.command === CMD_RESPONSE;
  }

  /** A head without content and without anything that follows. */
  get ends(): boolean {
    return this.contentLength === 0 && (this.whole || this.tailBytes === 0);
  }

  /** The fixed header: bytes still needed, 0 when it was read, -1 when the frame is refused. */
  readFixed(bytes: Buffer, at: number, end: number): number {
    const have = end - at;
    const proto = bytes[at] as number;
    this.answerable = false;
    if (have < MIN_FRAME_BYTES) {
      if (detectBolt(proto === PROTO_V2 ? PROTO_V2 : PROTO_V1, bytes.subarray(at, end), have) === Detection.NO)
        return this.#refuseProtocol(proto);
      return MIN_FRAME_BYTES;
    }
    if (proto !== PROTO_V1 && proto !== PROTO_V2) return this.#refuseProtocol(proto);
    const idAt = at + idOffset(proto);
    const type = bytes[idAt - 4] as number;
    if (type > TYPE_ONE_WAY) return this.#refuse('unknown Bolt frame type');
    const fixed = fixedBytes(proto, type);
    if (have < fixed) return fixed;

    this.proto = proto;
    this.type = type;
    this.command = readUint16(bytes, idAt - 3);
    this.id = readUint32(bytes, idAt);
    this.codec = bytes[idAt + 4] as number;
    this.ver1 = proto === PROTO_V2 ? (bytes[at + 1] as number) : 1;
    this.switches = proto === PROTO_V2 ? (bytes[idAt + 5] as number) : 0;
    const classLength = readUint16(bytes, at + fixed - 8);
    const headerLength = readUint16(bytes, at + fixed - 6);
    const contentLength = readUint32(bytes, at + fixed - 4);
    this.contentLength = contentLength;
    this.tailBytes = hasCrc(proto, this.ver1, this.switches) ? CRC_BYTES : 0;
    this.headBytes = fixed + classLength + headerLength;
    this.frameBytes = this.headBytes + contentLength + this.tailBytes;
    this.whole = have >= this.frameBytes;
    if (!isCommandOf(type, this.command)) return this.#refuse(`unknown Bolt command ${this.command}`);
    this.answerable = type === TYPE_REQUEST && this.command !== CMD_HEARTBEAT;
    return this.#checkLengths(classLength, headerLength);
  }

  /** The rest of a frame that somebody waits for: bytes still needed, 0 when it can be delivered, -1 when it is refused. */
  readRest(bytes: Buffer, at: number, end: number): number {
    const { frameBytes, headBytes } = this;
    if (this.control && this.headBytes + this.contentLength !== fixedBytes(this.proto, this.type)) {
      this.answerable = false;
      return this.#refuse('a Bolt heartbeat with content');
    }
    if (!this.whole) {
      if (frameBytes <= this.#gatherBytes) return frameBytes;
      if (end - at < headBytes) return headBytes;
    }
    if (this.tailBytes > 0) {
      this.#crc = crc32(bytes.subarray(at, this.whole ? at + frameBytes - CRC_BYTES : at + headBytes));
      if (this.whole && this.#crc !== readUint32(bytes, at + frameBytes - CRC_BYTES))
        return this.#refuse('wrong CRC of a Bolt frame');
    }
    const mapEnd = at + headBytes;
    const mapStart = mapEnd - readUint16(bytes, at + fixedBytes(this.proto, this.type) - 6);
    const pairs = scanPairs(bytes, mapStart, mapEnd, this);
    this.opaque = pairs < 0;
    if (pairs > this.#limits.maxHeaderCount) return this.#refuse('too many headers in a Bolt frame', 'protocol_limit');
    this.calledBytes = 0;
    if (this.type === TYPE_RESPONSE || this.codec !== CODEC_HESSIAN) return 0;
    if (readUint16(bytes, at + fixedBytes(this.proto, this.type) - 8) !== CALLED_CLASS_BYTES) return 0;
    const calledBytes = Math.min(this.contentLength, CALLED_BYTES);
    // Whether a rule names a call must not depend on how its bytes arrive: the few that may say what it calls are waited for.
    if (end - mapEnd < calledBytes && (this.opaque || findValue(bytes, mapStart, mapEnd, HEADER_METHOD) < 0))
      return headBytes + calledBytes;
    this.calledBytes = Math.min(calledBytes, end - mapEnd);
    return 0;
  }

  /** Content of a frame with a CRC that is being cut through. */
  addToCrc(chunk: Buffer): void {
    this.#crc = crc32(chunk, this.#crc);
  }

  crcProblem(bytes: Buffer, at: number): string {
    return this.#crc === readUint32(bytes, at) ? '' : 'wrong CRC of a Bolt frame';
  }

  #checkLengths(classLength: number, headerLength: number): number {
    const { maxHeadBytes, maxFrameBytes, maxBodyBytes } = this.#limits;
    if (classLength > MAX_SHORT || headerLength > MAX_SHORT || this.contentLength > 0x7fff_ffff)
      return this.#refuse('negative length in a Bolt frame');
    if (this.headBytes > maxHeadBytes) return this.#refuse('the head of a Bolt frame is too large', 'protocol_limit');
    if (this.frameBytes > maxFrameBytes) return this.#refuse('a Bolt frame is too large', 'protocol_limit');
    if (this.type !== TYPE_RESPONSE && maxBodyBytes > 0 && this.contentLength > maxBodyBytes)
      return this.#refuse('the content of a Bolt request is too large', 'body_too_large');
    return 0;
  }

  #refuseProtocol(proto: number): -1 {
    return this.#refuse(
      proto === PROTO_TR
        ? 'this is TR, the predecessor of Bolt, which is not spoken here: the peer must be set to bolt'
        : 'not a Bolt frame',
    );
  }

  #refuse(problem: string, code: RefusalCode = 'protocol_malformed'): -1 {
    this.problem = problem;
    this.refusal = code;
    return -1;
  }
}

function isCommandOf(type: number, command: number): boolean {
  return type === TYPE_RESPONSE
    ? command === CMD_RESPONSE || command === CMD_HEARTBEAT
    : command === CMD_REQUEST || (type === TYPE_REQUEST && (command === CMD_HEARTBEAT || command === CMD_GOAWAY));
}
