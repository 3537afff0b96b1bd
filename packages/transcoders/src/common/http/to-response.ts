import { type ConvertedResponse, type HeaderMap, PlainResponseHead } from '@weft/sdk';
import type { MethodMapping, ServiceMapping } from '../mapping/index.ts';
import type { Thrown } from '../values/index.ts';
import { jsonOf } from './json-of.ts';

/**
 * A Java value as the answer of an HTTP server.
 * @param asText as `wantsText` said of the request
 * @param maxBodyBytes as for `jsonOf`
 * @throws TranscodeError for what has no form in JSON
 */
export function valueResponse(
  protocol: string,
  service: ServiceMapping,
  value: unknown,
  asText: boolean,
  maxBodyBytes: number,
): ConvertedResponse {
  if (asText && (value === null || typeof value === 'string'))
    return response(protocol, 200, value ?? '', 'text/plain;charset=UTF-8');
  return response(protocol, 200, jsonOf(value, service, maxBodyBytes), JSON_TYPE);
}

/**
 * Whether a declared String goes out as it is: so the frameworks of Java answer, and read it. Whoever accepts JSON by name
 * gets JSON.
 */
export function wantsText({ resultType }: MethodMapping, request: HeaderMap): boolean {
  if (resultType.kind !== 'scalar' || resultType.name !== 'string') return false;
  return !(request.get('accept') ?? '').toLowerCase().includes('json');
}

const JSON_TYPE = 'application/json';

/** `{"code","message","exception"}`; the class stands there for an exception of Java. */
export function errorResponse(protocol: string, status: number, { className, message }: Thrown): ConvertedResponse {
  const exception = className === '' ? {} : { exception: className };
  return response(protocol, status, JSON.stringify({ code: status, message, ...exception }), JSON_TYPE);
}

function response(protocol: string, status: number, text: string, type: string): ConvertedResponse {
  const body = Buffer.from(text);
  return {
    head: new PlainResponseHead(protocol, 'http', status, { contentLength: body.length }, [['content-type', type]]),
    body,
  };
}
