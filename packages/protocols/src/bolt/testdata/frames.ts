import { crc32 } from 'node:zlib';

/** Builds frames field by field, independently of the encoder under test. */
export interface FrameFields {
  readonly proto?: 1 | 2;
  readonly ver1?: number;
  readonly type?: number;
  readonly command?: number;
  readonly id?: number;
  readonly codec?: number;
  readonly switches?: number;
  readonly timeout?: number;
  readonly status?: number;
  readonly className?: string;
  readonly headers?: readonly (readonly [string | null, string | null])[];
  readonly rawHeaders?: Buffer;
  readonly content?: Buffer | string;
}

export function headerBytes(headers: readonly (readonly [string | null, string | null])[]): Buffer {
  const parts: Buffer[] = [];
  for (const pair of headers) {
    for (const text of pair) {
      const length = Buffer.alloc(4);
      const bytes = Buffer.from(text ?? '');
      length.writeInt32BE(text === null ? -1 : bytes.length);
      parts.push(length, bytes);
    }
  }
  return Buffer.concat(parts);
}

export function frameBytes(fields: FrameFields = {}): Buffer {
  const { proto = 1, ver1 = 1, type = 1, codec = 1, switches = 0, id = 1, status = 0, timeout = 3000 } = fields;
  const command = fields.command ?? (type === 0 ? 2 : 1);
  const className = Buffer.from(fields.className ?? '');
  const headers = fields.rawHeaders ?? headerBytes(fields.headers ?? []);
  const content = Buffer.from((fields.content ?? '') as string);
  const fixed = Buffer.alloc((type === 0 ? 20 : 22) + (proto === 2 ? 2 : 0));
  let at = fixed.writeUInt8(proto, 0);
  if (proto === 2) at = fixed.writeUInt8(ver1, at);
  at = fixed.writeUInt8(type, at);
  at = fixed.writeUInt16BE(command, at);
  at = fixed.writeUInt8(1, at);
  at = fixed.writeUInt32BE(id, at);
  at = fixed.writeUInt8(codec, at);
  if (proto === 2) at = fixed.writeUInt8(switches, at);
  at = type === 0 ? fixed.writeUInt16BE(status, at) : fixed.writeInt32BE(timeout, at);
  at = fixed.writeUInt16BE(className.length, at);
  at = fixed.writeUInt16BE(headers.length, at);
  fixed.writeUInt32BE(content.length, at);
  const frame = Buffer.concat([fixed, className, headers, content]);
  if (proto !== 2 || ver1 !== 2 || (switches & 1) === 0) return frame;
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32BE(crc32(frame));
  return Buffer.concat([frame, trailer]);
}

/** The headers a SOFARPC client writes. */
export const SOFA_HEADERS: readonly (readonly [string, string])[] = [
  ['service', 'com.alipay.test.EchoService:1.0'],
  ['sofa_head_target_service', 'com.alipay.test.EchoService:1.0'],
  ['sofa_head_method_name', 'echo'],
  ['app', 'caller'],
  ['protocol', 'bolt'],
  ['type', 'sync'],
  ['sofa_head_generic_type', '0'],
  ['rpc_trace_context.sofaTraceId', '0a0fe9251500000000001100112345'],
  ['rpc_trace_context.sofaRpcId', '0.1'],
];

export function sofaRequest(fields: FrameFields = {}): Buffer {
  return frameBytes({
    className: 'com.alipay.sofa.rpc.core.request.SofaRequest',
    headers: SOFA_HEADERS,
    content: 'content-bytes',
    ...fields,
  });
}

export function sofaResponse(fields: FrameFields = {}): Buffer {
  return frameBytes({
    type: 0,
    className: 'com.alipay.sofa.rpc.core.response.SofaResponse',
    content: 'answer-bytes',
    ...fields,
  });
}

/** Bytes by their digits, with blanks between them. */
export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Frames as other implementations write them: sofa-bolt's HeartbeatCommand and HeartbeatAckCommand, MOSN's goaway. */
export const HEARTBEAT = hex('01 01 0000 01 0000002a 01 ffffffff 0000 0000 00000000');
export const HEARTBEAT_ACK = hex('01 00 0000 01 0000002a 01 0000 0000 0000 00000000');
export const GOAWAY = hex('01 01 0064 01 00000007 01 00000000 0000 0000 00000000');

/** The content that names the reason: an RpcServerException in the Hessian of SOFA; that clients read it is an interop test. */
export const reason = (text: string): Buffer =>
  Buffer.concat([
    hex('4fc834'),
    Buffer.from('com.alipay.remoting.rpc.exception.RpcServerException'),
    hex('920d'),
    Buffer.from('detailMessage'),
    hex('0a'),
    Buffer.from('stackTrace'),
    hex('6f90'),
    text.length < 32 ? Buffer.from([text.length]) : Buffer.from([0x53, 0, text.length]),
    Buffer.from(text),
    hex('5674001c'),
    Buffer.from('[java.lang.StackTraceElement'),
    hex('6e007a'),
  ]);
