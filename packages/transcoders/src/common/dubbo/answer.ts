import { type ConvertedResponse, PlainResponseHead } from '@weft/sdk';
import { writeException, writeMessage, writeValue } from './body.ts';

/** HTTP-like meaning of the statuses that transcoders answer with. */
const HTTP_STATUS: Readonly<Record<number, number>> = { 31: 504, 40: 400, 50: 502, 60: 404, 80: 503, 100: 429 };

export function valueAnswer(value: unknown, maxBodyBytes: number): ConvertedResponse {
  return answer(20, 200, writeValue(value, maxBodyBytes), false);
}

/** What the method threw. */
export function exceptionAnswer(exception: unknown, maxBodyBytes?: number): ConvertedResponse {
  return answer(20, 200, writeException(exception, maxBodyBytes), true);
}

/** An answer with another status than 20, whose text becomes the message of what the caller catches. */
export function statusAnswer(status: number, message: string): ConvertedResponse {
  return answer(status, HTTP_STATUS[status] ?? 500, writeMessage(message), false);
}

/** An answer with status 20 whose body is there already. */
export function plainAnswer(body: Buffer, thrown: boolean): ConvertedResponse {
  return answer(20, 200, body, thrown);
}

function answer(nativeStatus: number, status: number, body: Buffer, applicationError: boolean): ConvertedResponse {
  const fields = { nativeStatus, contentLength: body.length, applicationError };
  return { head: new PlainResponseHead('dubbo', 'dubbo', status, fields), body };
}
