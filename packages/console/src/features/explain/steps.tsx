import { CheckCircleFilled, CloseCircleOutlined, RightCircleOutlined } from '@ant-design/icons';
import { Tag } from 'antd';
import { isMessageKey, useI18n } from '../../i18n/index.ts';
import type { ExplainResult } from '../../services/proxies.ts';
import { InnerLink } from '../../ui/inner-link.tsx';

type Step = ExplainResult['steps'][number];

/** What was looked at, in order, in words. */
export function Steps({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <ol className="weft-steps">
      {steps.map((step, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one answer never change their order
        <li key={at}>
          <StepIcon matched={step.matched} />
          <StepBody step={step} />
        </li>
      ))}
    </ol>
  );
}

function StepIcon({ matched }: { readonly matched: boolean | null }) {
  const { t } = useI18n();
  if (matched === null) return <RightCircleOutlined className="weft-step-icon weft-muted" aria-hidden />;
  return matched ? (
    <CheckCircleFilled className="weft-step-icon weft-good" aria-label={t('explain.matched')} />
  ) : (
    <CloseCircleOutlined className="weft-step-icon weft-muted" aria-label={t('explain.not-matched')} />
  );
}

function StepBody({ step }: { readonly step: Step }) {
  const { t } = useI18n();
  const kind = `explain.kind-${step.kind}`;
  return (
    <div className="weft-step-body">
      <div>
        <Tag variant="outlined">{isMessageKey(kind) ? t(kind) : step.kind}</Tag>
        <strong>{step.title}</strong>{' '}
        {step.ruleDbId !== null && (
          <InnerLink to={`/rules/limit/${step.ruleDbId}`}>{t('explain.rule', { id: step.ruleDbId })}</InnerLink>
        )}
      </div>
      {step.detail !== '' && <div className="weft-muted">{step.detail}</div>}
      {step.conditions.length > 0 && (
        <ul className="weft-step-conditions">
          {step.conditions.map((condition) => (
            <li key={`${condition.left} ${condition.operator} ${condition.right}`}>
              <span className={condition.matched ? 'weft-good' : 'weft-bad'}>
                {t(condition.matched ? 'explain.matched' : 'explain.not-matched')}
              </span>
              : <code>{condition.left}</code> {condition.operator} <code>{condition.right}</code>,{' '}
              {t('explain.value-was', {
                value: condition.value === null || condition.value === '' ? t('explain.nothing') : condition.value,
              })}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
