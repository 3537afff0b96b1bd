import { SafetyCertificateOutlined } from '@ant-design/icons';
import { auditEffect } from '@weft/api/osp';
import { Alert, Button, Drawer, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import { type AuditRow, auditList, useVerifyAudit } from '../../services/audit.ts';
import { busyIcon } from '../../ui/busy.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Facts } from '../../ui/facts.tsx';
import { SearchFilter } from '../../ui/filter-inputs.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { TimeSpanSelect, useTimeRange } from '../../ui/time-span.tsx';
import { textOf, useView } from '../../ui/url-state.ts';
import { isItself, whoText } from '../../ui/who-text.ts';
import { RowChange } from './row-change.tsx';
import { TakeBack } from './take-back.tsx';
import { actionInWords, objectInWords } from './words.tsx';

const SPAN_SECONDS = 86_400;
const TONES = { OK: 'good', REFUSED: 'warning', FAILED: 'bad' } as const;

export function AuditPage() {
  const { t, format, language } = useI18n();
  const words = { t, format, language };
  const [view] = useView();
  const [open, setOpen] = useState<AuditRow | null>(null);
  const range = useTimeRange(SPAN_SECONDS);
  const verify = useVerifyAudit();
  const list = auditList({
    range,
    actor: textOf(view, 'actor'),
    action: textOf(view, 'action'),
    object: textOf(view, 'object'),
    changeId: textOf(view, 'changeId'),
  });
  const columns: readonly Column<AuditRow>[] = [
    {
      key: 'at',
      title: t('audit.at'),
      width: 180,
      render: (row) => (
        <time dateTime={row.at} title={format.ago(row.at, Date.now())}>
          {format.time(row.at)}
        </time>
      ),
      value: (row) => row.at,
    },
    {
      key: 'actor',
      title: t('audit.actor'),
      render: (row) => (
        <>
          <Actor row={row} />
        </>
      ),
      value: (row) => row.actor,
    },
    {
      key: 'action',
      title: t('audit.action'),
      render: (row) => (
        <span title={row.action}>
          {actionInWords(row.action, words)}
          {/* Beside the words it would take the room of all other columns. */}
          <div>
            <EffectTag row={row} />
          </div>
        </span>
      ),
      value: (row) => row.action,
    },
    {
      key: 'object',
      title: t('audit.object'),
      render: (row) => <span className="weft-break">{objectInWords(row.object, t)}</span>,
      value: (row) => row.object,
    },
    {
      key: 'result',
      title: t('audit.result'),
      render: (row) => <Status tone={TONES[row.result]}>{t(`audit.result-${row.result}`)}</Status>,
      value: (row) => row.result,
    },
    { key: 'ip', title: t('audit.ip'), render: (row) => row.ip, value: (row) => row.ip },
    {
      key: 'changeId',
      title: t('audit.change-id'),
      hidden: true,
      render: (row) => <code>{row.changeId}</code>,
      value: (row) => row.changeId,
    },
    {
      key: 'requestId',
      title: t('audit.request-id'),
      hidden: true,
      render: (row) => <code>{row.requestId}</code>,
      value: (row) => row.requestId,
    },
    {
      key: 'details',
      title: t('audit.details'),
      width: 130,
      render: (row) => (
        <Button type="link" size="small" className="weft-cell-button" onClick={() => setOpen(row)}>
          {t('audit.show')}
        </Button>
      ),
    },
  ];
  return (
    <Page
      title={t('audit.title')}
      subtitle={t('audit.subtitle')}
      extra={
        <Button
          icon={<SafetyCertificateOutlined />}
          loading={busyIcon(verify.isPending)}
          onClick={() => verify.mutate()}
        >
          {t('audit.verify')}
        </Button>
      }
    >
      <ErrorAlert error={verify.error} />
      {verify.data !== undefined && (
        <Alert
          className="weft-error"
          showIcon
          closable
          type={verify.data.firstBrokenId === null ? 'success' : 'error'}
          title={
            verify.data.firstBrokenId === null
              ? t('audit.verified', { rows: format.integer(verify.data.rows) })
              : t('audit.broken', { id: verify.data.firstBrokenId })
          }
        />
      )}
      <DataTable
        label={t('audit.title')}
        queryKey={list.key}
        read={list.read}
        columns={columns}
        rowKey={(row) => row.id}
        exportName="audit"
        minWidth={1000}
        filters={
          <>
            <TimeSpanSelect fallback={SPAN_SECONDS} />
            <SearchFilter name="actor" label={t('audit.actor')} width={150} />
            <SearchFilter name="action" label={t('audit.action')} width={170} />
            <SearchFilter name="object" label={t('audit.object')} width={190} />
          </>
        }
        empty={<NothingHere title={t('audit.empty')} hint={t('audit.empty-hint')} />}
      />
      <Drawer
        open={open !== null}
        size={640}
        title={open === null ? '' : t('audit.detail-of', { id: open.id })}
        aria-label={open === null ? t('audit.details') : t('audit.detail-of', { id: open.id })}
        destroyOnHidden
        onClose={() => setOpen(null)}
      >
        {open !== null && <AuditDetail row={open} />}
      </Drawer>
    </Page>
  );
}

/** Who it was, and what sort of caller. A call that was refused is told of whoever it named. */
function Actor({ row }: { readonly row: AuditRow }) {
  const { t } = useI18n();
  if (row.actorType === 'COMPONENT' && isItself(row.actor)) return whoText(row.actor, t);
  return (
    <>
      {row.actor} <span className="weft-muted weft-small">{t(`audit.actor-type-${row.actorType}`)}</span>
    </>
  );
}

/** Marks a call that is no change. */
function EffectTag({ row }: { readonly row: AuditRow }) {
  const { t } = useI18n();
  const effect = auditEffect(row);
  return effect === 'done' ? null : <Tag>{t(`audit.effect-${effect}`)}</Tag>;
}

function AuditDetail({ row }: { readonly row: AuditRow }) {
  const { t, format, language } = useI18n();
  const id = (text: string) =>
    text === '' ? (
      '–'
    ) : (
      <Typography.Text key={text} code copyable={{ text }}>
        {text.slice(0, 36)}
      </Typography.Text>
    );
  return (
    <>
      <Facts
        columns={1}
        items={[
          [t('audit.at'), format.time(row.at)],
          [
            t('audit.actor'),
            <span key="actor">
              <Actor row={row} />
            </span>,
          ],
          [
            t('audit.action'),
            <span key="action">
              {actionInWords(row.action, { t, format, language })} <EffectTag row={row} /> <code>{row.action}</code>
            </span>,
          ],
          [t('audit.object'), <span key="object">{objectInWords(row.object, t)}</span>],
          [t('audit.ip'), row.ip],
          [t('audit.change-id'), id(row.changeId)],
          [t('audit.request-id'), id(row.requestId)],
          [t('audit.hash'), id(row.hash)],
        ]}
      />
      <h2 className="weft-section-title">{t('audit.details')}</h2>
      <RowChange row={row} />
      <p>
        <TakeBack row={row} />
      </p>
    </>
  );
}
