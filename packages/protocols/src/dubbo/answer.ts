import { Hessian2Writer, HessianObject } from '@weft/hessian';
import type { LocalReply } from '@weft/sdk';
import type { DubboOptions } from './config.ts';
import { isHessian, RESPONSE_EXCEPTION, SERIALIZATION_FASTJSON, SERIALIZATION_FASTJSON2 } from './frame.ts';
import { type DubboReply, toDubboReply } from './local-replies.ts';
import { textBytes, writeText } from './metadata.ts';
import { DubboStatus } from './status.ts';

const EMPTY = Buffer.alloc(0);
const RESPONSE_VALUE = 0x91;

/** Codes of an RpcException. */
const RPC_UNKNOWN = 0;
const RPC_NETWORK = 1;
const RPC_TIMEOUT = 2;
const RPC_FORBIDDEN = 4;
const RPC_LIMIT_EXCEEDED = 7;

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** What the proxy answers by itself, in the serialization of the request. */
export function localAnswer(serialization: number, reply: LocalReply, options: DubboOptions): Answer {
  if (reply.status === 200 && reply.body !== undefined && isHessian(serialization)) {
    const text = hessianText(typeof reply.body === 'string' ? reply.body : Buffer.from(reply.body).toString());
    return { status: DubboStatus.OK, body: Buffer.concat([Buffer.from([RESPONSE_VALUE]), text]) };
  }
  const native = toDubboReply(reply);
  if (options.rejectAsException && reply.code === 'filter' && isHessian(serialization))
    return { status: DubboStatus.OK, body: exceptionBody(native, reply.status, options.exceptionClass) };
  return { status: native.status, body: messageBody(serialization, native.message) };
}

/**
 * The one string that an answer with another status than 20 carries. For serializations that we do not write it stays
 * empty: a Java client then fails at once all the same, with a message of its own.
 */
export function messageBody(serialization: number, message: string): Buffer {
  if (isHessian(serialization)) return hessianText(message);
  if (serialization === SERIALIZATION_FASTJSON) return Buffer.from(`${JSON.stringify(message)}\n`);
  if (serialization === SERIALIZATION_FASTJSON2) return fastjson2Text(message);
  return EMPTY;
}

function hessianText(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(textBytes(text));
  writeText(bytes, 0, text);
  return bytes;
}

/** `length(4)`, then JSONB: 0x79, the length as an int, ASCII. */
function fastjson2Text(text: string): Buffer {
  const ascii = Buffer.from(text.replaceAll(/[^\x20-\x7e]/g, '?'), 'latin1');
  const head = Buffer.from([0, 0, 0, 0, 0x79, 0x38 + (ascii.length >> 8), ascii.length & 0xff]);
  head.writeUInt32BE(3 + ascii.length, 0);
  return Buffer.concat([head, ascii]);
}

function exceptionBody({ status, message }: DubboReply, httpStatus: number, className: string): Buffer {
  const writer = new Hessian2Writer();
  writer.write(
    new HessianObject(className, [
      ['code', codeOf(status, httpStatus)],
      ['detailMessage', message],
    ]),
  );
  return Buffer.concat([Buffer.from([RESPONSE_EXCEPTION]), writer.toBuffer()]);
}

function codeOf(status: number, httpStatus: number): number {
  if (httpStatus === 401 || httpStatus === 403) return RPC_FORBIDDEN;
  switch (status) {
    case DubboStatus.BAD_REQUEST:
      return RPC_LIMIT_EXCEEDED;
    case DubboStatus.CLIENT_TIMEOUT:
      return RPC_TIMEOUT;
    case DubboStatus.SERVICE_NOT_FOUND:
      return RPC_NETWORK;
    default:
      return RPC_UNKNOWN;
  }
}
