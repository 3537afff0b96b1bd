import { tarsAnswer, thriftAnswer, ValueError } from '@weft/json-values';
import { valuesOf, type WrittenForm } from '@weft/schema/data-id';
import type { DowngradeRule } from '@weft/schema/wire';
import { isFramingHeader, type Report } from '../common/index.ts';
import { jsonValueProblem } from './json-value.ts';
import type { AnswerProgram, DowngradeEntryProgram } from './program.ts';

type Action = DowngradeRule['actions'][number];
type Details = Action['extension'][number];

/** Values of a service that an answer can be made up for. */
const ANSWERED: ReadonlySet<WrittenForm> = new Set(['text', 'value', 'message', 'triple', 'tars', 'thrift']);
/** Said of the type of an action, with services for which there is no answer. */
export const ANSWERED_ONLY = 'REJECT; or services of HTTP, gRPC, Triple, SOFARPC, Dubbo, Tars or Dubbo thrift';
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they must not reach a header
const HEADER_VALUE = /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/;

/** Why no answer can be made up for a service; '' where one can. */
export function whyUnanswered(service: string): string {
  if (ANSWERED.has(valuesOf(service))) return '';
  return service === '*' || service === ''
    ? `${service || '""'} is no single service`
    : `how ${service} writes an answer is not known`;
}

/** The success that takes the place of the service; null for an error. */
export function answerOf(
  { type, extension }: Action,
  services: readonly string[],
  place: string,
  report: Report,
): DowngradeEntryProgram['answer'] {
  if (type !== 'MOCK' && type !== 'RETURN_NULL') return null;
  const other = services.find((service) => whyUnanswered(service) !== '');
  if (other !== undefined) report(`${place}.type`, JSON.stringify(type), whyUnanswered(other), ANSWERED_ONLY);
  const forms = new Set(services.map(valuesOf));
  const details = extension[0] ?? {};
  const messages = messagesOf(type, details, forms, place, report);
  const { body = '', headers = {} } = details;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  if (type === 'RETURN_NULL') return messages === null ? NOTHING : { ...NOTHING, ...asJson(text), messages };
  if (text.length > 65_536)
    report(`${place}.extension[0].body`, `${text.length} characters`, 'too long', 'at most 65536 characters');
  else if (forms.has('tars') && typeof body !== 'string')
    // 5.0 is a double of Tars and 5 is none, which an object that was read no longer tells apart.
    report(`${place}.extension[0].body`, text.slice(0, 80), 'not a text', TARS_TEXT);
  else
    for (const [form, { problemOf, expected }] of BODIES) {
      const isAsked = form === 'value' ? forms.has('value') || messages !== null : forms.has(form);
      const problem = isAsked ? problemOf(text) : '';
      if (problem !== '') report(`${place}.extension[0].body`, JSON.stringify(text.slice(0, 80)), problem, expected);
    }
  const pairs: (readonly [string, string])[] = [];
  const entries = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    const frames = isFramingHeader(lower) || (messages !== null && lower.startsWith('grpc-'));
    if (typeof value !== 'string' || !HEADER_NAME.test(lower) || !HEADER_VALUE.test(value) || frames)
      report(
        `${place}.extension[0].headers.${name}`,
        JSON.stringify(value),
        'no header of an answer',
        'a header other than those of framing, with a text of one line',
      );
    else pairs.push([lower, value]);
  }
  if (!pairs.some(([name]) => name === 'content-type')) pairs.push(['content-type', 'application/json']);
  return { headers: pairs, body: text, messages };
}

/** What a body has to be, by the form of the answer; of text anything is one. */
const BODIES: ReadonlyMap<WrittenForm, { readonly problemOf: (text: string) => string; readonly expected: string }> =
  new Map([
    [
      'value',
      {
        problemOf: jsonValueProblem,
        expected: 'the JSON of what the method is to return, such as "text", 1 or [1, 2]; or RETURN_NULL',
      },
    ],
    [
      'tars',
      {
        problemOf: (text: string) => valueProblem('no answer of Tars', () => tarsAnswer(text)),
        expected: 'an object by tags, such as {"0":"text"} for what the method returns; or RETURN_NULL',
      },
    ],
    [
      'thrift',
      {
        problemOf: (text: string) => valueProblem('no answer of Thrift', () => thriftAnswer(text)),
        expected: 'a result in the JSON of Thrift, such as {"0":{"str":"text"}}; or RETURN_NULL',
      },
    ],
  ]);

function valueProblem(what: string, write: () => unknown): string {
  try {
    write();
    return '';
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    return `${what}: ${error.message}`;
  }
}

const TARS_TEXT = 'a text with the JSON of the answer, in which 5.0 stays a double; or RETURN_NULL';
const NOTHING: AnswerProgram = { headers: [], body: '', messages: null };
/** What callers of a service with messages get who ask over HTTP. */
const asJson = (body: string): Pick<AnswerProgram, 'headers' | 'body'> =>
  body === '' ? NOTHING : { headers: JSON_ONLY, body };
const JSON_ONLY = [['content-type', 'application/json']] as const;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Of one answer. */
export const MAX_MESSAGES = 1000;
/** Characters of base64, of all messages of an answer. */
export const MAX_MESSAGES_LENGTH = 262_144;
/** The message without fields. */
const EMPTY = [''];

/** Messages of gRPC in base64; null where no service has any. */
function messagesOf(
  type: 'MOCK' | 'RETURN_NULL',
  { messages }: Details,
  forms: ReadonlySet<WrittenForm>,
  place: string,
  report: Report,
): readonly string[] | null {
  if (!forms.has('message') && !forms.has('triple')) return null;
  // The empty message is one of every type of a `.proto`; calls of Triple do not say that there is one.
  if (messages === undefined && type === 'RETURN_NULL' && !forms.has('triple')) return EMPTY;
  const isList = Array.isArray(messages) && messages.length <= MAX_MESSAGES;
  const texts = isList ? messages.filter((text) => typeof text === 'string' && BASE64.test(text)) : [];
  if (isList && texts.length === messages.length && texts.join('').length <= MAX_MESSAGES_LENGTH)
    return texts as string[];
  report(
    `${place}.extension[0].messages`,
    messages === undefined ? undefined : JSON.stringify(messages).slice(0, 80),
    'no messages of gRPC',
    `a list of at most ${MAX_MESSAGES} messages in base64, together at most ${MAX_MESSAGES_LENGTH} characters`,
  );
  return EMPTY;
}
