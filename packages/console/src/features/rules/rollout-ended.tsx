import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import type { Rollout } from '../../services/rollouts.ts';
import type { Rule } from '../../services/rules.ts';
import { Guarded } from '../../ui/guarded.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { RolloutBegin } from './rollout-begin.tsx';
import { adviceAfter, haltOf, inForceAfter } from './rollout-end.ts';
import { HaltReason, RolloutHistory } from './rollout-history.tsx';
import { RolloutSteps } from './rollout-steps.tsx';
import { useRuleKind } from './use-rule-kind.ts';

/** A rollout that ended while somebody looked at it: how, why, what proxies have now, and what to do. */
export function RolloutEnded({ rule, rollout }: { readonly rule: Rule; readonly rollout: Rollout }) {
  const { t } = useI18n();
  const kind = useRuleKind();
  const [again, setAgain] = useState(false);
  const halted = haltOf(rollout) !== undefined;
  const advice = adviceAfter(rollout);
  return (
    <>
      <Alert
        type={halted ? 'error' : rollout.state === 'PROMOTED' ? 'success' : 'info'}
        showIcon
        className="weft-error"
        title={halted ? t('rollout.breach') : t(`rollout.state-${rollout.state}`)}
        description={
          <>
            <HaltReason rollout={rollout} />
            <div>{t(inForceAfter(rollout, rule.enabled))}</div>
            {advice !== null && <div>{t(advice)}</div>}
            {halted && (
              <InnerLink to={`${kind.address}/${rule.ruleDbId}`} className="weft-in-text">
                {t('rollout.edit')}
              </InnerLink>
            )}
          </>
        }
      />
      {(rule.enabled || again) && <RolloutBegin rule={rule} />}
      {!rule.enabled && !again && rollout.state === 'ABORTED' && (
        <Guarded needs={kind.needs('publish')}>
          <Button onClick={() => setAgain(true)}>{t('rollout.again')}</Button>
        </Guarded>
      )}
      <section className="weft-section">
        <h2 className="weft-section-title">{t('rollout.history')}</h2>
        <RolloutHistory rollout={rollout} />
      </section>
      <RolloutSteps rule={rule} rollout={rollout} />
    </>
  );
}
