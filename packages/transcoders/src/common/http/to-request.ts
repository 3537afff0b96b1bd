import { PlainRequestHead, TranscodeError } from '@weft/sdk';
import { isHttpField, percentEncode } from '../carry/index.ts';
import {
  argumentAt,
  fillTemplate,
  isOnePlace,
  type MethodMapping,
  type Place,
  type Template,
} from '../mapping/index.ts';
import { jsonOf } from './json-of.ts';

const JSON_TYPE = 'application/json';

/**
 * The HTTP request of a call. Headers that go with it (contexts, attachments) are added by the caller of this.
 * @throws TranscodeError for arguments that have no form in JSON
 */
export function toHttpRequest(
  method: MethodMapping,
  args: readonly unknown[],
  attachments: { get(name: string): string | undefined },
  options: { readonly protocol: string; readonly timeoutMs: number; readonly maxBodyBytes: number },
): { readonly head: PlainRequestHead; readonly body: Buffer } {
  const { service, httpMethod } = method;
  const text = (place: Place): string =>
    place.argument < 0
      ? (attachments.get(place.names[0] as string) ?? '')
      : textOf(method, argumentAt(place, args), options.maxBodyBytes);
  const missing = (template: Template): boolean => {
    if (!isOnePlace(template)) return false;
    const place = template.parts[0] as Place;
    if (place.argument < 0) return attachments.get(place.names[0] as string) === undefined;
    return (argumentAt(place, args) ?? null) === null;
  };
  let path = fillTemplate(method.path, (place) => pathText(text(place), method));
  const pairs = method.query.filter(([, template]) => !missing(template));
  if (pairs.length > 0) {
    const query = pairs.map(
      ([name, template]) => `${percentEncode(name)}=${percentEncode(fillTemplate(template, text))}`,
    );
    path += `${path.includes('?') ? '&' : '?'}${query.join('&')}`;
  }
  const body = bodyOf(method, args, options.maxBodyBytes);
  const head = new PlainRequestHead(options.protocol, 'http', {
    method: httpMethod,
    authority: service.authority,
    path,
    scheme: 'http',
    contentLength: body.length,
    timeoutMs: options.timeoutMs,
    // An answer is read and dropped even for a call that wants none: HTTP always gives one.
    oneWay: false,
    idempotent: httpMethod === 'GET' || httpMethod === 'PUT' || httpMethod === 'DELETE',
  });
  head.add('accept', JSON_TYPE);
  if (body.length > 0) head.add('content-type', JSON_TYPE);
  for (const [name, template] of method.headers) {
    if (missing(template)) continue;
    const value = fillTemplate(template, text);
    head.set(name, isHttpField(name, value) ? value : percentEncode(value));
  }
  return { head, body };
}

/** A place of a path must have a value: without one another path would be called. */
function pathText(text: string, method: MethodMapping): string {
  if (text === '' || text === '.' || text === '..')
    throw new TranscodeError(`a place of the path ${method.path.text} has no value`);
  return percentEncode(text);
}

function bodyOf(method: MethodMapping, args: readonly unknown[], maxBodyBytes: number): Buffer {
  const { body, service } = method;
  if (body === 'none') return NOTHING;
  if (typeof body === 'number' && sendsText(method)) return Buffer.from(textOf(method, args[body], maxBodyBytes));
  return Buffer.from(jsonOf(body === 'args' ? [...args] : args[body], service, maxBodyBytes));
}

const NOTHING = Buffer.alloc(0);

/** The mapping names a type of text for the body: then the one argument goes out as it is, without quotes. */
function sendsText({ headers }: MethodMapping): boolean {
  return headers.some(([name, { text }]) => name === 'content-type' && text.startsWith('text/'));
}

/** A value as a part of a path, a query or a header: a text as it is, anything else as JSON has it. */
function textOf({ service }: MethodMapping, value: unknown, maxBodyBytes: number): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  const text = jsonOf(value, service, maxBodyBytes);
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
