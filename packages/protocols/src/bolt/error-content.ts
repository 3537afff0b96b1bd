import { ERROR_CODES } from '@weft/kit';
import type { LocalReply } from '@weft/sdk';
import { CODEC_HESSIAN } from './frame.ts';
import { BoltStatus } from './status.ts';

const EMPTY = Buffer.alloc(0);
const MAX_MESSAGE_LENGTH = 256;

/**
 * `O <class name> 2 fields "detailMessage" "stackTrace"`, then `o 0 <message> <empty list>`: the definition of an
 * RpcServerException and one of it, in the Hessian that SOFA speaks. Integers: 0x80..0xbf is -16..47, 0xc8 and a byte is
 * up to 255. Clients know an exception by these two fields.
 */
const CLASS_NAME = 'com.alipay.remoting.rpc.exception.RpcServerException';
const MESSAGE_FIELD = 'detailMessage';
const STACK_FIELD = 'stackTrace';
const STACK_TYPE = '[java.lang.StackTraceElement';
const PREFIX = Buffer.concat([
  Buffer.from([0x4f, 0xc8, CLASS_NAME.length]),
  Buffer.from(CLASS_NAME),
  Buffer.from([0x90 + 2, MESSAGE_FIELD.length]),
  Buffer.from(MESSAGE_FIELD),
  Buffer.from([STACK_FIELD.length]),
  Buffer.from(STACK_FIELD),
  Buffer.from([0x6f, 0x90]),
]);
/** `V t <type> n 0 z` */
const SUFFIX = Buffer.concat([
  Buffer.from([0x56, 0x74, 0, STACK_TYPE.length]),
  Buffer.from(STACK_TYPE),
  Buffer.from([0x6e, 0, 0x7a]),
]);

/**
 * Says in the content why the proxy answered. The Node client shows it as the message of its error. The Java client reads
 * it for SERVER_EXCEPTION only, where it becomes the cause of what the caller catches (without it the message is `null`); for the
 * rest it goes by the status. With a status about serialization, and with another serialization, the content stays empty.
 */
export function errorContent(codec: number, status: BoltStatus, reply: LocalReply): Buffer {
  if (codec !== CODEC_HESSIAN) return EMPTY;
  switch (status) {
    case BoltStatus.SUCCESS:
    case BoltStatus.SERVER_SERIAL_EXCEPTION:
    case BoltStatus.SERVER_DESERIAL_EXCEPTION:
      return EMPTY;
    default:
      return encodeError(messageOf(reply));
  }
}

function messageOf(reply: LocalReply): string {
  if (typeof reply.body === 'string' && reply.body !== '') return reply.body.trim();
  return reply.code === 'filter' || reply.code === 'direct_response'
    ? `refused with status ${reply.status}`
    : ERROR_CODES[reply.code].message;
}

function encodeError(message: string): Buffer {
  // One byte per character: the length of a Hessian string counts characters.
  const text = message.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, MAX_MESSAGE_LENGTH);
  const head =
    text.length < 32 ? Buffer.from([text.length]) : Buffer.from([0x53, text.length >>> 8, text.length & 0xff]);
  return Buffer.concat([PREFIX, head, Buffer.from(text), SUFFIX]);
}
