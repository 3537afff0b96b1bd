import { Collapse, Tag } from 'antd';
import { isMessageKey, type Translate, useI18n } from '../../i18n/index.ts';
import type { AuditRow } from '../../services/audit.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { DiffTable } from '../../ui/diff-table.tsx';
import { Facts } from '../../ui/facts.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { nameOrId } from '../../ui/name-or-id.ts';
import { kindOf } from '../../ui/rule-kinds/index.ts';
import { ServiceId } from '../../ui/service-id.tsx';
import { valueInWords } from '../../ui/value-in-words.ts';
import { type ChangedRule, readDiff } from './row-diff.ts';

/** What a row of the audit log changed: field by field, and as it is stored for whoever wants to see that. */
export function RowChange({ row }: { readonly row: AuditRow }) {
  const { t } = useI18n();
  if (row.diff === null || row.diff === undefined) return <p className="weft-muted">{t('audit.no-diff')}</p>;
  const { rules, documents, facts } = readDiff(row.diff, row.object);
  return (
    <>
      {rules.map((rule) => (
        <RuleDiff key={`${rule.segment}/${rule.id}`} rule={rule} isOnly={rules.length === 1} />
      ))}
      {facts.length > 0 && (
        <Facts columns={1} items={facts.map(([name, value]) => [factName(name, t), factValue(name, value, t)])} />
      )}
      {documents.length > 0 && (
        <p className="weft-muted weft-small">
          {t('audit.documents')}
          {documents.map(({ dataId, version }) => (
            <span key={dataId} className="weft-document">
              <ServiceId id={dataId} /> {t('audit.document-version', { version })}
            </span>
          ))}
        </p>
      )}
      <Collapse
        ghost
        items={[
          {
            key: 'stored',
            label: t('audit.stored'),
            children: <CodeView label={t('audit.stored')} text={JSON.stringify(row.diff, null, 2)} />,
          },
        ]}
      />
    </>
  );
}

function RuleDiff({ rule, isOnly }: { readonly rule: ChangedRule; readonly isOnly: boolean }) {
  const { t } = useI18n();
  const kind = kindOf(rule.segment);
  return (
    <section className="weft-section">
      {(!isOnly || rule.version > 0) && (
        <p>
          {!isOnly && kind !== undefined && (
            <InnerLink to={`/rules/${rule.segment}/${rule.id}`} className="weft-in-text">
              {nameOrId(rule.name, rule.id)}
            </InnerLink>
          )}{' '}
          {rule.version > 0 && <Tag>{t('audit.rule-version', { version: rule.version })}</Tag>}
        </p>
      )}
      <DiffTable schema={kind?.schema ?? {}} changes={rule.changes} empty={t('audit.no-diff')} direction="SERVER" />
    </section>
  );
}

/** One of a newer control plane stays as it is. */
function factName(name: string, t: Translate): string {
  const key = `audit.fact-${name}`;
  return isMessageKey(key) ? t(key) : name;
}

function factValue(name: string, value: unknown, t: Translate): string {
  const begin = { code: 'error.', what: 'rollout.what-' }[name] ?? `audit.value-${name}-`;
  const key = `${begin}${String(value)}`;
  if (isMessageKey(key)) return t(key);
  const labels = new Map([
    [true, t('ui.yes')],
    [false, t('ui.no')],
  ]);
  return valueInWords(value, labels);
}
