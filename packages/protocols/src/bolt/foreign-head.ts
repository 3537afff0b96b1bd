import type { HeaderMap, RequestHead, ResponseHead } from '@weft/sdk';
import { writeUint32 } from '../common/framed/uint32.ts';
import {
  CMD_REQUEST,
  CMD_RESPONSE,
  CODEC_HESSIAN,
  fixedBytes,
  idOffset,
  MAX_SHORT,
  PROTO_V1,
  PROTO_V2,
  protocolName,
  TYPE_ONE_WAY,
  TYPE_REQUEST,
  TYPE_RESPONSE,
  verbOffset,
  writeUint16,
} from './frame.ts';
import { BoltRequestHead, BoltResponseHead, NAME_CLASS, NAME_CODEC } from './head.ts';
import { pairsBytes, writePairs } from './metadata.ts';

/**
 * Heads of this family that no codec of Bolt decoded: a transcoder made them. They become a frame's head of their own, and a
 * view over it, so that everything behind is as for one that came over the wire.
 *
 * Pairs become the header map, `:class` and `:codec` the class name and the serialization (default Hessian), `timeoutMs`
 * and `nativeStatus` their fields. Null when it has no form on the wire: too many bytes of class name or header map.
 */
export function boltRequestHead(head: RequestHead, proto: number): BoltRequestHead | null {
  if (head.family !== 'bolt') return null;
  const type = head.oneWay ? TYPE_ONE_WAY : TYPE_REQUEST;
  const bytes = headBytes(head, proto, type, CMD_REQUEST);
  if (bytes === null) return null;
  writeUint32(bytes, verbOffset(proto), head.timeoutMs);
  return new BoltRequestHead(protocolName(proto), bytes, 0, proto, type, Math.max(0, head.contentLength), false);
}

/** In version 1: one of the other version is made of it as of any, with the switches of its own request. */
export function boltResponseHead(head: ResponseHead): BoltResponseHead | null {
  if (head.family !== 'bolt') return null;
  const bytes = headBytes(head, PROTO_V1, TYPE_RESPONSE, CMD_RESPONSE);
  if (bytes === null) return null;
  writeUint16(bytes, verbOffset(PROTO_V1), head.nativeStatus);
  const contentLength = Math.max(0, head.contentLength);
  return new BoltResponseHead(protocolName(PROTO_V1), bytes, 0, PROTO_V1, TYPE_RESPONSE, contentLength, false);
}

function headBytes(
  head: HeaderMap & { readonly contentLength: number },
  proto: number,
  type: number,
  command: number,
): Buffer | null {
  const names: string[] = [];
  const values: string[] = [];
  head.forEach((name, value) => {
    if (name.startsWith(':')) return;
    names.push(name);
    values.push(value);
  });
  const className = Buffer.from(head.get(NAME_CLASS) ?? '');
  const headerLength = pairsBytes(names, values);
  if (className.length > MAX_SHORT || headerLength > MAX_SHORT) return null;
  const fixed = fixedBytes(proto, type);
  const bytes = Buffer.alloc(fixed + className.length + headerLength);
  const idAt = idOffset(proto);
  bytes[0] = proto;
  if (proto === PROTO_V2) bytes[1] = 1;
  bytes[idAt - 4] = type;
  writeUint16(bytes, idAt - 3, command);
  bytes[idAt - 1] = 1;
  bytes[idAt + 4] = Number(head.get(NAME_CODEC) ?? CODEC_HESSIAN);
  writeUint16(bytes, fixed - 8, className.length);
  writeUint16(bytes, fixed - 6, headerLength);
  writeUint32(bytes, fixed - 4, Math.max(0, head.contentLength));
  className.copy(bytes, fixed);
  writePairs(bytes, fixed + className.length, names, values);
  return bytes;
}
