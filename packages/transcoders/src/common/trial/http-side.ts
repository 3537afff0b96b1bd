import { PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { headersOf, type Side } from './side.ts';

const JSON_TYPE = 'application/json';

const lowerCased = (headers: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);

/** HTTP. */
export const http: Side = {
  request({ method, path, headers, body: text }) {
    const body = Buffer.from(text);
    const fields = { method, path, authority: 'localhost', scheme: 'http', contentLength: body.length };
    const head = new PlainRequestHead('Http1', 'http', fields, lowerCased(headers));
    if (body.length > 0 && head.get('content-type') === undefined) head.add('content-type', JSON_TYPE);
    return { head, body };
  },
  tellRequest(head, body) {
    const { method, path, authority } = head;
    return {
      service: '',
      method,
      types: [],
      path,
      headers: { host: authority, ...headersOf(head) },
      body: body.toString(),
    };
  },
  answer({ status, headers, body: text }) {
    const body = Buffer.from(text);
    const head = new PlainResponseHead('Http1', 'http', status, { contentLength: body.length }, lowerCased(headers));
    if (body.length > 0 && head.get('content-type') === undefined) head.add('content-type', JSON_TYPE);
    return { head, body };
  },
  tellAnswer: (head, body) => ({
    status: head.status,
    headers: headersOf(head),
    body: body.toString(),
    exception: '',
  }),
};
