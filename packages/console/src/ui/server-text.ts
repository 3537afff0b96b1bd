import type { Message } from '@weft/api';
import { messageText, problemMessage, proxyMessage } from '@weft/api/messages';
import { conditionInWords, operationInWords } from '@weft/api/rules';
import {
  createFormat,
  isMessageKey,
  LANGUAGE_TAGS,
  type Language,
  SERVER_TEXTS_EN,
  SERVER_TEXTS_ZH,
  translator,
} from '../i18n/index.ts';
import { partsOfResource } from './resource-parts.ts';

/** Parameters that are written as logs have them, and how people read them. */
const READ: Readonly<Record<string, (value: string, language: Language) => string>> = {
  condition: conditionQuoted,
  operation: (value, language) => quoted(operationInWords(value, language), language),
  resource: (value) => partsOfResource(value).name,
  fault: faultInWords,
  shares: sharesInWords,
  // Of a proxy, which says it in English: why it could not read a call, or refused something.
  reason: proxyText,
  value: seenText,
};
const NOT_DECODED = '(not decoded: ';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const TEXTS = { en: SERVER_TEXTS_EN, zh: SERVER_TEXTS_ZH } as const;

/** What the server said, in the language and time zone of the reader; in its English where the console has no words for it. */
export function serverText({ id, params }: Message, language: Language): string {
  const message = { id, params: shownParams(params, language) };
  return messageText(message, TEXTS[language]);
}

/** The same for several, each beside the text of a server that says no more. */
export function serverTexts(
  texts: readonly string[],
  messages: readonly Message[] | undefined,
  language: Language,
): readonly string[] {
  return messages === undefined || messages.length !== texts.length
    ? texts
    : messages.map((message) => serverText(message, language));
}

/** Why a value was refused, by the control plane or a proxy; the words are theirs where they have another form than usual. */
export function problemText(text: string, language: Language): string {
  const said = problemMessage(text);
  return said === null || (language === 'en' && !isOfConsole(said)) ? text : serverText(said, language);
}

/** Whether the console has English words of its own for it, or for a part of it. */
const isOfConsole = ({ id, params }: Message): boolean =>
  id in SERVER_TEXTS_EN || Object.values(params).some((value) => typeof value === 'object' && isOfConsole(value));

/** The same below a field, where it is a sentence of its own; what begins with a name or a value keeps its letters. */
export function fieldProblemText(text: string, language: Language): string {
  const shown = problemText(text, language);
  const what = whatIsWrong(problemMessage(text));
  if (language !== 'en' || what === null || !/^[a-z]/.test(messageText({ id: what.id, params: {} }))) return shown;
  return shown.charAt(0).toUpperCase() + shown.slice(1);
}

/** What a problem without a place begins with. */
function whatIsWrong(said: Message | null): Message | null {
  if (said === null || said.id === 'problem.place') return null;
  const { first, problem, what } = said.params;
  const inner = first ?? problem ?? what;
  if (typeof inner !== 'object') return null;
  return what === undefined ? whatIsWrong(inner) : inner;
}

/** What is said of a proxy: why it is in its state, why a part of it is not well, what happened to it. */
export function proxyText(text: string, language: Language): string {
  if (language !== 'zh') return text;
  const said = proxyMessage(text);
  return said === null ? text : serverText(said, language);
}

/** What a proxy saw of a request: a value of the caller, or why it saw none. */
export function seenText(text: string, language: Language): string {
  return text.startsWith(NOT_DECODED) ? proxyText(text, language) : text;
}

const shownParams = (params: Message['params'], language: Language): Message['params'] =>
  Object.fromEntries(Object.entries(params).map(([key, value]) => [key, shown(key, value, language)]));

function shown(name: string, value: string | number | Message, language: Language): string | number | Message {
  if (typeof value === 'object') return { id: value.id, params: shownParams(value.params, language) };
  if (typeof value === 'number') return value;
  if (INSTANT.test(value)) return createFormat(LANGUAGE_TAGS[language]).time(value);
  return READ[name]?.(value, language) ?? value;
}

function faultInWords(fault: string, language: Language): string {
  const key = `error.fault-${fault}`;
  return isMessageKey(key) ? translator(language)(key) : fault;
}

/** Of routing: `90 % to version=v1; 10 % to any instance`. */
function sharesInWords(shares: string, language: Language): string {
  const t = translator(language);
  const format = createFormat(LANGUAGE_TAGS[language]);
  return shares
    .split(/; (?=\d+ % to )/)
    .map((one) => {
      const [, percent = '', group = ''] = /^(\d+) % to (.+)$/.exec(one) ?? [];
      if (percent === '') return one;
      const share = format.percent(Number(percent));
      return t('explain.route-share', { share, group: group === 'any instance' ? t('rules.route-all') : group });
    })
    .join(language === 'zh' ? '；' : '; ');
}

function conditionQuoted(value: string, language: Language): string {
  const words = conditionInWords(value, language);
  if (words === value) return value;
  return quoted(words, language);
}

const quoted = (words: string, language: Language): string => (language === 'zh' ? `“${words}”` : `"${words}"`);
