import { gapBehind, useI18n } from '../../i18n/index.ts';
import type { Rule } from '../../services/rules.ts';
import { InnerLink } from '../../ui/inner-link.tsx';
import { RolloutForm } from './rollout-form.tsx';
import { useRuleKind } from './use-rule-kind.ts';

/** How a rollout of a rule begins: a form for one that is off, the way to the editor for one that is on. */
export function RolloutBegin({ rule }: { readonly rule: Rule }) {
  const { t } = useI18n();
  const kind = useRuleKind();
  if (!rule.enabled) return <RolloutForm rule={rule} content={null} onStarted={() => {}} />;
  const how = t('rollout.on-already', { button: t('rollout.first') });
  return (
    <p>
      {how}
      {gapBehind(how)}
      <InnerLink to={`${kind.address}/${rule.ruleDbId}`} className="weft-in-text">
        {t('rollout.edit')}
      </InnerLink>
    </p>
  );
}
