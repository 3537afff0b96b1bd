import { Input, InputNumber, Radio, Select, Switch } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { ConditionEditor, type ConditionValue } from './condition-editor.tsx';
import { useFormScope } from './context.ts';
import type { ControlProps } from './control-props.ts';
import { KeyValues } from './key-values.tsx';
import { oneOrAll } from './one-or-all.ts';
import { type FormObject, valueLabel } from './schema.ts';
import { TableEditor } from './table-editor.tsx';

/** Units that stand behind a number. */
const SUFFIXES: Readonly<Record<string, string>> = { ms: 'ms', s: 's', percent: '%' };

/** The control of a field: by the widget hint, else by the type. */
export function Control(props: ControlProps) {
  const { schema, path, value, id, label, invalid } = props;
  const { language, t } = useI18n();
  const scope = useFormScope();
  const change = (next: unknown): void => scope.change(path, next);
  const leave = (): void => scope.leave(path);
  const status = invalid ? ('error' as const) : undefined;
  const described = {
    'aria-describedby': invalid ? `${id}-problem ${id}-help` : `${id}-help`,
    'aria-invalid': invalid,
  };
  switch (schema['x-weft-form']?.widget) {
    case 'conditions':
      return (
        <ConditionEditor
          schema={schema.items ?? {}}
          path={path}
          value={(value ?? []) as readonly ConditionValue[]}
          maxItems={schema.maxItems ?? 32}
        />
      );
    case 'table':
      return (
        <TableEditor
          cell={(of) => <Control {...of} />}
          schema={schema.items ?? {}}
          path={path}
          value={(value ?? []) as readonly FormObject[]}
          label={label}
        />
      );
    case 'key-values':
      return <KeyValues value={(value ?? {}) as Readonly<Record<string, string>>} onChange={change} label={label} />;
    case 'radio':
      return (
        <Radio.Group
          id={id}
          aria-labelledby={`${id}-label`}
          optionType="button"
          value={value}
          onChange={(event) => change(event.target.value)}
          options={(schema.enum ?? []).map((option) => ({
            value: String(option),
            label: valueLabel(schema, String(option), language),
          }))}
        />
      );
    case 'select-app':
      return (
        <SuggestedText
          {...props}
          suggestions={['*', ...scope.choices.apps]}
          freeText={scope.freeText}
          onLeave={leave}
        />
      );
    case 'select-service':
      return <SuggestedTags {...props} suggestions={['*', ...scope.choices.services]} onLeave={leave} />;
    case 'select-method':
      return <SuggestedTags {...props} suggestions={['*', ...scope.choices.methods]} onLeave={leave} />;
    case 'textarea':
      return (
        <Input.TextArea
          {...described}
          id={id}
          rows={2}
          status={status}
          value={(value as string | undefined) ?? ''}
          onChange={(event) => change(event.target.value)}
          onBlur={leave}
        />
      );
    default:
      break;
  }
  switch (schema.type) {
    case 'boolean':
      return <Switch id={id} aria-label={label} checked={value === true} onChange={change} />;
    case 'integer':
    case 'number':
      return (
        <InputNumber
          {...described}
          id={id}
          status={status}
          className="weft-number"
          value={value as number | undefined}
          step={schema.type === 'integer' || (schema.maximum ?? 0) >= 100 ? 1 : 0.1}
          suffix={SUFFIXES[schema['x-weft-unit'] ?? '']}
          onChange={(next) => change(next ?? undefined)}
          onBlur={leave}
        />
      );
    case 'array':
      return <SuggestedTags {...props} suggestions={[]} onLeave={leave} />;
    default:
      break;
  }
  if (schema.enum !== undefined) {
    return (
      <Select
        id={id}
        aria-label={label}
        value={value as string | undefined}
        onChange={change}
        options={schema.enum.map((option) => ({
          value: String(option),
          label: valueLabel(schema, String(option), language),
        }))}
      />
    );
  }
  return (
    <Input
      {...described}
      id={id}
      status={status}
      value={(value as string | undefined) ?? ''}
      placeholder={
        typeof schema.examples?.[0] === 'string' ? t('form.such-as', { example: schema.examples[0] }) : undefined
      }
      onChange={(event) => change(event.target.value)}
      onBlur={leave}
    />
  );
}

type SuggestedProps = ControlProps & { readonly suggestions: readonly string[]; readonly onLeave: () => void };

/** One text: chosen from what is known, or typed. */
function SuggestedText(props: SuggestedProps & { readonly freeText: boolean }) {
  const { t } = useI18n();
  const scope = useFormScope();
  const value = (props.value as string | undefined) ?? '';
  const set = (next: string | undefined): void => scope.change(props.path, next ?? '');
  const known = props.suggestions.includes(value);
  return (
    <>
      {props.freeText ? (
        <Input
          id={props.id}
          status={props.invalid ? 'error' : undefined}
          value={value}
          onChange={(event) => set(event.target.value)}
          onBlur={props.onLeave}
        />
      ) : (
        <Select
          id={props.id}
          aria-label={props.label}
          showSearch
          allowClear
          status={props.invalid ? 'error' : undefined}
          value={value === '' ? undefined : value}
          options={optionsOf(value === '' || known ? props.suggestions : [value, ...props.suggestions])}
          onChange={set}
          onBlur={props.onLeave}
        />
      )}
      {value !== '' && !known && !props.invalid && (
        <p className="weft-field-warning">{t('form.unknown-value', { value })}</p>
      )}
    </>
  );
}

/** Several texts: chosen from what is known, or typed and ended with Enter. */
function SuggestedTags(props: SuggestedProps) {
  const { t } = useI18n();
  const scope = useFormScope();
  const value = Array.isArray(props.value) ? props.value.map(String) : [];
  const numbers = props.schema.items?.type === 'integer' || props.schema.items?.type === 'number';
  /** Codes are typed as text and kept as numbers; what is none stays as it is, for the check to name. */
  const typed = (text: string): unknown => (numbers && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);
  const unknown = props.suggestions.length > 1 ? value.filter((item) => !props.suggestions.includes(item)) : [];
  return (
    <>
      <Select
        id={props.id}
        aria-label={props.label}
        mode="tags"
        status={props.invalid ? 'error' : undefined}
        value={value}
        tokenSeparators={['\n']}
        options={scope.freeText ? [] : optionsOf(props.suggestions)}
        onChange={(next: string[]) => scope.change(props.path, oneOrAll(next, value).map(typed))}
        onBlur={props.onLeave}
      />
      {unknown.length > 0 && !props.invalid && (
        <p className="weft-field-warning">{t('form.unknown-value', { value: unknown.join(', ') })}</p>
      )}
    </>
  );
}

function optionsOf(values: readonly string[]) {
  return [...new Set(values)].map((value) => ({ value, label: value === '*' ? '*' : value }));
}
