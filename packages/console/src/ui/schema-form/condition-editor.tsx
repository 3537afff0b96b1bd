import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { regexProblem, SYSTEM_FIELD_LABELS, SYSTEM_FIELDS } from '@weft/api/rules';
import { AutoComplete, Button, Flex, Input, Select } from 'antd';
import { useState } from 'react';
import { type Language, useI18n } from '../../i18n/index.ts';
import { useFormScope } from './context.ts';
import { exampleOf, SYSTEM_EXAMPLES } from './example.ts';
import { type FieldSchema, type Path, valueLabel } from './schema.ts';

export interface ConditionValue {
  readonly type?: string;
  readonly field?: string;
  readonly operation?: string;
  readonly value?: readonly string[];
}

interface ConditionEditorProps {
  readonly schema: FieldSchema;
  readonly path: Path;
  readonly value: readonly ConditionValue[];
  readonly maxItems: number;
}

/** The kinds that the usual rules need come first, the others are below "more". */
const USUAL: readonly string[] = ['SYSTEM', 'HEADER'];
const SEVERAL: readonly string[] = ['IN', 'NOT_IN'];

/** Conditions as rows, ANDed in their order: kind, field, operator, values. */
export function ConditionEditor({ schema, path, value, maxItems }: ConditionEditorProps) {
  const { t } = useI18n();
  const scope = useFormScope();
  const set = (next: readonly ConditionValue[]): void => scope.change(path, next);
  const move = (from: number, to: number): void => {
    const next = [...value];
    next.splice(to, 0, ...next.splice(from, 1));
    set(next);
  };
  return (
    <div className="weft-conditions">
      {value.map((condition, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other name than their place
        <div key={at} className="weft-condition">
          <span className="weft-condition-and">{at === 0 ? t('condition.if') : t('condition.and')}</span>
          <ConditionRow schema={schema} path={[...path, at]} value={condition} place={at + 1} />
          <Flex>
            <Button
              type="text"
              aria-label={t('condition.up', { row: at + 1 })}
              icon={<ArrowUpOutlined />}
              disabled={at === 0}
              onClick={() => move(at, at - 1)}
            />
            <Button
              type="text"
              aria-label={t('condition.down', { row: at + 1 })}
              icon={<ArrowDownOutlined />}
              disabled={at === value.length - 1}
              onClick={() => move(at, at + 1)}
            />
            <Button
              type="text"
              aria-label={t('condition.remove', { row: at + 1 })}
              icon={<DeleteOutlined />}
              onClick={() => set(value.filter((_, i) => i !== at))}
            />
          </Flex>
        </div>
      ))}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        disabled={value.length >= maxItems}
        onClick={() => set([...value, { type: 'SYSTEM', field: 'source.app.name', operation: 'EQUAL', value: [''] }])}
      >
        {t('condition.add')}
      </Button>
    </div>
  );
}

interface ConditionRowProps {
  readonly schema: FieldSchema;
  readonly path: Path;
  readonly value: ConditionValue;
  readonly place: number;
}

