import {
  CMD_GOAWAY,
  CMD_HEARTBEAT,
  CODEC_HESSIAN,
  fixedBytes,
  idOffset,
  PROTO_V2,
  TYPE_REQUEST,
  TYPE_RESPONSE,
  verbOffset,
  writeUint16,
  writeUint32,
} from './frame.ts';

/** A frame without class, headers and content. The result is a fresh buffer: such frames are rare. */
export function emptyFrame(
  proto: number,
  ver1: number,
  type: number,
  command: number,
  id: number,
  codec: number,
  switches: number,
  verb: number,
): Buffer {
  const frame = Buffer.alloc(fixedBytes(proto, type));
  const idAt = idOffset(proto);
  frame[0] = proto;
  if (proto === PROTO_V2) {
    frame[1] = ver1;
    frame[idAt + 5] = switches;
  }
  frame[idAt - 4] = type;
  writeUint16(frame, idAt - 3, command);
  frame[idAt - 1] = 1;
  writeUint32(frame, idAt, id);
  frame[idAt + 4] = codec;
  if (type === TYPE_RESPONSE) writeUint16(frame, verbOffset(proto), verb);
  else writeUint32(frame, verbOffset(proto), verb);
  return frame;
}

/** `01 01 0000 01 <id> 01 ffffffff …` */
export function heartbeatFrame(proto: number, id: number): Buffer {
  return emptyFrame(proto, 1, TYPE_REQUEST, CMD_HEARTBEAT, id, CODEC_HESSIAN, 0, -1);
}

/** Same id and serialization, version and switches as the request. */
export function heartbeatAck(proto: number, ver1: number, id: number, codec: number, switches: number): Buffer {
  return emptyFrame(proto, ver1, TYPE_RESPONSE, CMD_HEARTBEAT, id, codec, switches, 0);
}

export function goawayFrame(proto: number, id: number): Buffer {
  return emptyFrame(proto, 1, TYPE_REQUEST, CMD_GOAWAY, id, CODEC_HESSIAN, 0, 0);
}
