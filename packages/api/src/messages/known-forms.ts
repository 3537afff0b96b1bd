import { type Message, type MessageId, message } from './messages.ts';

/** A text that is known by its form. */
export interface Known {
  readonly id: MessageId;
  readonly form: RegExp;
  readonly names: readonly string[];
  /** Letters that are no parameter: of two forms that fit, the one that says more is meant. */
  readonly literal: number;
}

/** The forms of templates whose id begins with `prefix`, those that say most first. */
export const knownForms = (templates: Readonly<Record<string, string>>, prefix: string): readonly Known[] =>
  (Object.entries(templates) as [MessageId, string][])
    .filter(([id]) => id.startsWith(prefix))
    .map(([id, template]) => {
      const parts = template.split(/\{(\w+)\}/);
      const names = parts.filter((_, index) => index % 2 === 1);
      const form = parts.map((part, index) => (index % 2 === 1 ? '(.+)' : escaped(part))).join('');
      return { id, names, form: new RegExp(`^${form}$`, 's'), literal: template.length - names.join('{}').length };
    })
    .sort((a, b) => b.literal - a.literal);

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}/]/g, '\\$&');

/** The message of a text, or the text itself where no form fits. */
export function meant(text: string, known: readonly Known[]): Message | string {
  for (const { id, form, names } of known) {
    const match = form.exec(text);
    if (match !== null) return message(id, Object.fromEntries(names.map((name, i) => [name, match[i + 1] ?? ''])));
  }
  return text;
}
