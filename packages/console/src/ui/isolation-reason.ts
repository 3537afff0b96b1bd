import type { MessageKey, Translate } from '../i18n/index.ts';

/** Why an instance that fails is not left out, as the control plane and the proxy say it, and in the words of the reader. */
const REASONS: readonly (readonly [form: RegExp, key: MessageKey])[] = [
  [/^it has asked$/, 'isolation.asked'],
  [/^no answer from the control plane$/, 'isolation.no-answer'],
  [/^it publishes no such service$/, 'isolation.not-published'],
  [/^it is the last one that callers can use$/, 'isolation.last'],
  [/^the registry has just started, and does not know yet who is there$/, 'isolation.rebuilding'],
  [/^rule (?<rule>\d+) is not in force here$/, 'isolation.not-in-force'],
  [/^(?<out>\d+) of at most (?<most>\d+) instances of (?<app>\S+) are isolated$/, 'isolation.most'],
  [/^of (?<all>\d+) instances at most (?<most>\d+) may be isolated, (?<out>\d+) are$/, 'isolation.share'],
];

/** A reason of a newer release stays as it is. */
export function isolationReason(reason: string, t: Translate): string {
  for (const [form, key] of REASONS) {
    const found = form.exec(reason);
    if (found !== null) return t(key, { ...found.groups });
  }
  return reason;
}
