import { type ReactNode, useId } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { Marked } from '../marked.tsx';
import { useFormScope } from './context.ts';
import { Control } from './control.tsx';
import { plainWords } from './plain-words.ts';
import { type FieldSchema, type Needed, type Path, pointerOf, textsOf } from './schema.ts';

interface FieldProps {
  readonly schema: FieldSchema;
  readonly path: Path;
  readonly value: unknown;
  readonly needed: Needed;
}

/** One row of a form: label, control, help, and what is wrong. */
export function Field({ schema, path, value, needed }: FieldProps) {
  const { language } = useI18n();
  const scope = useFormScope();
  const id = useId();
  const { title, description } = textsOf(schema, language, scope.direction);
  const problem = scope.shownProblem(path);
  return (
    <FieldRow
      id={id}
      title={title}
      description={plainWords(description, scope.labels, language)}
      needed={needed}
      problem={problem}
      warning={scope.warnings.get(pointerOf(path))}
    >
      <Control schema={schema} path={path} value={value} id={id} label={title} invalid={problem !== undefined} />
    </FieldRow>
  );
}

interface FieldRowProps {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly needed?: Needed;
  readonly problem?: string | undefined;
  readonly warning?: string | undefined;
  readonly children: ReactNode;
}

export function FieldRow({ id, title, description, needed, problem, warning, children }: FieldRowProps) {
  const { t } = useI18n();
  return (
    <div className="weft-field">
      <label className="weft-field-label" htmlFor={id} id={`${id}-label`}>
        {title}
        {needed === 'yes' && (
          <span className="weft-required" aria-hidden>
            *
          </span>
        )}
        {needed === 'one-of-these' && <span className="weft-one-of">{t('ui.one-of-these')}</span>}
      </label>
      <div className="weft-field-control">
        {children}
        {problem !== undefined && (
          <div className="weft-field-problem" role="alert" id={`${id}-problem`}>
            <Marked text={problem} />
          </div>
        )}
        {warning !== undefined && problem === undefined && (
          <p className="weft-field-warning" role="status">
            <Marked text={warning} />
          </p>
        )}
        {description !== undefined && description !== '' && (
          <div className="weft-field-help" id={`${id}-help`}>
            <Marked text={description} />
          </div>
        )}
      </div>
    </div>
  );
}
