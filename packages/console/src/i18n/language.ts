/** Languages of the console, in the order of the menu. */
export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' };

/** For `lang` of the document and the formatters of the browser. */
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

const STORAGE_KEY = 'weft.language';

/** The language chosen before, else the first of the browser's that there is, else English. */
export function initialLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (stored === 'en' || stored === 'zh') return stored;
  for (const tag of preferred) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().startsWith(language));
    if (found !== undefined) return found;
  }
  return 'en';
}

export function readLanguage(): Language {
  return initialLanguage(localStorage.getItem(STORAGE_KEY), navigator.languages);
}

export function storeLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
}

const UTC_KEY = 'weft.utc';

/** Whether times are shown in UTC, as chosen before. */
export function readUtc(): boolean {
  return localStorage.getItem(UTC_KEY) === '1';
}

export function storeUtc(utc: boolean): void {
  if (utc) localStorage.setItem(UTC_KEY, '1');
  else localStorage.removeItem(UTC_KEY);
}
