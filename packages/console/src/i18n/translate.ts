import type { Language } from './language.ts';
import { MESSAGES, type MessageKey } from './messages/index.ts';

export type MessageValues = Readonly<Record<string, string | number>>;

/**
 * Gives the text of a key; `{name}` is replaced by the value of that name, `{name|one|more}` by the first word when that
 * value is 1 and by the second when not.
 */
export type Translate = (key: MessageKey, values?: MessageValues) => string;

export function translator(language: Language): Translate {
  const at = language === 'en' ? 0 : 1;
  if (at === 0) return (key, values) => fill(MESSAGES[key][at], values);
  return (key, values) => fill(MESSAGES[key][at], values).replace(BEFORE_MEASURE, '\u00a0').replace(BEFORE_PERCENT, '');
}

/** In Chinese a number stays on the line of its measure word: "3 个". */
const BEFORE_MEASURE = /(?<=\d) (?=[个条次项份处步天秒分小毫])/gu;

/** And per cent have no space there: "50%". */
const BEFORE_PERCENT = /(?<=\d)[ \u00a0](?=%)/gu;

function fill(text: string, values: MessageValues | undefined): string {
  if (values === undefined) return text;
  return text.replace(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (whole, name: string, one?: string, more?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (one === undefined || more === undefined) return String(value);
    return String(value) === '1' ? one : more;
  });
}

/** Whether a key that was put together at run time has a text. */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(MESSAGES, key);
}