function ConditionRow({ schema, path, value, place }: ConditionRowProps) {
  const { t, language } = useI18n();
  const scope = useFormScope();
  const type = value.type ?? 'SYSTEM';
  const operation = value.operation ?? 'EQUAL';
  const values = value.value ?? [];
  const set = (patch: ConditionValue): void => scope.change(path, { ...value, ...patch });
  const name = (part: string): string => t('condition.part', { row: place, part });
  const types = schema.properties?.['type'] ?? {};
  const operations = schema.properties?.['operation'] ?? {};
  const option = (of: FieldSchema) => (key: unknown) => ({
    value: String(key),
    label: valueLabel(of, String(key), language),
  });
  const example = exampleOfValue(schema, { type, operation, field: value.field ?? '' }, language);
  const hint = example === undefined ? '' : t('form.such-as', { example });
  const fieldProblem = scope.shownProblem([...path, 'field']);
  const valueProblem = scope.shownProblem([...path, 'value']);
  return (
    <div className="weft-condition-body">
      <div className="weft-condition-parts">
        <Select
          aria-label={name(t('condition.kind'))}
          className="weft-condition-kind"
          value={type}
          options={[
            ...(types.enum ?? []).filter((key) => USUAL.includes(String(key))).map(option(types)),
            {
              label: t('condition.more-kinds'),
              options: (types.enum ?? []).filter((key) => !USUAL.includes(String(key))).map(option(types)),
            },
          ]}
          onChange={(next) =>
            set({ type: next, field: next === 'SYSTEM' ? 'source.app.name' : type === 'SYSTEM' ? '' : value.field })
          }
        />
        {type === 'SYSTEM' ? (
          <Select
            aria-label={name(t('condition.field'))}
            className="weft-condition-field"
            value={value.field}
            popupMatchSelectWidth={false}
            options={SYSTEM_FIELDS.map((field) => ({ value: field, label: SYSTEM_FIELD_LABELS[field][language] }))}
            onChange={(field) => set({ field })}
          />
        ) : (
          <AutoComplete
            aria-label={name(t('condition.field'))}
            className="weft-condition-field"
            placeholder={t('form.such-as', { example: 'user' })}
            value={value.field ?? ''}
            status={fieldProblem === undefined ? '' : 'error'}
            options={scope.choices.headers.map((header) => ({ value: header }))}
            onChange={(field: string) => set({ field })}
            onBlur={() => scope.leave([...path, 'field'])}
          />
        )}
        <Select
          aria-label={name(t('condition.operator'))}
          className="weft-condition-operator"
          value={operation}
          options={(operations.enum ?? []).map(option(operations))}
          onChange={(next) =>
            set({
              operation: next,
              value: SEVERAL.includes(next) ? values.filter((item) => item !== '') : [values[0] ?? ''],
            })
          }
        />
        {SEVERAL.includes(operation) ? (
          <Select
            aria-label={name(t('condition.values'))}
            className="weft-condition-value"
            mode="tags"
            open={false}
            suffixIcon={null}
            tokenSeparators={[',', '\n']}
            placeholder={[hint, t('condition.values-hint')].filter((part) => part !== '').join('; ')}
            status={valueProblem === undefined ? '' : 'error'}
            value={[...values]}
            onChange={(next: string[]) => set({ value: next })}
            onBlur={() => scope.leave([...path, 'value'])}
          />
        ) : (
          <Input
            aria-label={name(t('condition.value'))}
            className="weft-condition-value"
            status={valueProblem === undefined ? '' : 'error'}
            placeholder={hint}
            value={values[0] ?? ''}
            onChange={(event) => set({ value: [event.target.value] })}
            onBlur={() => scope.leave([...path, 'value'])}
          />
        )}
      </div>
      {fieldProblem !== undefined && <ConditionProblem text={fieldProblem} />}
      {type !== 'SYSTEM' && values[0] === '' && operation !== 'REGEX' && (
        <p className="weft-field-warning">{t('condition.empty-value')}</p>
      )}
      {operation === 'REGEX' && valueProblem !== t('form.required') ? (
        <RegexTrial source={values[0] ?? ''} place={place} />
      ) : (
        valueProblem !== undefined && <ConditionProblem text={valueProblem} />
      )}
    </div>
  );
}

function exampleOfValue(
  schema: FieldSchema,
  { type, operation, field }: Required<Omit<ConditionValue, 'value'>>,
  language: Language,
): string | undefined {
  if (operation === 'REGEX') return '^v\\d+$';
  return type === 'SYSTEM' ? SYSTEM_EXAMPLES[field] : exampleOf(schema.properties?.['value'] ?? {}, language);
}

function ConditionProblem({ text }: { readonly text: string }) {
  return (
    <div className="weft-field-problem" role="alert">
      {text}
    </div>
  );
}

/** Says while typing whether an expression is one that proxies take, and what it does with a sample. */
function RegexTrial({ source, place }: { readonly source: string; readonly place: number }) {
  const { t } = useI18n();
  const [sample, setSample] = useState('');
  const problem = regexProblem(source);
  if (problem !== null) return <ConditionProblem text={t('form.bad-regex', { problem: problem.message })} />;
  const found = new RegExp(source).test(sample);
  return (
    <div className="weft-regex-trial">
      <Input
        size="small"
        aria-label={t('condition.part', { row: place, part: t('condition.sample') })}
        placeholder={t('condition.sample')}
        value={sample}
        onChange={(event) => setSample(event.target.value)}
      />
      <span role="status" className={found ? 'weft-good' : 'weft-muted'}>
        {sample === '' ? t('condition.regex-fine') : t(found ? 'condition.matches' : 'condition.no-match')}
      </span>
    </div>
  );
}
