import { type ConvertedResponse, PlainResponseHead } from '@weft/sdk';
import { CODEC_HESSIAN } from './codec.ts';
import { RESPONSE_CLASS, writeOutcome, writeServerError } from './content.ts';

/** Status of Bolt that transcoders answer with. */
export const Bolt = {
  SUCCESS: 0,
  SERVER_EXCEPTION: 2,
  SERVER_THREADPOOL_BUSY: 4,
  ERROR_COMM: 5,
  NO_PROCESSOR: 6,
  TIMEOUT: 7,
  SERVER_DESERIAL_EXCEPTION: 0x12,
} as const;
export type BoltStatus = (typeof Bolt)[keyof typeof Bolt];

const HTTP_STATUS: Readonly<Record<BoltStatus, number>> = { 0: 200, 2: 500, 4: 503, 5: 502, 6: 404, 7: 504, 18: 400 };
const NOTHING = Buffer.alloc(0);

/** What the method returned, or threw. */
export function outcomeAnswer(
  protocol: string,
  value: unknown,
  thrown: boolean,
  maxBodyBytes?: number,
): ConvertedResponse {
  const body = writeOutcome(value, maxBodyBytes);
  const fields = { nativeStatus: Bolt.SUCCESS, contentLength: body.length, applicationError: thrown };
  const head = new PlainResponseHead(protocol, 'bolt', 200, fields, [
    [':class', RESPONSE_CLASS],
    [':codec', CODEC_HESSIAN],
  ]);
  // Whoever counts errors goes by this header and does not look into the content.
  if (thrown) head.add('sofa_head_response_error', 'true');
  return { head, body };
}

/** Another status; Java clients show a text for SERVER_EXCEPTION only. */
export function statusAnswer(protocol: string, status: BoltStatus, message: string): ConvertedResponse {
  const body = status === Bolt.SERVER_EXCEPTION ? writeServerError(message) : NOTHING;
  const fields = { nativeStatus: status, contentLength: body.length };
  return { head: new PlainResponseHead(protocol, 'bolt', HTTP_STATUS[status], fields), body };
}

/** Content of the caller's own serialization, as it is. */
export function passedAnswer(protocol: string, codec: string, className: string, body: Buffer): ConvertedResponse {
  const head = new PlainResponseHead(
    protocol,
    'bolt',
    200,
    { nativeStatus: Bolt.SUCCESS, contentLength: body.length },
    [
      [':class', className],
      [':codec', codec],
    ],
  );
  return { head, body };
}
