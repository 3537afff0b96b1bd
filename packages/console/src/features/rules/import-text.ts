import type { Translate } from '../../i18n/index.ts';

/** What became of the rules of a file that was taken. */
export function importText(items: readonly { readonly action: string }[], t: Translate): string {
  const countOf = (...actions: readonly string[]): number =>
    items.filter(({ action }) => actions.includes(action)).length;
  const [taken, unchanged, skipped] = [countOf('create', 'update'), countOf('unchanged'), countOf('skip')];
  const left = unchanged === 0 ? '' : t('rules.import-left', { count: unchanged });
  const passed = skipped === 0 ? '' : t('rules.import-passed', { count: skipped });
  const rest = left !== '' && passed !== '' ? t('rules.import-both', { left, passed }) : left || passed;
  if (rest !== '' && taken === 0) return t('rules.import-nothing', { rest });
  const done = t('rules.import-done', { count: taken });
  return rest === '' ? done : t('rules.import-beside', { done, rest });
}
