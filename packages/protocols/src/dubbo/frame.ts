import { writeUint32 } from '../common/framed/uint32.ts';

/**
 * Dubbo 2 on the wire, all integers big-endian.
 *
 *     magic(2) dabb | flag(1) | status(1) | id(8) | length(4)                                                        16
 *
 *     flag     0x80 request | 0x40 an answer is expected | 0x20 event | serialization (5 bits)
 *     status   of a response; 0 in requests
 *
 *     request  framework version, path, service version, method, parameter types: strings | arguments | attachments: a map
 *     response type (int 0..5) | value or exception | attachments when the type is 3..5;   with another status than 20 one
 *              string, the message
 *     event    null is a heartbeat, the string "R" asks for no new requests
 *
 * The body is in the serialization that the flag names; only Hessian 2 is looked into.
 */
export const MAGIC_HIGH = 0xda;
export const MAGIC_LOW = 0xbb;
export const HEADER_BYTES = 16;

export const FLAG_REQUEST = 0x80;
export const FLAG_TWO_WAY = 0x40;
export const FLAG_EVENT = 0x20;
export const SERIALIZATION_MASK = 0x1f;

export const FLAG_AT = 2;
export const STATUS_AT = 3;
export const ID_AT = 4;
export const LENGTH_AT = 12;

export const SERIALIZATION_HESSIAN2 = 2;
export const SERIALIZATION_FASTJSON = 6;
/** Hessian 2 by Caucho's own library: the same bytes. */
export const SERIALIZATION_NATIVE_HESSIAN = 10;
export const SERIALIZATION_FASTJSON2 = 23;
/** By their numbers, as Dubbo's `serialization` names them. */
export const SERIALIZATION_NAMES: Readonly<Record<number, string>> = {
  [SERIALIZATION_HESSIAN2]: 'hessian2',
  3: 'java',
  4: 'compactedjava',
  [SERIALIZATION_FASTJSON]: 'fastjson',
  7: 'nativejava',
  8: 'kryo',
  9: 'fst',
  [SERIALIZATION_NATIVE_HESSIAN]: 'native-hessian',
  11: 'avro',
  12: 'protostuff',
  16: 'gson',
  21: 'protobuf-json',
  22: 'protobuf',
  [SERIALIZATION_FASTJSON2]: 'fastjson2',
  25: 'kryo2',
  27: 'msgpack',
};

/** Kinds of a value response: the first byte of its body, as a Hessian int. */
export const RESPONSE_EXCEPTION = 0x90;
export const RESPONSE_VALUE = 0x91;
export const RESPONSE_NULL = 0x92;
export const RESPONSE_NULL_WITH_ATTACHMENTS = 0x95;
export const RESPONSE_EXCEPTION_WITH_ATTACHMENTS = 0x93;

export function isHessian(serialization: number): boolean {
  return serialization === SERIALIZATION_HESSIAN2 || serialization === SERIALIZATION_NATIVE_HESSIAN;
}

/** A frame around a body. `idHigh` and `idLow` are the two halves of the id. */
export function buildFrame(flag: number, status: number, idHigh: number, idLow: number, body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame[0] = MAGIC_HIGH;
  frame[1] = MAGIC_LOW;
  frame[FLAG_AT] = flag;
  frame[STATUS_AT] = status;
  writeUint32(frame, ID_AT, idHigh);
  writeUint32(frame, ID_AT + 4, idLow);
  writeUint32(frame, LENGTH_AT, body.length);
  frame.set(body, HEADER_BYTES);
  return frame;
}
