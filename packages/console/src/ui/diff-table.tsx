import { Table } from 'antd';
import { useI18n } from '../i18n/index.ts';
import type { FieldChange } from '../services/rules.ts';
import { type FieldSchema, labelsOf, pathInWords } from './schema-form/index.ts';
import { valueInWords } from './value-in-words.ts';

interface DiffTableProps {
  /** Of what the changes are in. */
  readonly schema: FieldSchema;
  readonly changes: readonly FieldChange[];
  readonly empty: string;
  readonly direction: 'SERVER' | 'CLIENT';
}

/** Fields that differ, with both values. */
export function DiffTable({ schema, changes, empty, direction }: DiffTableProps) {
  const { t, language } = useI18n();
  const labels = new Map<string | boolean, string>([
    ...labelsOf(schema, language),
    [true, t('rules.on')],
    [false, t('rules.off')],
  ]);
  if (changes.length === 0) return <p className="weft-muted">{empty}</p>;
  return (
    <Table<FieldChange>
      size="small"
      rowKey={(row) => row.path}
      dataSource={[...changes]}
      pagination={false}
      columns={[
        {
          key: 'path',
          title: t('rule.field'),
          render: (_, row) => <span title={row.path}>{pathInWords(schema, row.path, language, direction)}</span>,
        },
        {
          key: 'before',
          title: t('rule.before'),
          render: (_, row) => <del className="weft-diff">{valueInWords(row.before, labels)}</del>,
        },
        {
          key: 'after',
          title: t('rule.after'),
          render: (_, row) => <ins className="weft-diff">{valueInWords(row.after, labels)}</ins>,
        },
      ]}
    />
  );
}
