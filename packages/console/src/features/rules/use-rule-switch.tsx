import { App } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type Rule, useRuleActions } from '../../services/rules.ts';
import { serverTexts } from '../../ui/server-text.ts';
import { useReport } from '../../ui/use-report.tsx';
import { useRuleKind } from './use-rule-kind.ts';

/** Types that count at each instance: what all of them let through together is seldom what was meant. */
const COUNTING: ReadonlySet<string> = new Set(['limit', 'fuse', 'hijack']);

/** Asks before a rule is switched, and says what switching does. */
export function useRuleSwitch() {
  const { t, language } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const kind = useRuleKind();
  const { setEnabled } = useRuleActions(kind.segment);
  const [busyId, setBusyId] = useState<number | null>(null);

  const act = async (rule: Rule, enabled: boolean): Promise<void> => {
    setBusyId(rule.ruleDbId);
    try {
      await setEnabled.mutateAsync({ rule, enabled });
      report.done(t(enabled ? 'rules.enabled' : 'rules.disabled', { name: rule.name }));
    } catch (error) {
      report.failed(error);
    } finally {
      setBusyId(null);
    }
  };

  const ask = (rule: Rule, enabled: boolean): void => {
    modal.confirm({
      title: t(enabled ? 'rules.enable-title' : 'rules.disable-title', { name: rule.name }),
      content: enabled ? (
        <>
          <p>{t('rules.enable-hint', { app: rule.app, what: kind.inWords(rule.spec) })}</p>
          {COUNTING.has(kind.segment) && <p>{t('rules.enable-each')}</p>}
          {rule.mode === 'OBSERVE' && <p>{t('rules.enable-observe')}</p>}
          {serverTexts(rule.warnings, rule.warningMessages, language).map((warning) => (
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
