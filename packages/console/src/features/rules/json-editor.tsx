import { Input } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { CodeView } from '../../ui/code-view.tsx';
import type { FormObject, Problems } from '../../ui/schema-form/index.ts';
import { parseObject } from './parse-object.ts';

interface JsonEditorProps {
  readonly value: FormObject;
  readonly onChange: (value: FormObject) => void;
  readonly onProblem: (problem: string | null) => void;
  /** The wire document that the server makes of the rule. */
  readonly document: unknown;
  /** Problems of fields to list; null for none. */
  readonly problems: Problems | null;
}

/** The rule as JSON. What is typed stays as typed; each time it is an object it becomes the rule. */
export function JsonEditor({ value, onChange, onProblem, document, problems }: JsonEditorProps) {
  const { t } = useI18n();
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const [problem, setProblem] = useState<string | null>(null);
  const change = (next: string): void => {
    setText(next);
    const read = parseObject(next);
    const found = read.kind === 'bad' ? t('rule.json-bad', { problem: read.problem }) : null;
    setProblem(found);
    onProblem(found);
    if (read.kind === 'good') onChange(read.value);
  };
  return (
    <>
      <p className="weft-muted">{t('rule.json-hint')}</p>
      <Input.TextArea
        className="weft-json"
        aria-label={t('rule.json-label')}
        autoSize={{ minRows: 18, maxRows: 40 }}
        spellCheck={false}
        status={problem === null ? '' : 'error'}
        value={text}
        onChange={(event) => change(event.target.value)}
      />
      {problem !== null && (
        <div className="weft-field-problem" role="alert">
          {problem}
        </div>
      )}
      {problems !== null && problems.size > 0 && (
        <ul className="weft-error-fields weft-bad">
          {[...problems].map(([path, message]) => (
            <li key={path}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {document !== undefined && (
        <section className="weft-section">
          <h2 className="weft-section-title">{t('rule.wire-document')}</h2>
          <CodeView label={t('rule.wire-document')} text={JSON.stringify(document, null, 2)} />
        </section>
      )}
    </>
  );
}
