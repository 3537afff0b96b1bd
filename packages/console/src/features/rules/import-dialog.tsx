import { UploadOutlined } from '@ant-design/icons';
import type { Message } from '@weft/api';
import { Alert, Button, Modal, Radio, Table, Tag, Upload } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type RuleFile, useRuleActions } from '../../services/rules.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { errorParts } from '../../ui/error-text.ts';
import { InnerLink } from '../../ui/inner-link.tsx';
import { KINDS, type RuleKind, typeInWords } from '../../ui/rule-kinds/index.ts';
import { serverText } from '../../ui/server-text.ts';
import { useView } from '../../ui/url-state.ts';
import { useReport } from '../../ui/use-report.tsx';
import { type ForeignFile, ForeignRules, leavesOut, readForeign, translateForeign } from './foreign-rules.tsx';
import { importText } from './import-text.ts';
import { kindsOfFile, partOfKind } from './kinds-of-file.ts';
import { useRuleKind } from './use-rule-kind.ts';

interface Row {
  readonly name: string;
  readonly app: string;
  readonly action: 'create' | 'update' | 'unchanged' | 'skip' | 'error';
  readonly message: string;
  readonly said?: Message | null;
}

const COLOURS = {
  create: 'success',
  update: 'processing',
  unchanged: 'default',
  skip: 'default',
  error: 'error',
} as const;
type Conflict = 'skip' | 'overwrite' | 'duplicate';

/** Choose a file, see what would happen, then do it: all rules or none. */
export function ImportDialog() {
  const { t, format, language } = useI18n();
  const report = useReport();
  const [view, setView] = useView();
  const kind = useRuleKind();
  const { importFile } = useRuleActions(kind.segment);
  const [file, setFile] = useState<RuleFile | null>(null);
  const [conflict, setConflict] = useState<Conflict>('skip');
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [error, setError] = useState<unknown>(null);
  /** Types of the chosen file where they are others than that of the page. */
  const [others, setOthers] = useState<readonly RuleKind[]>([]);
  const newest = useRef(0);
  const [foreign, setForeign] = useState<ForeignFile | null>(null);
  const translation = useMemo(() => (foreign === null ? null : translateForeign(foreign)), [foreign]);
  const close = (): void => {
    setFile(null);
    setRows([]);
    setOthers([]);
    setForeign(null);
    setError(null);
    setView({ dialog: undefined });
  };
  const tryOut = async (chosen: RuleFile, how: Conflict): Promise<void> => {
    // While somebody types, the answer to the newest question counts; until then nothing can be imported.
    const question = ++newest.current;
    setError(null);
    setFile(null);
    try {
      const { items } = await importFile.mutateAsync({ file: chosen, dryRun: true, conflict: how });
      if (question !== newest.current) return;
      setRows(items);
      setFile(chosen);
    } catch (problem) {
      if (question === newest.current) setError(problem);
    }
  };
  const takeForeign = async (next: ForeignFile): Promise<void> => {
    const { rules } = translateForeign(next);
    setForeign(next);
    if (rules.length > 0)
      await tryOut({ format: 'weft-rules/v1', type: 'LIMIT', rules: [...rules] } as RuleFile, conflict);
    else {
      setFile(null);
      setRows([]);
    }
  };
  const read = async (chosen: File): Promise<void> => {
    setFile(null);
    setRows([]);
    setOthers([]);
    setForeign(null);
    setError(null);
    try {
      const parsed = JSON.parse(await chosen.text()) as RuleFile;
      const found = readForeign(parsed);
      if (found !== null) {
        // Other products have limits in such files, and nothing else.
        if (kind.type === 'LIMIT') await takeForeign(found);
        else setOthers(KINDS.filter(({ type }) => type === 'LIMIT'));
        return;
      }
      const kinds = kindsOfFile(parsed);
      // Rules of another type would only meet complaints about their fields.
      setOthers(kinds.filter(({ type }) => type !== kind.type));
      if (kinds.length === 0 || kinds.some(({ type }) => type === kind.type))
        await tryOut(partOfKind(parsed, kind.type), conflict);
    } catch (problem) {
      setError(new Error(t('rules.import-bad-file', { file: chosen.name, problem: errorParts(problem).message })));
    }
  };
  const act = async (): Promise<void> => {
    if (file === null) return;
    try {
      const { items } = await importFile.mutateAsync({ file, dryRun: false, conflict });
      report.done(importText(items, t));
      close();
    } catch (problem) {
      setError(problem);
    }
  };
  const whole = translation === null || !leavesOut(translation) || foreign?.partial === true;
  const ready = file !== null && whole && rows.every((row) => row.action !== 'error') && rows.length > 0;
  return (
    <Modal
      open={view['dialog'] === 'import'}
      title={t('rules.import-title')}
      width={720}
      onCancel={close}
      onOk={() => void act()}
      okText={t('rules.import')}
      okButtonProps={{ disabled: !ready, loading: importFile.isPending }}
      destroyOnHidden
    >
      <p className="weft-muted">{t('rules.import-hint')}</p>
      <ErrorAlert error={error} />
      {others
        .filter(({ type }) => type !== kind.type)
        .map((other) => (
          <Alert
            key={other.type}
            type="warning"
            showIcon
            role="alert"
            className="weft-error"
            title={t('rules.import-other-type', { type: typeInWords(other.type, { t, format, language }) })}
            description={
              <InnerLink to={`/rules/${other.segment}`} search={{ dialog: 'import' }}>
                {t('rules.import-there', { type: typeInWords(other.type, { t, format, language }) })}
              </InnerLink>
            }
          />
        ))}
      {foreign !== null && translation !== null && (
        <ForeignRules file={foreign} translation={translation} onChange={(next) => void takeForeign(next)} />
      )}
      <div className="weft-toolbar weft-toolbar-flat">
        <Upload
          accept="application/json,.json"
          showUploadList={false}
          beforeUpload={(chosen) => {
            void read(chosen);
            return false;
          }}
        >
          <Button icon={<UploadOutlined />}>{t('rules.import-choose')}</Button>
        </Upload>
        <span>
          {t('rules.import-conflict')}{' '}
          <Radio.Group
            aria-label={t('rules.import-conflict')}
            optionType="button"
            size="small"
            value={conflict}
            options={(['skip', 'overwrite', 'duplicate'] as const).map((value) => ({
              value,
              label: t(`rules.import-${value}`),
            }))}
            onChange={(event) => {
              setConflict(event.target.value);
              if (file !== null) void tryOut(file, event.target.value);
            }}
          />
        </span>
      </div>
      {rows.length > 0 && (
        <Table<Row>
          size="small"
          rowKey={(row) => `${row.app} ${row.name}`}
          dataSource={[...rows]}
          pagination={rows.length > 10 ? { pageSize: 10, size: 'small' } : false}
          columns={[
            { key: 'name', title: t('rules.name'), dataIndex: 'name' },
            { key: 'app', title: t('rules.app'), dataIndex: 'app' },
            {
              key: 'action',
              title: t('rules.import-action'),
              render: (_, row) => <Tag color={COLOURS[row.action]}>{t(`rules.import-${row.action}`)}</Tag>,
            },
            {
              key: 'message',
              title: t('rules.import-message'),
              render: (_, row) => (row.said == null ? row.message : serverText(row.said, language)),
            },
          ]}
        />
      )}
    </Modal>
  );
}
