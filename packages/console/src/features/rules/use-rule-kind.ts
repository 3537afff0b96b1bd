import { useParams } from '@tanstack/react-router';
import { useI18n } from '../../i18n/index.ts';
import type { PermissionPoint } from '../../services/session.ts';
import { kindOf, kindText, type RuleKind, ruleInWords, type Words } from '../../ui/rule-kinds/index.ts';

interface KindOfPage extends RuleKind {
  /** Address of the list. */
  readonly address: string;
  readonly text: (part: 'title' | 'subtitle' | 'add' | 'summary') => string;
  /** What a rule of the type does, in a few words. */
  readonly inWords: (spec: object) => string;
  readonly needs: (action: 'read' | 'write' | 'publish') => PermissionPoint;
}

/** The type of rules that the address names; the route lets only known ones through. */
export function useRuleKind(): KindOfPage {
  const { type } = useParams({ strict: false }) as { type?: string };
  const { t, format, language } = useI18n();
  const kind = kindOf(type ?? '');
  if (kind === undefined) throw new Error(`there is no type of rules "${type}"`);
  const words: Words = { t, format, language };
  return {
    ...kind,
    address: `/rules/${kind.segment}`,
    text: (part) => kindText(kind, part, words),
    inWords: (spec) => ruleInWords(kind, spec, words),
    needs: (action) => `mesh:rule-${kind.segment}:${action}`,
  };
}
