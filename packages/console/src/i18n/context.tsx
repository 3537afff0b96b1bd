import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { createFormat, type Format } from './format.ts';
import { LANGUAGE_TAGS, type Language, readLanguage, readUtc, storeLanguage, storeUtc } from './language.ts';
import { type Translate, translator } from './translate.ts';

interface I18n {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly t: Translate;
  /** Whether times are those of UTC; else of the zone of the browser. */
  readonly utc: boolean;
  readonly setUtc: (utc: boolean) => void;
  readonly format: Format;
}

const Context = createContext<I18n | null>(null);

export function I18nProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(readLanguage);
  const [utc, setUtc] = useState(readUtc);
  useEffect(() => {
    document.documentElement.lang = LANGUAGE_TAGS[language];
  }, [language]);
  const value = useMemo<I18n>(
    () => ({
      language,
      setLanguage: (next) => {
        storeLanguage(next);
        setLanguage(next);
      },
      t: translator(language),
      utc,
      setUtc: (next) => {
        storeUtc(next);
        setUtc(next);
      },
      format: createFormat(LANGUAGE_TAGS[language], utc ? 'UTC' : undefined),
    }),
    [language, utc],
  );
  return <Context value={value}>{children}</Context>;
}

/** Texts and formatters of the language in force. */
export function useI18n(): I18n {
  const value = useContext(Context);
  if (value === null) throw new Error('useI18n outside of I18nProvider');
  return value;
}
