import { DeleteOutlined, DownOutlined, PlusOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Flex, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { useFormScope } from './context.ts';
import type { ControlProps } from './control-props.ts';
import { KeyValues } from './key-values.tsx';
import {
  type FieldSchema,
  type FormObject,
  isAdvanced,
  type Path,
  pointerOf,
  textsOf,
  withDefaults,
} from './schema.ts';

interface RecordsEditorProps {
  /** Of what stands under each name. */
  readonly schema: FieldSchema;
  readonly path: Path;
  readonly value: Readonly<Record<string, FormObject>>;
  readonly label: string;
  /** A name that somebody could choose. */
  readonly example?: string | undefined;
  /** Draws the control of a field. */
  readonly cell: (props: ControlProps) => ReactNode;
}

interface Row {
  /** Of the row, whatever its name is. */
  readonly key: number;
  readonly name: string;
  readonly value: FormObject;
}

/** Objects under names of the user's choice, one below the other. Those without a name are kept on the screen only. */
export function RecordsEditor({ schema, path, value, label, example, cell }: RecordsEditorProps) {
  const { t } = useI18n();
  const scope = useFormScope();
  const [rows, setRows] = useState<readonly Row[]>(() =>
    Object.entries(value).map(([name, item], key) => ({ key, name, value: item })),
  );
  const set = (next: readonly Row[]): void => {
    setRows(next);
    const named = next.filter(({ name }) => name.trim() !== '');
    scope.change(path, Object.fromEntries(named.map((row) => [row.name, value[row.name] ?? row.value])));
  };
  const rename = (row: Row, name: string): void =>
    set(rows.map((other) => (other.key === row.key ? { ...row, name, value: value[row.name] ?? row.value } : other)));
  const add = (): void => {
    const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
    setRows([...rows, { key, name: '', value: withDefaults(schema, {}) as FormObject }]);
  };
  return (
    <div className="weft-rows">
      {rows.map((row, at) => (
        <fieldset key={row.key} className="weft-form-group">
          <Flex gap={8}>
            <Input
              className="weft-mono"
              aria-label={`${label} ${at + 1}: ${t('form.name')}`}
              placeholder={example === undefined ? t('form.name') : t('form.such-as', { example })}
              status={rows.some((other) => other.key < row.key && other.name === row.name) ? 'error' : ''}
              value={row.name}
              onChange={(event) => rename(row, event.target.value)}
            />
            <Button
              aria-label={`${label}: ${t('form.remove-row', { row: at + 1 })}`}
              icon={<DeleteOutlined />}
              onClick={() => set(rows.filter((other) => other.key !== row.key))}
            />
          </Flex>
          {row.name.trim() !== '' && (
            <RecordFields
              schema={schema}
              path={[...path, row.name]}
              value={value[row.name] ?? row.value}
              label={row.name}
              cell={cell}
            />
          )}
        </fieldset>
      ))}
      <Button
        type="dashed"
        size="small"
        aria-label={`${label}: ${t('form.add-row')}`}
        icon={<PlusOutlined />}
        onClick={add}
      >
        {t('form.add-row')}
      </Button>
    </div>
  );
}

type RecordFieldsProps = Omit<RecordsEditorProps, 'value'> & { readonly value: FormObject };

/** What stands under a name: fields side by side, those that are seldom needed behind "more"; or pairs of texts. */
function RecordFields({ schema, path, value, label, cell }: RecordFieldsProps) {
  const { t } = useI18n();
  const scope = useFormScope();
  const keys = Object.keys(schema.properties ?? {});
  const hidden = keys.filter((key) => isAdvanced(schema.properties?.[key] ?? {}));
  const used = hidden.some((key) => JSON.stringify(value[key]) !== JSON.stringify(schema.properties?.[key]?.default));
  const [unfolded, setOpen] = useState(used);
  const open = unfolded || hidden.some((key) => scope.showsProblem(pointerOf([...path, key])));
  if (schema.properties === undefined)
    return (
      <KeyValues
        value={value as Readonly<Record<string, string>>}
        onChange={(next) => scope.change(path, next)}
        label={label}
      />
    );
  const fields = (of: readonly string[]): ReactNode => (
    <div className="weft-record-fields">
      {of.map((key) => (
        <RecordField
          key={key}
          schema={schema.properties?.[key] ?? {}}
          path={[...path, key]}
          value={value[key]}
          cell={cell}
        />
      ))}
    </div>
  );
  return (
    <>
      {fields(keys.filter((key) => !hidden.includes(key)))}
      {hidden.length > 0 && (
        <Button
          type="link"
          size="small"
          aria-expanded={open}
          aria-label={`${label}: ${t(open ? 'form.less' : 'form.more')}`}
          icon={open ? <DownOutlined /> : <RightOutlined />}
          onClick={() => setOpen(!open)}
        >
          {t(open ? 'form.less' : 'form.more')}
        </Button>
      )}
      {open && fields(hidden)}
    </>
  );
}

function RecordField({
  schema,
  path,
  value,
  cell,
}: Omit<RecordFieldsProps, 'label' | 'value'> & { readonly value: unknown }) {
  const { language } = useI18n();
  const scope = useFormScope();
  const { title, description } = textsOf(schema, language, scope.direction);
  const problem = scope.shownProblem(path);
  const id = `${pointerOf(path)}-cell`;
  return (
    <div className="weft-cell" title={description}>
      <label className="weft-cell-label" htmlFor={id} id={`${id}-label`}>
        {title}
      </label>
      {cell({ schema, path, value, id, label: title, invalid: problem !== undefined })}
      {problem !== undefined && (
        <div className="weft-field-problem" role="alert" id={`${id}-problem`}>
          {problem}
        </div>
      )}
    </div>
  );
}
