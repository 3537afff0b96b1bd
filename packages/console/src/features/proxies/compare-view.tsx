import { Skeleton, Table } from 'antd';
import { useMemo } from 'react';
import { joinSentences, useI18n } from '../../i18n/index.ts';
import { useProxyAdmin } from '../../services/proxies.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { compareDocuments, type Difference } from './compare.ts';

interface CompareViewProps {
  readonly here: string;
  readonly hereName: string;
  readonly there: string;
  readonly thereName: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Where the configurations of two proxies differ. */
export function CompareView({ here, hereName, there, thereName, path, query }: CompareViewProps) {
  const { t } = useI18n();
  const left = useProxyAdmin(here, path, query);
  const right = useProxyAdmin(there, path, query);
  const found = useMemo(
    () => (left.data === undefined || right.data === undefined ? null : compareDocuments(left.data, right.data)),
    [left.data, right.data],
  );
  const failed = [left, right].find(({ error }) => error !== null);
  if (failed !== undefined) return <ErrorAlert error={failed.error} onRetry={() => void failed.refetch()} />;
  if (found === null) return <Skeleton active />;
  if (found.differences.length === 0) return <NothingHere title={t('proxy.same', { other: thereName })} />;
  const value = (text: string | undefined) =>
    text === undefined ? (
      <span className="weft-muted">{t('proxy.not-there')}</span>
    ) : (
      <code className="weft-break">{text}</code>
    );
  return (
    <>
      <p className="weft-muted">
        {joinSentences([
          t('proxy.differences', { count: found.differences.length + found.more }),
          found.more > 0 ? t('proxy.differences-more', { count: found.more }) : '',
        ])}
      </p>
      <Table<Difference>
        size="small"
        rowKey={(row) => row.path}
        dataSource={[...found.differences]}
        tableLayout="fixed"
        pagination={found.differences.length > 20 ? { defaultPageSize: 20, size: 'small' } : false}
        columns={[
          { key: 'path', title: t('proxy.place'), render: (_, row) => <code className="weft-break">{row.path}</code> },
          { key: 'here', title: hereName, render: (_, row) => value(row.here) },
          { key: 'there', title: thereName, render: (_, row) => value(row.there) },
        ]}
      />
    </>
  );
}
