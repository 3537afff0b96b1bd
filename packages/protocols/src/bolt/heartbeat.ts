import { crc32 } from 'node:zlib';
import type { LocalReply } from '@weft/sdk';
import { writeUint32 } from '../common/framed/uint32.ts';
import {
  CMD_GOAWAY,
  CMD_HEARTBEAT,
  CMD_RESPONSE,
  CODEC_HESSIAN,
  CRC_BYTES,
  fixedBytes,
  hasCrc,
  idOffset,
  PROTO_V2,
  TYPE_REQUEST,
  TYPE_RESPONSE,
  verbOffset,
  writeUint16,
} from './frame.ts';
import { pairsBytes, writePairs } from './metadata.ts';
import type { BoltStatus } from './status.ts';

/** What an answer takes over from its request. */
export interface Asked {
  readonly proto: number;
  readonly ver1: number;
  readonly id: number;
  readonly codec: number;
  readonly switches: number;
}

const EMPTY = Buffer.alloc(0);

/** A whole frame. The result is a fresh buffer: such frames are rare. */
function buildFrame(
  asked: Asked,
  type: number,
  command: number,
  verb: number,
  content: Uint8Array = EMPTY,
  headers: NonNullable<LocalReply['headers']> = [],
  className = '',
): Buffer {
  const { proto, ver1, switches } = asked;
  const fixed = fixedBytes(proto, type);
  const crc = hasCrc(proto, ver1, switches);
  const names = headers.map(([name]) => name);
  const values = headers.map(([, value]) => value);
  const headerBytes = pairsBytes(names, values);
  const headersAt = fixed + className.length;
  const contentAt = headersAt + headerBytes;
  const end = contentAt + content.length;
  const frame = Buffer.alloc(crc ? end + CRC_BYTES : end);
  const idAt = idOffset(proto);
  frame[0] = proto;
  if (proto === PROTO_V2) {
    frame[1] = ver1;
    frame[idAt + 5] = switches;
  }
  frame[idAt - 4] = type;
  writeUint16(frame, idAt - 3, command);
  frame[idAt - 1] = 1;
  writeUint32(frame, idAt, asked.id);
  frame[idAt + 4] = asked.codec;
  if (type === TYPE_RESPONSE) writeUint16(frame, verbOffset(proto), verb);
  else writeUint32(frame, verbOffset(proto), verb);
  writeUint16(frame, fixed - 6, headerBytes);
  if (className !== '') {
    writeUint16(frame, fixed - 8, className.length);
    frame.write(className, fixed, 'latin1');
  }
  writePairs(frame, headersAt, names, values);
  writeUint32(frame, fixed - 4, content.length);
  frame.set(content, contentAt);
  if (crc) writeUint32(frame, end, crc32(frame.subarray(0, end)));
  return frame;
}

/** `01 01 0000 01 <id> 01 ffffffff …` */
export function heartbeatFrame(proto: number, id: number): Buffer {
  return buildFrame({ proto, ver1: 1, id, codec: CODEC_HESSIAN, switches: 0 }, TYPE_REQUEST, CMD_HEARTBEAT, -1);
}

/** Same id and serialization, version and switches as the request. */
export function heartbeatAck(asked: Asked): Buffer {
  return buildFrame(asked, TYPE_RESPONSE, CMD_HEARTBEAT, 0);
}

export function goawayFrame(proto: number, id: number): Buffer {
  return buildFrame({ proto, ver1: 1, id, codec: CODEC_HESSIAN, switches: 0 }, TYPE_REQUEST, CMD_GOAWAY, 0);
}

/**
 * An answer of our own.
 * @param className of the content, ASCII; '' where clients do not go by it
 */
export function answerFrame(
  asked: Asked,
  status: BoltStatus,
  content?: Uint8Array,
  headers?: LocalReply['headers'],
  className = '',
): Buffer {
  return buildFrame(asked, TYPE_RESPONSE, CMD_RESPONSE, status, content, headers, className);
}
