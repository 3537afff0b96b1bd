import { type Message, message, messageText } from '../messages/index.ts';
import type { LimitRuleInput } from '../rules/index.ts';

/** The formats of other products that limits can be read from. */
export const FOREIGN_FORMATS = ['guardian', 'sentinel'] as const;
export type ForeignFormat = (typeof FOREIGN_FORMATS)[number];

/** What a file of another product leaves open. */
export interface ForeignDefaults {
  /** App of the rules that name none. */
  readonly app?: string;
  /** dataId of the service, for resources that name none. */
  readonly service?: string;
}

/** Something of a file that Weft has no exact words for. */
export interface ForeignRemark {
  /** Which rule, as the file counts or names it. */
  readonly rule: string;
  /** `left out`: there is no rule for it. `changed`: there is one, and it does not do quite the same. */
  readonly kind: 'left out' | 'changed';
  /** In English. */
  readonly message: string;
  /** The same for other languages. */
  readonly said: Message;
}

export interface Translation {
  readonly format: ForeignFormat;
  readonly rules: readonly LimitRuleInput[];
  readonly remarks: readonly ForeignRemark[];
}

/** Why a rule has no counterpart; caught where the rules of a file are gone through. */
export class Untranslatable extends Error {
  readonly said: Message;

  constructor(said: Message) {
    super(messageText(said));
    this.said = said;
  }
}

/** What a place of the file holds, and what could be read there. */
export const expectedAt = (place: string, found: string, expected: Message | string): Untranslatable =>
  new Untranslatable(message('foreign.expected', { place, found, expected }));

export type Fields = Readonly<Record<string, unknown>>;
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as messages show it. */
export const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 100 ? text : `${text.slice(0, 99).toWellFormed()}…`;
};

/** Collects the rules of a file and what is to be said of them. */
export class Translator {
  readonly rules: LimitRuleInput[] = [];
  readonly remarks: ForeignRemark[] = [];
  readonly defaults: ForeignDefaults;
  readonly #names = new Map<string, number>();
  #rule = '';

  constructor(defaults: ForeignDefaults) {
    this.defaults = defaults;
  }

  /** Translates one rule: all of it or nothing. */
  take(rule: string, work: () => readonly LimitRuleInput[]): void {
    this.#rule = rule;
    const remarks = this.remarks.length;
    try {
      for (const made of work()) this.rules.push({ ...made, name: this.#free(made.app, made.name) });
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      this.remarks.length = remarks;
      this.remarks.push({ rule, kind: 'left out', message: error.message, said: error.said });
    }
  }

  /** Says that the rule at hand does not do quite the same. */
  changed(said: Message): void {
    this.remarks.push({ rule: this.#rule, kind: 'changed', message: messageText(said), said });
  }

  app(named: unknown): string {
    const app = typeof named === 'string' && named !== '' ? named : this.defaults.app;
    if (app === undefined) throw new Untranslatable(message('foreign.no-app'));
    return app;
  }

  #free(app: string, name: string): string {
    const clean = [...name].map((letter) => (letter < ' ' || letter === '\u007f' ? ' ' : letter)).join('');
    const base = clean.slice(0, 240).toWellFormed().trim() || 'imported';
    const key = `${app}\n${base}`;
    const number = (this.#names.get(key) ?? 0) + 1;
    this.#names.set(key, number);
    return number === 1 ? base : `${base} (${number})`;
  }
}
