export { I18nProvider, useI18n } from './context.tsx';
export { createFormat, type Format } from './format.ts';
export { LANGUAGE_NAMES, LANGUAGE_TAGS, LANGUAGES, type Language } from './language.ts';
export type { MessageKey } from './messages/index.ts';
export { SERVER_TEXTS_EN, SERVER_TEXTS_ZH } from './messages/server.ts';
export { gapBehind, joinSentences } from './sentences.ts';
export { isMessageKey, type Translate, translator } from './translate.ts';
