import {
  type ConvertedRequest,
  type ConvertedResponse,
  PlainRequestHead,
  PlainResponseHead,
  type RequestHead,
  type ResponseHead,
  type TranscodedCall,
  type Transcoder,
  type WholeMessage,
} from '@weft/sdk';

/** Bolt has no place for the length of the body but its own. */
const LENGTH = 'content-length';

/** Headers and body as they are, into a Bolt request and out of its answer. */
export class HttpToBoltSimple implements Transcoder<null> {
  accept(): boolean {
    return true;
  }

  request(
    { head, body }: WholeMessage<RequestHead>,
    { protocol, remainingMs }: TranscodedCall,
  ): ConvertedRequest<null> {
    const bolt = new PlainRequestHead(protocol, 'bolt', {
      contentLength: body.length,
      timeoutMs: remainingMs,
      idempotent: head.idempotent,
    });
    head.forEach((name, value) => {
      if (name !== LENGTH) bolt.add(name, value);
    });
    return { head: bolt, body, state: null };
  }

  response(
    { head, body }: WholeMessage<ResponseHead>,
    _state: null,
    { callerProtocol }: TranscodedCall,
  ): ConvertedResponse {
    const status = head.nativeStatus === 0 ? 200 : 500;
    const http = new PlainResponseHead(callerProtocol, 'http', status, { contentLength: body.length });
    head.forEach((name, value) => {
      const lower = name.toLowerCase();
      if (FIELD_NAME.test(lower) && FIELD_VALUE.test(value) && !HOP.has(lower)) http.add(lower, value);
    });
    return { head: http, body };
  }
}

/** What HTTP takes as a name and as a value (RFC 9110 section 5); a Bolt header that is neither stays behind. */
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const FIELD_VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
const HOP: ReadonlySet<string> = new Set([
  LENGTH,
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
