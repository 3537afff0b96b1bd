import { knownForms, meant } from './known-forms.ts';
import { type Message, message, messageText } from './messages.ts';
import { problemMessage } from './problem-message.ts';
import { PROXY_MESSAGES } from './proxy-messages.ts';

const SAID = knownForms(PROXY_MESSAGES, 'proxy.').filter(({ id }) => id !== 'proxy.two');
/** Parameters that are said by a proxy, or why it refused something. */
const NESTED = new Set(['reason', 'from', 'origin']);
/** Between two documents that are refused. */
const NEXT = /; (?=\S+ version \d+ is refused: )/;
const MAX_TEXT = 16_384;
const MAX_DEPTH = 4;

/**
 * What is said of a proxy as a message: to say it in another language. In English it is the same text again, letter by
 * letter; null when the text has no form that is known.
 */
export function proxyMessage(text: string): Message | null {
  if (text.length > MAX_TEXT) return null;
  const said = text
    .split(NEXT)
    .map((part) => sayAgain(part, 0))
    .reduceRight<Message | string | null>((rest, first) => {
      if (rest === null) return first;
      return message('proxy.two', { first, rest });
    }, null);
  return said === null || typeof said === 'string' || messageText(said) !== text ? null : said;
}

function sayAgain(text: string, depth: number): Message | string {
  // A whole text names its problem at its end; within one, a reason with a problem is nothing but that.
  const problem = depth === 0 ? null : problemMessage(text);
  if (problem !== null) return problem;
  const said = meant(text, SAID);
  if (typeof said === 'string' || depth === MAX_DEPTH) return said;
  const params = Object.entries(said.params).map(([name, value]) => [
    name,
    NESTED.has(name) && typeof value === 'string' ? sayAgain(value, depth + 1) : value,
  ]);
  return { id: said.id, params: Object.fromEntries(params) };
}
