import { App } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type LimitRule, useRuleActions } from '../../services/limit-rules.ts';
import { limitInWords } from '../../ui/limit-text.ts';
import { useReport } from '../../ui/use-report.tsx';

/** Asks before a rule is switched, and says what switching does. */
export function useRuleSwitch() {
  const { t, format } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const { setEnabled } = useRuleActions();
  const [busyId, setBusyId] = useState<number | null>(null);

  const act = async (rule: LimitRule, enabled: boolean): Promise<void> => {
    setBusyId(rule.ruleDbId);
    try {
      await setEnabled.mutateAsync({ id: rule.ruleDbId, enabled });
      report.done(t(enabled ? 'rules.enabled' : 'rules.disabled', { name: rule.name }));
    } catch (error) {
      report.failed(error);
    } finally {
      setBusyId(null);
    }
  };

  const ask = (rule: LimitRule, enabled: boolean): void => {
    const limit = limitInWords(rule.spec, t, format);
    modal.confirm({
      title: t(enabled ? 'rules.enable-title' : 'rules.disable-title', { name: rule.name }),
      content: enabled ? (
        <>
          <p>{t('rules.enable-hint', { app: rule.app, limit })}</p>
          {rule.mode === 'OBSERVE' && <p>{t('rules.enable-observe')}</p>}
          {rule.warnings.map((warning) => (
            <p key={warning} className="weft-warning">
              {warning}
            </p>
          ))}
        </>
      ) : (
        t('rules.disable-hint')
      ),
      okText: t('ui.ok'),
      onOk: () => act(rule, enabled),
    });
  };
  return { ask, busyId };
}
