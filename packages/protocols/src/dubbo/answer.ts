import { Hessian2Writer, HessianObject } from '@weft/hessian';
import type { LocalReply } from '@weft/sdk';
import { refusalHeaders } from '../common/refusal-headers.ts';
import type { DubboOptions } from './config.ts';
import {
  HEADER_BYTES,
  isHessian,
  RESPONSE_EXCEPTION,
  RESPONSE_EXCEPTION_WITH_ATTACHMENTS,
  RESPONSE_VALUE,
  SERIALIZATION_FASTJSON,
  SERIALIZATION_FASTJSON2,
} from './frame.ts';
import { type DubboReply, toDubboReply } from './local-replies.ts';
import { madeUpBodies } from './made-up.ts';
import { encodePair, textBytes, writeText } from './metadata.ts';
import { DubboStatus } from './status.ts';

const EMPTY = Buffer.alloc(0);
const MAP_OPENING = Buffer.from('H');
const MAP_END = Buffer.from('Z');

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
export function localAnswer(
  serialization: number,
  reply: LocalReply,
  options: DubboOptions,
  attachments = false,
): Answer {
  if (reply.madeUp !== undefined && isHessian(serialization))
    return { status: DubboStatus.OK, body: madeUpBodies.of(reply.madeUp) };
  if (reply.status === 200 && reply.body !== undefined && isHessian(serialization)) {
    const text = hessianText(typeof reply.body === 'string' ? reply.body : Buffer.from(reply.body).toString());
    return { status: DubboStatus.OK, body: Buffer.concat([Buffer.from([RESPONSE_VALUE]), text]) };
  }
  const native = toDubboReply(reply);
  if (options.rejectAsException && reply.code === 'filter' && isHessian(serialization))
    return {
      status: DubboStatus.OK,
      body: exceptionBody(
        native,
        reply.status,
        options.exceptionClass,
        attachments ? refusalHeaders(reply.headers) : [],
      ),
    };
  return { status: native.status, body: messageBody(serialization, native.message) };
}

/** For a request without a route whose attachments, and so its group, were not looked at: it is larger than that. */
export function unseenGroup(serialization: number, bodyBytes: number, { gatherRequestBytes }: DubboOptions): Answer {
  const { status, message } = toDubboReply({ status: 404, code: 'route_not_found' });
  const limit = `${Math.max(0, gatherRequestBytes - HEADER_BYTES)} (max_gathered_request_bytes)`;
  const reason = `the group of a request of ${bodyBytes} bytes is not read, only that of up to ${limit}`;
  return { status, body: messageBody(serialization, `${message}: ${reason}`) };
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

/** The message of such an answer as far as it is ASCII; '' in serializations that we do not write. */
export function messageIn(serialization: number, bytes: Buffer, from: number, end: number): string {
  if (isHessian(serialization)) return hessianContent(bytes, from, end);
  if (serialization === SERIALIZATION_FASTJSON2) return bytes.toString('latin1', from + FASTJSON2_HEAD_BYTES, end);
  if (serialization !== SERIALIZATION_FASTJSON) return '';
  try {
    const text: unknown = JSON.parse(bytes.toString('latin1', from, end));
    return typeof text === 'string' ? text : '';
  } catch {
    // Not JSON: then it is no message of ours.
    return '';
  }
}

/** Of a string of Hessian with less than 65 536 characters, in one piece. */
function hessianContent(bytes: Buffer, from: number, end: number): string {
  const tag = bytes[from] ?? 0;
  const head = tag < 0x20 ? 1 : tag >= 0x30 && tag < 0x34 ? 2 : 3;
  return bytes.toString('latin1', Math.min(from + head, end), end);
}

function hessianText(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(textBytes(text));
  writeText(bytes, 0, text);
  return bytes;
}

const FASTJSON2_HEAD_BYTES = 7;

/** `length(4)`, then JSONB: 0x79, the length as an int, ASCII. */
function fastjson2Text(text: string): Buffer {
  const ascii = Buffer.from(text.replaceAll(/[^\x20-\x7e]/g, '?'), 'latin1');
  const head = Buffer.from([0, 0, 0, 0, 0x79, 0x38 + (ascii.length >> 8), ascii.length & 0xff]);
  head.writeUInt32BE(3 + ascii.length, 0);
  return Buffer.concat([head, ascii]);
}

function exceptionBody(
  { status, message }: DubboReply,
  httpStatus: number,
  className: string,
  told: readonly (readonly [name: string, value: string])[],
): Buffer {
  const writer = new Hessian2Writer();
  writer.write(
    new HessianObject(className, [
      ['code', codeOf(status, httpStatus)],
      ['detailMessage', message],
    ]),
  );
  if (told.length === 0) return Buffer.concat([Buffer.from([RESPONSE_EXCEPTION]), writer.toBuffer()]);
  const map = Buffer.concat([MAP_OPENING, ...told.map(([name, value]) => encodePair(name, value)), MAP_END]);
  return Buffer.concat([Buffer.from([RESPONSE_EXCEPTION_WITH_ATTACHMENTS]), writer.toBuffer(), map]);
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
