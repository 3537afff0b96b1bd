import { Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { SidecarDetail } from '../../services/proxies.ts';
import { Marked } from '../../ui/marked.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { problemText } from '../../ui/server-text.ts';
import { ServiceId } from '../../ui/service-id.tsx';
import { Status, type Tone } from '../../ui/status.tsx';

type Value = SidecarDetail['values'][number];

const TONES: Readonly<Record<string, Tone>> = { APPLIED: 'good', REJECTED: 'bad', PENDING: 'busy' };
const LABELS = {
  APPLIED: 'push.result-APPLIED',
  REJECTED: 'push.result-REJECTED',
  PENDING: 'push.result-PENDING',
} as const;

/** The documents that this proxy was sent, and the versions it has applied. */
export function ValuesTab({ proxy }: { readonly proxy: SidecarDetail }) {
  const { t, language } = useI18n();
  if (proxy.values.length === 0) return <NothingHere title={t('proxy.no-values')} />;
  return (
    <Table<Value>
      size="small"
      rowKey={(row) => row.dataId}
      dataSource={[...proxy.values]}
      pagination={proxy.values.length > 20 ? { pageSize: 20, size: 'small' } : false}
      columns={[
        {
          key: 'dataId',
          title: t('proxy.data-id'),
          render: (_, row) => (
            <code className="weft-data-id">
              <ServiceId id={row.dataId} />
            </code>
          ),
        },
        { key: 'sent', title: t('proxy.sent'), align: 'right', width: 90, render: (_, row) => row.sentVersion },
        {
          key: 'applied',
          title: t('proxy.applied'),
          align: 'right',
          width: 90,
          render: (_, row) => row.appliedVersion,
        },
        {
          key: 'state',
          title: t('proxy.value-state'),
          width: 190,
          render: (_, row) => (
            <>
              <Status tone={TONES[row.state] ?? 'off'}>
                {row.state in LABELS ? t(LABELS[row.state as keyof typeof LABELS]) : row.state}
              </Status>
              {row.reason !== '' && (
                <div className="weft-bad weft-small">
                  <Marked text={problemText(row.reason, language)} />
                </div>
              )}
            </>
          ),
        },
      ]}
    />
  );
}
