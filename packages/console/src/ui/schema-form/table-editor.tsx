import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { useFormScope } from './context.ts';
import type { ControlProps } from './control-props.ts';
import { type FieldSchema, type FormObject, type Path, pointerOf, textsOf, withDefaults } from './schema.ts';

interface TableEditorProps {
  readonly schema: FieldSchema;
  readonly path: Path;
  readonly value: readonly FormObject[];
  readonly label: string;
  /** Draws the control of a cell. */
  readonly cell: (props: ControlProps) => ReactNode;
}

/** A list of small objects, one row each. */
export function TableEditor({ schema, path, value, label, cell }: TableEditorProps) {
  const { t, language } = useI18n();
  const scope = useFormScope();
  const keys = Object.keys(schema.properties ?? {});
  return (
    <div className="weft-rows">
      {value.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
        <Flex key={at} gap={8} align="start">
          {keys.map((key) => {
            const child = schema.properties?.[key] ?? {};
            const here = [...path, at, key];
            const { title } = textsOf(child, language, scope.direction);
            const problem = scope.shownProblem(here);
            const id = `${pointerOf(here)}-cell`;
            return (
              <div key={key} className="weft-cell">
                <label className="weft-cell-label" htmlFor={id} id={`${id}-label`}>
                  {title}
                </label>
                {cell({ schema: child, path: here, value: row[key], id, label: title, invalid: problem !== undefined })}
                {problem !== undefined && (
                  <div className="weft-field-problem" role="alert" id={`${id}-problem`}>
                    {problem}
                  </div>
                )}
              </div>
            );
          })}
          <Button
            className="weft-cell-remove"
            aria-label={`${label}: ${t('form.remove-row', { row: at + 1 })}`}
            icon={<DeleteOutlined />}
            onClick={() =>
              scope.change(
                path,
                value.filter((_, i) => i !== at),
              )
            }
          />
        </Flex>
      ))}
      <Button
        type="dashed"
        size="small"
        aria-label={`${label}: ${t('form.add-row')}`}
        icon={<PlusOutlined />}
        onClick={() => scope.change(path, [...value, withDefaults(schema, {})])}
      >
        {t('form.add-row')}
      </Button>
    </div>
  );
}
