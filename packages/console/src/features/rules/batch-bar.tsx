import { App, Button, Space } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { exportRules, type Rule, useRuleActions } from '../../services/rules.ts';
import { Guarded } from '../../ui/guarded.tsx';
import { useReport } from '../../ui/use-report.tsx';
import { saveRules } from './save-rules.ts';
import { useRuleKind } from './use-rule-kind.ts';

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
      const { items } = await batch.mutateAsync({ op, ids });
      modal.info({
        title: t('rules.batch-result'),
        content: (
          <ul>
            {items.map((item) => (
              <li key={item.id} className={item.ok ? undefined : 'weft-bad'}>
                {names.get(item.id) ?? item.id}: {item.ok ? t('ui.ok') : item.message}
              </li>
            ))}
          </ul>
        ),
      });
      onDone();
    } catch (error) {
      report.failed(error);
    }
  };
  const ask = (op: 'enable' | 'disable' | 'delete'): void => {
    modal.confirm({
      title: t('rules.batch-title', { what: t(`rules.batch-${op}`), count: ids.length }),
      content: <span className="weft-muted">{[...names.values()].join(', ')}</span>,
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
