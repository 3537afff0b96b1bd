import { isUtf8 } from 'node:buffer';
import { type ResponseHead, TranscodeError } from '@weft/sdk';
import type { MethodMapping } from '../mapping/index.ts';
import { fromJson, type JsonValue, parseJson, ValueError, type ValueLimits, valueLimits } from '../values/index.ts';

/** What an HTTP answer says: a Java value, or an error with its text. */
export type HttpOutcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly status: number; readonly message: string };

const MAX_MESSAGE_LENGTH = 1024;

/**
 * @param maxBodyBytes bounds the values of the body
 * @throws TranscodeError for a success whose body is not what was declared
 */
export function readHttpOutcome(
  method: MethodMapping,
  head: ResponseHead,
  body: Buffer,
  maxBodyBytes: number,
): HttpOutcome {
  const { status } = head;
  const encoding = head.get('content-encoding') ?? 'identity';
  // Compressed bytes are no text that a caller could read.
  if (status < 200 || status >= 300)
    return { kind: 'error', status, message: encoding === 'identity' && isUtf8(body) ? messageOf(body) : '' };
  if (body.length === 0) return { kind: 'value', value: null };
  if (encoding !== 'identity') throw new TranscodeError(`the answer is encoded with ${encoding.slice(0, 32)}`);
  if (!isUtf8(body)) throw new TranscodeError('the answer is not UTF-8');
  const text = body.toString();
  try {
    const json = jsonOf(method, head, text, valueLimits(maxBodyBytes));
    return { kind: 'value', value: fromJson(json, method.resultType, method.service.fromJson) };
  } catch (error) {
    if (error instanceof ValueError) throw new TranscodeError(`${error.problem}: ${error.message}`);
    throw error;
  }
}

/**
 * Many servers write a String as it is and call that JSON: where a String is declared, what is no JSON string is the text
 * itself. Where nothing is declared, `text/plain` is a text.
 */
function jsonOf({ resultType }: MethodMapping, head: ResponseHead, text: string, limits: ValueLimits): JsonValue {
  const plain = (head.get('content-type') ?? '').toLowerCase().startsWith('text/plain');
  if (resultType.kind === 'any') return plain ? text : parseJson(text, limits);
  if (resultType.kind !== 'scalar' || resultType.name !== 'string') return parseJson(text, limits);
  if (plain) return text;
  try {
    const json = parseJson(text, limits);
    return typeof json === 'string' || json === null ? json : text;
  } catch (error) {
    if (error instanceof ValueError && error.problem === 'syntax') return text;
    throw error;
  }
}

/** `message` or `error` of a JSON object, or the text itself. */
function messageOf(body: Buffer): string {
  const text = body.toString('utf8', 0, 64 * 1024);
  try {
    const json = parseJson(text);
    if (json instanceof Map) {
      for (const name of ['message', 'error', 'detail', 'title']) {
        const value = json.get(name);
        if (typeof value === 'string' && value !== '') return value.slice(0, MAX_MESSAGE_LENGTH);
      }
    }
    if (typeof json === 'string') return json.slice(0, MAX_MESSAGE_LENGTH);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
  }
  return text.trim().slice(0, MAX_MESSAGE_LENGTH);
}
