import { MoreOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Dropdown, Space } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { exportRules, type Rule, useRuleActions } from '../../services/rules.ts';
import { useCan } from '../../services/session.ts';
import { Guarded } from '../../ui/guarded.tsx';
import { useView } from '../../ui/url-state.ts';
import { useReport } from '../../ui/use-report.tsx';
import { saveRules } from './save-rules.ts';
import { useRuleKind } from './use-rule-kind.ts';

export function RowActions({ rule }: { readonly rule: Rule }) {
  const { t } = useI18n();
  const { modal } = App.useApp();
  const can = useCan();
  const report = useReport();
  const kind = useRuleKind();
  const navigate = useNavigate();
  const [, setView] = useView();
  const { remove, retryPush } = useRuleActions(kind.segment);
  /** An entry that needs a point: disabled without it, and hovering says which. */
  const permitted = (action: 'write' | 'publish') =>
    can(kind.needs(action))
      ? {}
      : { disabled: true, title: t('ui.missing-permission', { permission: kind.needs(action) }) };

  const confirmDelete = (): void => {
    modal.confirm({
      title: t('rules.delete-title', { name: rule.name }),
      content: t('rules.delete-hint'),
      okText: t('rules.delete'),
      okButtonProps: { danger: true },
      onOk: () =>
        remove.mutateAsync(rule.ruleDbId).then(
          () => report.done(t('rules.deleted', { name: rule.name })),
          (error: unknown) => report.failed(error),
        ),
    });
  };
  const actions: Readonly<Record<string, () => void>> = {
    copy: () => void navigate({ to: `${kind.address}/new` as never, search: { copy: rule.ruleDbId } as never }),
    push: () => setView({ drawer: 'push', rule: rule.ruleDbId }, 'push'),
    history: () => setView({ drawer: 'history', rule: rule.ruleDbId }, 'push'),
    why: () => setView({ drawer: 'why', rule: rule.ruleDbId }, 'push'),
    draft: () => setView({ drawer: 'draft', rule: rule.ruleDbId }, 'push'),
    rollout: () => setView({ drawer: 'rollout', rule: rule.ruleDbId }, 'push'),
    hits: () => setView({ drawer: 'hits', rule: rule.ruleDbId }, 'push'),
    retry: () =>
      void retryPush.mutateAsync(rule.ruleDbId).then(
        () => report.done(t('rules.push-retried')),
        (error: unknown) => report.failed(error),
      ),
    export: () =>
      void exportRules(kind.segment, [rule.ruleDbId]).then(
        (file) => saveRules(file, kind.segment, rule.name),
        report.failed,
      ),
    delete: confirmDelete,
  };
  return (
    <Space size={4}>
      <Guarded needs={kind.needs('write')}>
        <Button
          type="link"
          size="small"
          className="weft-cell-button"
          onClick={() => void navigate({ to: `${kind.address}/${rule.ruleDbId}` as never })}
        >
          {t('rules.edit')}
        </Button>
      </Guarded>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'push', label: t('rules.push-detail') },
            { key: 'history', label: t('rules.history') },
            { key: 'hits', label: t('rules.hits-detail') },
            { key: 'why', label: t('why.open') },
            ...(rule.draft == null ? [] : [{ key: 'draft', label: t('draft.open') }]),
            { key: 'rollout', label: t('rollout.open') },
            { type: 'divider' },
            { key: 'copy', label: t('rules.copy'), ...permitted('write') },
            { key: 'export', label: t('rules.export-one') },
            { key: 'retry', label: t('rules.retry-push'), ...permitted('publish') },
            { type: 'divider' },
            { key: 'delete', label: t('rules.delete'), danger: true, ...permitted('write') },
          ],
          onClick: ({ key }) => actions[key]?.(),
        }}
      >
        <Button type="text" size="small" icon={<MoreOutlined />} aria-label={t('rules.more', { name: rule.name })} />
      </Dropdown>
    </Space>
  );
}
