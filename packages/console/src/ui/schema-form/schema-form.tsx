import { DownOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactElement, type ReactNode, useCallback, useMemo, useState } from 'react';
import { type Language, useI18n } from '../../i18n/index.ts';
import { type Choices, type FormScope, FormScopeProvider, useFormScope } from './context.ts';
import { Field } from './field.tsx';
import { labelsOf } from './plain-words.ts';
import {
  type Direction,
  type FieldSchema,
  type FormObject,
  isAdvanced,
  isShown,
  neededOf,
  type Path,
  pointerOf,
  setAt,
  textsOf,
} from './schema.ts';
import type { Problems, Ranges } from './validate.ts';

interface SchemaFormProps {
  readonly schema: FieldSchema;
  readonly value: FormObject;
  readonly onChange: (value: FormObject) => void;
  readonly problems: Problems;
  /** Bounds of numbers that the schema does not say as they are, by pointer. */
  readonly ranges: Ranges;
  /** Said below the fields whatever was tried. */
  readonly warnings: Problems;
  /** Show the problems of all fields, also of those not touched. */
  readonly showAll: boolean;
  readonly choices: Choices;
  readonly freeText: boolean;
  /** Keys in the order in which they stand in the form; those of the schema that are not named come after. */
  readonly order?: readonly string[];
  /** Keys that are set elsewhere. */
  readonly omit?: readonly string[];
}

/** A form made from a JSON Schema with Weft's form hints; the value stays the plain object, unknown keys included. */
export function SchemaForm(props: SchemaFormProps) {
  const { value, onChange, problems, showAll } = props;
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const direction: Direction = value['direction'] === 'CLIENT' ? 'CLIENT' : 'SERVER';
  const { language } = useI18n();
  const labels = useMemo(() => labelsOf(props.schema, language), [props.schema, language]);
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
      ranges: props.ranges,
      warnings: props.warnings,
      shownProblem: (path) => {
        const pointer = pointerOf(path);
        return showAll || left.has(pointer) ? problems.get(pointer) : undefined;
      },
      showsProblem: (pointer) =>
        [...problems.keys()].some(
          (key) => (showAll || left.has(key)) && (key === pointer || key.startsWith(`${pointer}/`)),
        ),
      direction,
      labels,
      choices: props.choices,
      freeText: props.freeText,
    }),
    [
      value,
      change,
      problems,
      props.ranges,
      props.warnings,
      showAll,
      left,
      direction,
      labels,
      props.choices,
      props.freeText,
    ],
  );
  return (
    <FormScopeProvider value={scope}>
      {/* Lists would take their highlighted entry when the tab key leaves them. */}
      <div onKeyDownCapture={(event) => event.key === 'Tab' && event.stopPropagation()} role="presentation">
        <ObjectFields
          schema={props.schema}
          path={[]}
          value={value}
          {...(props.order === undefined ? {} : { order: props.order })}
          {...(props.omit === undefined ? {} : { omit: props.omit })}
        />
      </div>
    </FormScopeProvider>
  );
}

interface ObjectFieldsProps {
  readonly schema: FieldSchema;
  readonly path: Path;
  readonly value: FormObject;
  readonly order?: readonly string[];
  readonly omit?: readonly string[];
}

/** The fields of an object, and below them, folded, all that are seldom needed. */
function ObjectFields(props: ObjectFieldsProps) {
  const { language } = useI18n();
  const scope = useFormScope();
  const { plain, advanced } = fieldsOf(props, language);
  const wrong = advanced.some(({ key }) => key !== null && scope.showsProblem(key));
  return (
    <>
      {plain}
      {advanced.length > 0 && <More wrong={wrong}>{advanced}</More>}
    </>
  );
}

interface Fields {
  readonly plain: ReactElement[];
  /** The key of each is the pointer of its field. */
  readonly advanced: ReactElement[];
}

/** Objects inside stand in line with the fields around them; one behind "more" keeps together under its title. */
function fieldsOf(props: ObjectFieldsProps, language: Language): Fields {
  const { schema, path, value, order = [], omit = [] } = props;
  const all = Object.keys(schema.properties ?? {}).filter((key) => !omit.includes(key));
  const keys = [...order.filter((key) => all.includes(key)), ...all.filter((key) => !order.includes(key))];
  const fields: Fields = { plain: [], advanced: [] };
  for (const key of keys) {
    const child = schema.properties?.[key] ?? {};
    const here = [...path, key];
    if (!isShown(child, value)) continue;
    const target = isAdvanced(child) ? fields.advanced : fields.plain;
    if (child.properties === undefined) {
      const needed = neededOf(key, schema, value);
      target.push(<Field key={pointerOf(here)} schema={child} path={here} value={value[key]} needed={needed} />);
      continue;
    }
    const object = (typeof value[key] === 'object' && value[key] !== null ? value[key] : {}) as FormObject;
    const inside = fieldsOf({ schema: child, path: here, value: object }, language);
    if (isAdvanced(child)) {
      target.push(
        <fieldset key={pointerOf(here)} className="weft-form-group">
          <legend>{textsOf(child, language, 'SERVER').title}</legend>
          {inside.plain}
          {inside.advanced}
        </fieldset>,
      );
    } else {
      target.push(...inside.plain);
      fields.advanced.push(...inside.advanced);
    }
  }
  return fields;
}

/** Folded fields; those of which one is wrong cannot be folded away. */
function More({ children, wrong }: { readonly children: ReactNode; readonly wrong: boolean }) {
  const { t } = useI18n();
  const [unfolded, setOpen] = useState(false);
  const open = unfolded || wrong;
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
