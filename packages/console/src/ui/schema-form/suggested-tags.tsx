import { Select } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { useFormScope } from './context.ts';
import type { ControlProps } from './control-props.ts';
import { DidYouMean } from './did-you-mean.tsx';
import { exampleOf } from './example.ts';
import { oneOrAll } from './one-or-all.ts';
import { entriesFor, isPattern } from './suggestions.ts';

interface SuggestedTagsProps extends ControlProps {
  readonly suggestions: readonly string[];
  readonly onLeave: () => void;
  /** Whether values may be patterns, which are never known themselves. */
  readonly patterns?: boolean;
  /** Lists of known values of which one may have been meant by an unknown one, the nearest first. */
  readonly meant?: readonly (readonly string[])[];
  /** What `*` stands for, such as "every service". */
  readonly allLabel: string;
  /** Said below the field while `*` is chosen. */
  readonly allWarning?: string;
}

/** Several texts. Where some are known they are chosen, and others taken by an entry that says so; else they are typed. */
export function SuggestedTags(props: SuggestedTagsProps) {
  const { t, language } = useI18n();
  const scope = useFormScope();
  const [typed, setTyped] = useState('');
  const value = Array.isArray(props.value) ? props.value.map(String) : [];
  const numbers = props.schema.items?.type === 'integer' || props.schema.items?.type === 'number';
  /** Codes are typed as text and kept as numbers; what is none stays as it is, for the check to name. */
  const parsed = (text: string): unknown => (numbers && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);
  const change = (next: string[]): void => scope.change(props.path, oneOrAll(next, value).map(parsed));
  const isUnknown = (item: string): boolean =>
    !props.suggestions.includes(item) && !(props.patterns === true && isPattern(item));
  const unknown = props.suggestions.length > 1 ? value.filter(isUnknown) : [];
  const example = props.suggestions.find((known) => known !== '*') ?? exampleOf(props.schema, language);
  const common = {
    id: props.id,
    'aria-label': props.label,
    status: props.invalid ? ('error' as const) : undefined,
    value,
    placeholder: example === undefined ? undefined : t('form.such-as', { example }),
    onBlur: props.onLeave,
  };
  return (
    <>
      {scope.freeText || props.suggestions.length === 0 ? (
        <Select {...common} mode="tags" tokenSeparators={['\n']} open={false} suffixIcon={null} onChange={change} />
      ) : (
        <Select
          {...common}
          mode="multiple"
          // With nothing typed no entry is highlighted: Enter would take one that nobody has looked at.
          defaultActiveFirstOption={typed.trim() !== ''}
          showSearch={{ searchValue: typed, filterOption: false, onSearch: setTyped }}
          options={entriesFor(props.suggestions, value, typed).map(({ value: entry, kind }) => ({
            value: entry,
            label:
              kind === 'typed'
                ? t('form.use-typed', { value: entry })
                : entry === '*'
                  ? t('form.all-of', { what: props.allLabel })
                  : entry,
          }))}
          labelRender={({ value: chosen }) =>
            chosen === '*' ? t('form.all-of', { what: props.allLabel }) : String(chosen)
          }
          onChange={(next: string[]) => {
            setTyped('');
            change(next);
          }}
        />
      )}
      {typed.trim() !== '' && <p className="weft-field-help">{t('form.take-typed')}</p>}
      {value.includes('*') && props.allWarning !== undefined && (
        <p className="weft-field-warning">{props.allWarning}</p>
      )}
      {props.meant !== undefined && (
        <DidYouMean
          typed={value}
          known={props.meant}
          onTake={(typed, meant) => change(value.map((item) => (item === typed ? meant : item)))}
        />
      )}
      {unknown.length > 0 && !props.invalid && (
        <p className="weft-field-warning">{t('form.unknown-value', { value: unknown.join(', ') })}</p>
      )}
    </>
  );
}
