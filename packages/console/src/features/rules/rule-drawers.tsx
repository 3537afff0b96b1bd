import { Drawer } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useRule } from '../../services/rules.ts';
import { choiceOf, numberOf, useView } from '../../ui/url-state.ts';
import { DraftPanel } from './draft-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { HitsPanel } from './hits-panel.tsx';
import { PushPanel } from './push-panel.tsx';
import { RolloutPanel } from './rollout-panel.tsx';
import { useRuleKind } from './use-rule-kind.ts';
import { WhyPanel } from './why-panel.tsx';

/** The drawers of a rule; which one is open stands in the address. */
export function RuleDrawers() {
  const { t } = useI18n();
  const { segment } = useRuleKind();
  const [view, setView] = useView();
  const kind = choiceOf(view, 'drawer', ['push', 'history', 'hits', 'rollout', 'why', 'draft']);
  const id = numberOf(view, 'rule', 0);
  const rule = useRule(segment, kind === undefined || id === 0 ? null : id).data;
  const name = rule?.name ?? `#${id}`;
  const title = kind === undefined ? '' : t(`${kind}.title`, { name });
  return (
    <Drawer
      open={kind !== undefined && id !== 0}
      title={title}
      aria-label={title}
      size={760}
      destroyOnHidden
      onClose={() => setView({ drawer: undefined, rule: undefined, from: undefined, to: undefined })}
    >
      {kind === 'push' && <PushPanel id={id} off={rule !== undefined && !rule.enabled && rule.rollout === null} />}
      {kind === 'history' && (
        <HistoryPanel id={id} name={name} current={rule?.version ?? 0} direction={rule?.direction ?? 'SERVER'} />
      )}
      {kind === 'hits' && <HitsPanel id={id} spec={rule?.spec ?? {}} />}
      {kind === 'why' && <WhyPanel id={id} />}
      {kind === 'draft' && rule !== undefined && <DraftPanel rule={rule} />}
      {kind === 'rollout' && rule !== undefined && <RolloutPanel rule={rule} />}
    </Drawer>
  );
}
