import { type HeaderMap, PlainHeaders, TranscodeError } from '@weft/sdk';
import { field, visitFields } from '../proto/index.ts';
import { type Compression, UNCOMPRESSED } from './compression.ts';

/** Messages and statuses as gRPC has them on HTTP/2. */
const PREFIX_BYTES = 5;
const MAX_MESSAGE_CHARS = 1024;
const MAX_TIMEOUT_DIGITS = 99_999_999;
const ERROR_INFO_TYPE = 'type.googleapis.com/google.rpc.ErrorInfo';
/** Says that `reason` of an ErrorInfo is the class of an exception of Java. */
const JAVA_DOMAIN = 'java';

export function isGrpc(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/grpc(?:$|[+; ])/i.test(contentType);
}

/** One message, not compressed. */
export function encodeMessage(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, PREFIX_BYTES);
  return bytes;
}

/**
 * The one message of a body, not compressed.
 * @throws TranscodeError when it is none, several (a stream), cut, or compressed and cannot be read
 */
export function decodeMessage(body: Buffer, compression: Compression = UNCOMPRESSED): Buffer {
  if (body.length < PREFIX_BYTES) throw new TranscodeError('no message of gRPC');
  const length = body.readUInt32BE(1);
  const end = PREFIX_BYTES + length;
  if (end > body.length) throw new TranscodeError('a message of gRPC that is cut');
  if (end < body.length) throw new TranscodeError('a stream of messages cannot be converted', 501);
  return compression.plain(body[0] as number, body.subarray(PREFIX_BYTES, end));
}

/** A deadline as gRPC writes it: at most eight digits. */
export function timeoutText(timeoutMs: number): string {
  return timeoutMs <= MAX_TIMEOUT_DIGITS
    ? `${Math.ceil(timeoutMs)}m`
    : `${Math.min(MAX_TIMEOUT_DIGITS, Math.ceil(timeoutMs / 1000))}S`;
}

export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
  /** Class of the exception, '' when it is not told. */
  readonly exceptionClass: string;
}

/** The status in trailers, or in a head that is all there is; null when there is none. */
export function readStatus(headers: HeaderMap): GrpcStatus | null {
  const text = headers.get('grpc-status');
  if (text === undefined || !/^\d{1,3}$/.test(text)) return null;
  const details = headers.get('grpc-status-details-bin');
  return {
    code: Number(text),
    message: percentDecoded(headers.get('grpc-message') ?? ''),
    exceptionClass: details === undefined ? '' : exceptionClassOf(Buffer.from(details, 'base64')),
  };
}

export function writeStatus(headers: HeaderMap, { code, message, exceptionClass }: GrpcStatus): void {
  headers.set('grpc-status', String(code));
  if (message !== '') headers.set('grpc-message', percentEncoded(message.slice(0, MAX_MESSAGE_CHARS)));
  if (exceptionClass === '') return;
  const info = Buffer.concat([...field(1, Buffer.from(exceptionClass)), ...field(2, Buffer.from(JAVA_DOMAIN))]);
  const any = Buffer.concat([...field(1, Buffer.from(ERROR_INFO_TYPE)), ...field(2, info)]);
  const status = Buffer.concat([
    Buffer.from([0x08, code]),
    ...field(2, Buffer.from(message.slice(0, MAX_MESSAGE_CHARS))),
    ...field(3, any),
  ]);
  headers.set('grpc-status-details-bin', status.toString('base64').replace(/=+$/, ''));
}

/** A status as the trailers that end an answer. */
export function statusTrailers(status: GrpcStatus): PlainHeaders {
  const trailers = new PlainHeaders();
  writeStatus(trailers, status);
  return trailers;
}

/** `google.rpc.Status` → its details → `ErrorInfo { reason, domain }`. What is something else says nothing. */
function exceptionClassOf(bytes: Buffer): string {
  let found = '';
  try {
    visitFields(bytes, (statusField, any) => {
      if (statusField !== 3) return;
      const parts = ['', '', ''];
      visitFields(any, (anyField, value) => {
        if (anyField === 1) parts[0] = value.toString();
        if (anyField === 2 && parts[0] === ERROR_INFO_TYPE)
          visitFields(value, (infoField, text) => {
            if (infoField === 1 || infoField === 2) parts[infoField] = text.toString();
          });
      });
      if (parts[2] === JAVA_DOMAIN) found = parts[1] as string;
    });
  } catch (error) {
    if (!(error instanceof TranscodeError)) throw error;
  }
  return found;
}

function percentEncoded(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text))
    encoded +=
      byte < 0x20 || byte > 0x7e || byte === 0x25
        ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
        : String.fromCharCode(byte);
  return encoded;
}

function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = /^%[\da-f]{2}/i.exec(text.slice(at, at + 3));
    if (code === null) bytes.push(text.charCodeAt(at) & 0xff);
    else {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16));
      at += 2;
    }
  }
  return Buffer.from(bytes).toString();
}
