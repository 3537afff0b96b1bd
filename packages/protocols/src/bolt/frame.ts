/**
 * Bolt on the wire, all integers big-endian. Version 2 differs by two bytes and an optional trailer.
 *
 *     v1 request   proto=1 | type | cmd(2) | ver2 | id(4) | codec | timeout(4) | classLen(2) | headerLen(2) | contentLen(4)     22
 *     v1 response  proto=1 | type | cmd(2) | ver2 | id(4) | codec | status(2)  | classLen(2) | headerLen(2) | contentLen(4)     20
 *     v2 request   proto=2 | ver1 | type | cmd(2) | ver2 | id(4) | codec | switch | timeout(4) | classLen … contentLen          24
 *     v2 response  proto=2 | ver1 | type | cmd(2) | ver2 | id(4) | codec | switch | status(2)  | classLen … contentLen          22
 *
 *     then class name, header map, content; in v2 with ver1 = 2 and bit 0 of `switch` a CRC32 over everything before it.
 */
/** What TR, the protocol before Bolt, begins with. Its frames are not public. */
export const PROTO_TR = 13;
export const PROTO_V1 = 1;
export const PROTO_V2 = 2;

export const TYPE_RESPONSE = 0;
export const TYPE_REQUEST = 1;
export const TYPE_ONE_WAY = 2;

export const CMD_HEARTBEAT = 0;
export const CMD_REQUEST = 1;
export const CMD_RESPONSE = 2;
/** An extension that only proxies understand: the Java decoder throws on it. */
export const CMD_GOAWAY = 100;

export const CODEC_HESSIAN = 1;
/** By their numbers, as SOFARPC names serializations. */
export const CODEC_NAMES: Readonly<Record<number, string>> = {
  [CODEC_HESSIAN]: 'hessian',
  2: 'java',
  11: 'protobuf',
  12: 'json',
};

/** Bytes that tell every length of a frame's smallest form. */
export const MIN_FRAME_BYTES = 20;
export const CRC_BYTES = 4;
/** Java reads the two 16-bit lengths as signed. */
export const MAX_SHORT = 32_767;

/** Offset of the 32-bit request id by protocol version. */
export const ID_OFFSET_V1 = 5;
export const ID_OFFSET_V2 = 6;

/** Name of the definition that prefers this version. */
export function protocolName(proto: number): string {
  return proto === PROTO_V2 ? 'boltv2' : 'bolt';
}

/** Length of the fixed header. */
export function fixedBytes(proto: number, type: number): number {
  const request = type === TYPE_RESPONSE ? 20 : 22;
  return proto === PROTO_V2 ? request + 2 : request;
}

export function idOffset(proto: number): number {
  return proto === PROTO_V2 ? ID_OFFSET_V2 : ID_OFFSET_V1;
}

/** Offset of `timeout` or `status`. */
export function verbOffset(proto: number): number {
  return proto === PROTO_V2 ? 12 : 10;
}

/** Whether a frame ends with a CRC32. */
export function hasCrc(proto: number, ver1: number, switches: number): boolean {
  return proto === PROTO_V2 && ver1 === 2 && (switches & 1) === 1;
}

export function readInt32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

export function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

export function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}
