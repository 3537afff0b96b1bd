import { Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { FieldChange } from '../../services/limit-rules.ts';

/** Fields that differ, with both values. */
export function DiffTable({ changes, empty }: { readonly changes: readonly FieldChange[]; readonly empty: string }) {
  const { t } = useI18n();
  if (changes.length === 0) return <p className="weft-muted">{empty}</p>;
  return (
    <Table<FieldChange>
      size="small"
      rowKey={(row) => row.path}
      dataSource={[...changes]}
      pagination={false}
      columns={[
        { key: 'path', title: t('rule.field'), render: (_, row) => <code>{row.path}</code> },
        {
          key: 'before',
          title: t('rule.before'),
          render: (_, row) => <del className="weft-diff">{shown(row.before)}</del>,
        },
        {
          key: 'after',
          title: t('rule.after'),
          render: (_, row) => <ins className="weft-diff">{shown(row.after)}</ins>,
        },
      ]}
    />
  );
}

function shown(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
