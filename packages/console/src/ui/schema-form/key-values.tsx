import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Space } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';

type Rows = readonly (readonly [name: string, value: string])[];

/** Pairs of texts. Rows without a name are kept on the screen only. */
export function KeyValues(props: {
  readonly value: Readonly<Record<string, string>>;
  readonly onChange: (value: Record<string, string>) => void;
  readonly label: string;
  readonly example?: readonly [name: string, value: unknown] | undefined;
}) {
  const { t } = useI18n();
  const [name, value] = props.example ?? [];
  const hints = {
    name: name === undefined ? t('form.name') : t('form.such-as', { example: name }),
    value: typeof value === 'string' ? t('form.such-as', { example: value }) : t('form.value'),
  };
  const [rows, setRows] = useState<Rows>(() => Object.entries(props.value));
  const set = (next: Rows): void => {
    setRows(next);
    props.onChange(Object.fromEntries(next.filter(([name]) => name.trim() !== '')));
  };
  const change = (at: number, name: string, value: string): void =>
    set(rows.map((row, i) => (i === at ? ([name, value] as const) : row)));
  return (
    <div className="weft-rows">
      {rows.map(([name, value], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name; a name that is typed must not lose the focus
        <Space.Compact key={at} block>
          <Input
            aria-label={`${props.label} ${at + 1}: ${t('form.name')}`}
            placeholder={hints.name}
            value={name}
            onChange={(event) => change(at, event.target.value, value)}
          />
          <Input
            aria-label={`${props.label} ${at + 1}: ${t('form.value')}`}
            placeholder={hints.value}
            value={value}
            onChange={(event) => change(at, name, event.target.value)}
          />
          <Button
            aria-label={t('form.remove-row', { row: at + 1 })}
            icon={<DeleteOutlined />}
            onClick={() => set(rows.filter((_, i) => i !== at))}
          />
        </Space.Compact>
      ))}
      <Button
        type="dashed"
        size="small"
        aria-label={`${props.label}: ${t('form.add-row')}`}
        icon={<PlusOutlined />}
        onClick={() => setRows([...rows, ['', '']])}
      >
        {t('form.add-row')}
      </Button>
    </div>
  );
}
