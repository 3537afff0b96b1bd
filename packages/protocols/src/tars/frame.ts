import { writeUint32 } from '../common/framed/uint32.ts';
import { FieldWriter } from './jce.ts';

/**
 * Tars on the wire: a length of four bytes, big-endian, which counts itself, and the fields of a struct, each with its tag.
 *
 *     request   1 version | 2 packet type | 3 message type | 4 id | 5 servant | 6 function
 *               7 buffer | 8 timeout ms | 9 context: a map | 10 status: a map
 *     answer    1 version | 2 packet type | 3 id | 4 message type | 5 ret
 *               6 buffer | 7 status | 8 description of the result | 9 context
 *
 *     version   1 Tars, 2 and 3 TUP, 5 JSON. The answer in TUP has the fields of a request, and its result in `status`
 *     packet    0 a call, 1 one that is not answered
 *
 * What stands before the buffer is the head, the buffer and what follows it the content.
 */
export const LENGTH_BYTES = 4;
/** Heads of six fields of one byte each. */
export const MIN_FRAME_BYTES = 10;

export const Tag = {
  VERSION: 1,
  PACKET_TYPE: 2,
  REQUEST_ID: 4,
  SERVANT: 5,
  FUNCTION: 6,
  REQUEST_BUFFER: 7,
  TIMEOUT: 8,
  /** In requests and answers. */
  CONTEXT: 9,
  REQUEST_STATUS: 10,
  RESPONSE_ID: 3,
  RET: 5,
  RESPONSE_BUFFER: 6,
  RESPONSE_STATUS: 7,
  DESCRIPTION: 8,
} as const;

export const PACKET_ONE_WAY = 1;
const TUP_SIMPLE = 2;
const TUP_COMPLEX = 3;

/** Answers of these versions have the fields of a request. */
export function isTup(version: number): boolean {
  return version === TUP_SIMPLE || version === TUP_COMPLEX;
}

/** A whole frame; `write` puts the fields. */
export function buildFrame(write: (fields: FieldWriter) => void): Buffer {
  const fields = new FieldWriter();
  write(fields);
  const body = fields.take();
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + body.length);
  writeUint32(frame, 0, frame.length);
  frame.set(body, LENGTH_BYTES);
  return frame;
}
