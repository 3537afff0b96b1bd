import { Input, InputNumber, Radio, Select, Switch } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { ConditionEditor, type ConditionValue } from './condition-editor.tsx';
import { useFormScope } from './context.ts';
import type { ControlProps } from './control-props.ts';
import { DidYouMean } from './did-you-mean.tsx';
import { exampleOf, examplePair } from './example.ts';
import { KeyValues } from './key-values.tsx';
import { RecordsEditor } from './records-editor.tsx';
import { type FormObject, pointerOf, recordOf, stepOf, suffixOf, valueLabel } from './schema.ts';
import { SuggestedTags } from './suggested-tags.tsx';
import { TableEditor } from './table-editor.tsx';

/** The control of a field: by the widget hint, else by the type. */
export function Control(props: ControlProps) {
  const { schema, path, value, id, label, invalid } = props;
  const { language, t } = useI18n();
  const scope = useFormScope();
  const change = (next: unknown): void => scope.change(path, next);
  const leave = (): void => scope.leave(path);
  const status = invalid ? ('error' as const) : undefined;
  const example = exampleOf(schema, language);
  const placeholder = example === undefined ? undefined : t('form.such-as', { example });
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
    case 'records':
      return (
        <RecordsEditor
          cell={(of) => <Control {...of} />}
          schema={recordOf(schema) ?? {}}
          path={path}
          value={(value ?? {}) as Readonly<Record<string, FormObject>>}
          label={label}
          example={examplePair(schema)?.[0]}
        />
      );
    case 'key-values':
      return (
        <KeyValues
          value={(value ?? {}) as Readonly<Record<string, string>>}
          onChange={change}
          label={label}
          example={examplePair(schema)}
        />
      );
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
          meant={[['*', ...scope.choices.apps]]}
          freeText={scope.freeText}
          onLeave={leave}
        />
      );
    case 'select-service':
      // One service, as the target of a copy is, or several.
      if (schema.type === 'string')
        return (
          <SuggestedText
            {...props}
            suggestions={scope.choices.everyService}
            meant={[scope.choices.everyService]}
            freeText={scope.freeText}
            onLeave={leave}
          />
        );
      return (
        <SuggestedTags
          {...props}
          suggestions={['*', ...scope.choices.services]}
          meant={[['*', ...scope.choices.services], scope.choices.everyService]}
          onLeave={leave}
          allLabel={t('form.all-services')}
          allWarning={t('form.all-services-warning')}
        />
      );
    case 'select-method':
      return (
        <SuggestedTags
          {...props}
          suggestions={['*', ...scope.choices.methods]}
          patterns
          onLeave={leave}
          allLabel={t('form.all-methods')}
        />
      );
    case 'textarea':
      return (
        <Input.TextArea
          {...described}
          id={id}
          rows={2}
          status={status}
          placeholder={placeholder}
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
    case 'number': {
      const range = scope.ranges.get(pointerOf(path));
      return (
        <InputNumber
          {...described}
          id={id}
          status={status}
          className="weft-number"
          placeholder={placeholder}
          value={value as number | undefined}
          step={stepOf(schema, range)}
          suffix={suffixOf(range?.unit ?? schema['x-weft-unit'])}
          onChange={(next) => change(next ?? undefined)}
          onBlur={leave}
        />
      );
    }
    case 'array':
      return <SuggestedTags {...props} suggestions={[]} onLeave={leave} allLabel={t('ui.all')} />;
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
      placeholder={placeholder}
      onChange={(event) => change(event.target.value)}
      onBlur={() => {
        const trimmed = typeof value === 'string' && schema.pattern !== undefined ? value.trim() : value;
        if (trimmed !== value) change(trimmed);
        leave();
      }}
    />
  );
}

type SuggestedProps = ControlProps & {
  readonly suggestions: readonly string[];
  readonly meant: readonly (readonly string[])[];
  readonly onLeave: () => void;
};

/** One text: chosen from what is known, or typed. */
function SuggestedText(props: SuggestedProps & { readonly freeText: boolean }) {
  const { t, language } = useI18n();
  const scope = useFormScope();
  const value = (props.value as string | undefined) ?? '';
  const example = props.suggestions.find((known) => known !== '*') ?? exampleOf(props.schema, language);
  const placeholder = example === undefined ? undefined : t('form.such-as', { example });
  const set = (next: string | undefined): void => scope.change(props.path, next ?? '');
  const known = props.suggestions.includes(value);
  const [typed, setTyped] = useState('');
  const allApps = t('form.all-of', { what: t('form.all-apps') });
  return (
    <>
      {props.freeText ? (
        <Input
          id={props.id}
          status={props.invalid ? 'error' : undefined}
          placeholder={placeholder}
          value={value}
          onChange={(event) => set(event.target.value)}
          onBlur={props.onLeave}
        />
      ) : (
        <Select
          id={props.id}
          aria-label={props.label}
          showSearch={{ onSearch: setTyped }}
          // With nothing typed no entry is highlighted: Enter would take one that nobody has looked at.
          defaultActiveFirstOption={typed !== ''}
          allowClear
          status={props.invalid ? 'error' : undefined}
          placeholder={placeholder}
          value={value === '' ? undefined : value}
          options={optionsOf(value === '' || known ? props.suggestions : [value, ...props.suggestions], allApps)}
          onChange={set}
          onBlur={props.onLeave}
        />
      )}
      {value === '*' && <p className="weft-field-warning">{t('form.all-apps-warning')}</p>}
      {value !== '' && !known && !props.invalid && (
        <p className="weft-field-warning">{t('form.unknown-value', { value })}</p>
      )}
      <DidYouMean typed={value === '' ? [] : [value]} known={props.meant} onTake={(_, meant) => set(meant)} />
    </>
  );
}

/** `*` as what it stands for, after all others: nobody should meet it first. */
function optionsOf(values: readonly string[], all: string) {
  return [...new Set(values)]
    .sort((a, b) => Number(a === '*') - Number(b === '*'))
    .map((value) => ({ value, label: value === '*' ? all : value }));
}
