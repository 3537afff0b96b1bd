import { type ConvertedResponse, PlainResponseHead, TranscodeError } from '@weft/sdk';
import type { ServiceMapping } from '../mapping/index.ts';
import { type Thrown, toJson, ValueError } from '../values/index.ts';

/** A Java value as the answer of an HTTP server. @throws TranscodeError for what has no form in JSON */
export function valueResponse(protocol: string, service: ServiceMapping, value: unknown): ConvertedResponse {
  try {
    return response(protocol, 200, toJson(value, service.toJson));
  } catch (error) {
    if (error instanceof ValueError) throw new TranscodeError(`${error.problem}: ${error.message}`);
    throw error;
  }
}

/** `{"code","message","exception"}`; the class stands there for an exception of Java. */
export function errorResponse(protocol: string, status: number, { className, message }: Thrown): ConvertedResponse {
  const exception = className === '' ? {} : { exception: className };
  return response(protocol, status, JSON.stringify({ code: status, message, ...exception }));
}

function response(protocol: string, status: number, text: string): ConvertedResponse {
  const body = Buffer.from(text);
  return {
    head: new PlainResponseHead(protocol, 'http', status, { contentLength: body.length }, [
      ['content-type', 'application/json'],
    ]),
    body,
  };
}
