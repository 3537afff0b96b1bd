import type { Message } from '@weft/api';
import { messageText } from '@weft/api/messages';
import { type Language, SERVER_TEXTS_ZH } from '../i18n/index.ts';

/** What the server said, in the language of the reader; in English where that has no words for it. */
export function serverText(message: Message, language: Language): string {
  return language === 'zh' ? messageText(message, SERVER_TEXTS_ZH) : messageText(message);
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
