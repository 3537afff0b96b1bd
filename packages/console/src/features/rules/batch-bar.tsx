import { App, Button, Space } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { exportRules, type Rule, useRuleActions } from '../../services/rules.ts';
import { showBatchResult } from '../../ui/batch-result.tsx';
import { Guarded } from '../../ui/guarded.tsx';
import { useReport } from '../../ui/use-report.tsx';
import { saveRules } from './save-rules.ts';
import { useRuleKind } from './use-rule-kind.ts';

/** What an action does to each of the rules, before it does it. */
function Touched({ rules, op }: { readonly rules: readonly Rule[]; readonly op: BatchOp }) {
  const { t, format } = useI18n();
  const becomes = (rule: Rule): string => {
    if (op === 'delete') return t(rule.enabled ? 'batch.deleted-on' : 'batch.deleted');
    if (rule.enabled === (op === 'enable')) return t('batch.same');
    return t(op === 'enable' ? 'batch.begins' : 'batch.ends', { count: rule.push.target });
  };
  return (
    <ul className="weft-batch-result">
      {rules.map((rule) => (
        <li key={rule.ruleDbId}>
          {rule.name} <span className="weft-muted">{rule.app}</span>
          <div className="weft-muted weft-small">
            {becomes(rule)} {rule.hits5m > 0 && t('batch.hits', { count: format.integer(rule.hits5m) })}
          </div>
        </li>
      ))}
    </ul>
  );
}

type BatchOp = 'enable' | 'disable' | 'delete';

/** Takes the place of the filters while rules are selected: the question names them, the answer has a line for each. */
export function BatchBar({ selected, onDone }: { readonly selected: readonly Rule[]; readonly onDone: () => void }) {
  const { t } = useI18n();
  const { modal } = App.useApp();
  const report = useReport();
  const kind = useRuleKind();
  const { batch } = useRuleActions(kind.segment);
  const ids = selected.map((rule) => rule.ruleDbId);
  const names = new Map(selected.map((rule) => [rule.ruleDbId, rule.name]));

  const act = async (op: 'enable' | 'disable' | 'delete'): Promise<void> => {
    try {
      const { items } = await batch.mutateAsync({ op, rules: selected });
      showBatchResult(modal, t, items, (id) => names.get(Number(id)) ?? String(id));
      onDone();
    } catch (error) {
      report.failed(error);
    }
  };
  const ask = (op: 'enable' | 'disable' | 'delete'): void => {
    modal.confirm({
      title: t('rules.batch-title', { what: t(`rules.batch-${op}`), count: ids.length }),
      width: 560,
      content: <Touched rules={selected} op={op} />,
      okText: t(`rules.batch-${op}`),
      okButtonProps: { danger: op === 'delete' },
      onOk: () => act(op),
    });
  };
  return (
    <Space wrap>
      <strong>{t('rules.selected', { count: ids.length })}</strong>
      {(['enable', 'disable', 'delete'] as const).map((op) => (
        <Guarded key={op} needs={kind.needs('publish')}>
          <Button danger={op === 'delete'} onClick={() => ask(op)}>
            {t(`rules.batch-${op}`)}
          </Button>
        </Guarded>
      ))}
      <Button
        onClick={() => void exportRules(kind.segment, ids).then((file) => saveRules(file, kind.segment), report.failed)}
      >
        {t('rules.batch-export')}
      </Button>
      <Button type="text" onClick={onDone}>
        {t('ui.cancel')}
      </Button>
    </Space>
  );
}
