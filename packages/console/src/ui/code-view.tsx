import { CopyOutlined } from '@ant-design/icons';
import { Button, Input, Space } from 'antd';
import { useMemo, useState } from 'react';
import { useI18n } from '../i18n/index.ts';
import { findLines } from './find-lines.ts';
import { useReport } from './use-report.tsx';

const MAX_LINES = 4000;
const CONTEXT_LINES = 2;

/** Text with numbered lines, and a search that keeps the lines found with their neighbours. */
export function CodeView({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useI18n();
  const report = useReport();
  const [wanted, setWanted] = useState('');
  const lines = useMemo(() => text.split('\n'), [text]);
  const found = useMemo(() => findLines(lines, wanted, CONTEXT_LINES, MAX_LINES), [lines, wanted]);
  return (
    <div className="weft-code-view">
      <Space.Compact block>
        <Input
          allowClear
          aria-label={t('ui.search-in', { what: label })}
          placeholder={t('ui.search-in', { what: label })}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          suffix={<span className="weft-muted">{wanted === '' ? '' : t('ui.hits', { count: found.hits })}</span>}
        />
        <Button
          icon={<CopyOutlined />}
          onClick={() =>
            void navigator.clipboard.writeText(text).then(() => report.done(t('ui.copied')), report.failed)
          }
        >
          {t('ui.copy')}
        </Button>
      </Space.Compact>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="weft-code" aria-label={label} tabIndex={0}>
        <pre>
          {found.lines.map(({ at, hit }) => (
            <div key={at} className={hit ? 'weft-code-hit' : undefined}>
              <span className="weft-code-number" aria-hidden>
                {at + 1}
              </span>
              {lines[at]}
            </div>
          ))}
        </pre>
        {found.more > 0 && <p className="weft-muted">{t('ui.lines-left-out', { count: found.more })}</p>}
      </section>
    </div>
  );
}
