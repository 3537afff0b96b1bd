import { DownOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type Choices, type FormScope, FormScopeProvider } from './context.ts';
import { Field } from './field.tsx';
import {
  type Direction,
  type FieldSchema,
  type FormObject,
  isAdvanced,
  isShown,
  type Path,
  pointerOf,
  setAt,
  textsOf,
} from './schema.ts';
import type { Problems } from './validate.ts';

interface SchemaFormProps {
  readonly schema: FieldSchema;
  readonly value: FormObject;
  readonly onChange: (value: FormObject) => void;
  readonly problems: Problems;
  /** Show the problems of all fields, also of those not touched. */
  readonly showAll: boolean;
  readonly choices: Choices;
  readonly freeText: boolean;
  /** Keys in the order in which they stand in the form; those of the schema that are not named come after. */
  readonly order?: readonly string[];
  /** Keys that are set elsewhere. */
  readonly omit?: readonly string[];
  /** Shown after the field of a pointer. */
  readonly after?: Readonly<Record<string, ReactNode>>;
}

/** A form made from a JSON Schema with Weft's form hints; the value stays the plain object, unknown keys included. */
export function SchemaForm(props: SchemaFormProps) {
  const { value, onChange, problems, showAll } = props;
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const direction: Direction = value['direction'] === 'CLIENT' ? 'CLIENT' : 'SERVER';
  const change = useCallback(
    (path: Path, next: unknown) => onChange(setAt(value, path, next) as FormObject),
    [value, onChange],
  );
  const scope = useMemo<FormScope>(
    () => ({
      root: value,
      change,
      leave: (path) => setLeft((old) => new Set(old).add(pointerOf(path))),
      problems,
      shownProblem: (path) => {
        const pointer = pointerOf(path);
        return showAll || left.has(pointer) ? problems.get(pointer) : undefined;
      },
      direction,
      choices: props.choices,
      freeText: props.freeText,
    }),
    [value, change, problems, showAll, left, direction, props.choices, props.freeText],
  );
  return (
    <FormScopeProvider value={scope}>
      <ObjectFields
        schema={props.schema}
        path={[]}
        value={value}
        {...(props.order === undefined ? {} : { order: props.order })}
        {...(props.omit === undefined ? {} : { omit: props.omit })}
        {...(props.after === undefined ? {} : { after: props.after })}
      />
    </FormScopeProvider>
  );
}

interface ObjectFieldsProps {
  readonly schema: FieldSchema;
  readonly path: Path;
  readonly value: FormObject;
  readonly order?: readonly string[];
  readonly omit?: readonly string[];
  readonly after?: Readonly<Record<string, ReactNode>>;
}

function ObjectFields({ schema, path, value, order = [], omit = [], after = {} }: ObjectFieldsProps) {
  const all = Object.keys(schema.properties ?? {}).filter((key) => !omit.includes(key));
  const keys = [...order.filter((key) => all.includes(key)), ...all.filter((key) => !order.includes(key))];
  const shown = keys.filter((key) => isShown(schema.properties?.[key] ?? {}, value));
  const draw = (key: string): ReactNode => {
    const child = schema.properties?.[key] ?? {};
    const here = [...path, key];
    const required = schema.required?.includes(key) === true && child.default === undefined;
    const nested = child.properties !== undefined;
    return (
      <div key={key}>
        {nested ? (
          <Group schema={child} path={here} value={value[key]} {...(after === undefined ? {} : { after })} />
        ) : (
          <Field schema={child} path={here} value={value[key]} required={required} />
        )}
        {after[pointerOf(here)]}
      </div>
    );
  };
  const plain = shown.filter((key) => !isAdvanced(schema.properties?.[key] ?? {}));
  const advanced = shown.filter((key) => isAdvanced(schema.properties?.[key] ?? {}));
  return (
    <>
      {plain.map(draw)}
      {advanced.length > 0 && <More>{advanced.map(draw)}</More>}
    </>
  );
}

/** An object inside an object: plain ones stand in line, those behind "more" have a heading. */
function Group(props: {
  readonly schema: FieldSchema;
  readonly path: Path;
  readonly value: unknown;
  readonly after?: Readonly<Record<string, ReactNode>>;
}) {
  const { language } = useI18n();
  const { title } = textsOf(props.schema, language, 'SERVER');
  const value = (typeof props.value === 'object' && props.value !== null ? props.value : {}) as FormObject;
  const fields = (
    <ObjectFields
      schema={props.schema}
      path={props.path}
      value={value}
      {...(props.after === undefined ? {} : { after: props.after })}
    />
  );
  if (!isAdvanced(props.schema)) return fields;
  return (
    <fieldset className="weft-form-group">
      <legend>{title}</legend>
      {fields}
    </fieldset>
  );
}

function More({ children }: { readonly children: ReactNode }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <div className="weft-form-more">
      <Button
        type="link"
        size="small"
        aria-expanded={open}
        icon={open ? <DownOutlined /> : <RightOutlined />}
        onClick={() => setOpen(!open)}
      >
        {t(open ? 'form.less' : 'form.more')}
      </Button>
      {open && <div>{children}</div>}
    </div>
  );
}
