import { Alert, Collapse, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { type RefusedConnection, useRefusedConnections } from '../../services/proxies.ts';
import { serverText } from '../../ui/server-text.ts';

/** Proxies that want to come and are refused for their key: when, from where, why, and what to do. Nothing when there are none. */
export function RefusedConnections() {
  const { t, format, language } = useI18n();
  const { data } = useRefusedConnections();
  if (data === undefined || data.total === 0) return null;
  const rows = data.items;
  const label = t('refused.title', { count: format.integer(data.total) });
  return (
    <Alert
      showIcon
      type="warning"
      className="weft-error"
      title={label}
      description={
        <>
          <p>{t('refused.hint')}</p>
          <Collapse
            ghost
            items={[
              {
                key: 'rows',
                label: t('refused.show'),
                children: (
                  <Table<RefusedConnection>
                    size="small"
                    aria-label={label}
                    scroll={{ x: 900 }}
                    rowKey={(row) => `${row.proxyId} ${row.address} ${row.accessKeyId}`}
                    dataSource={[...rows]}
                    pagination={false}
                    columns={[
                      {
                        key: 'when',
                        title: t('refused.when'),
                        width: 190,
                        render: (_, row) => (
                          <>
                            {format.time(row.lastAt)}
                            <div className="weft-muted weft-small">
                              {t('refused.since', { count: format.integer(row.count), time: format.time(row.firstAt) })}
                            </div>
                          </>
                        ),
                      },
                      {
                        key: 'who',
                        title: t('refused.who'),
                        width: 200,
                        render: (_, row) => (
                          <>
                            <span className="weft-break">{row.app === '' ? t('refused.nameless') : row.app}</span>
                            <div className="weft-muted weft-small">{row.address}</div>
                          </>
                        ),
                      },
                      {
                        key: 'why',
                        title: t('refused.why'),
                        render: (_, row) => (
                          <span className="weft-break">{serverText(row.reasonMessage, language)}</span>
                        ),
                      },
                      {
                        key: 'do',
                        title: t('refused.do'),
                        render: (_, row) => (
                          <span className="weft-break">{serverText(row.adviceMessage, language)}</span>
                        ),
                      },
                    ]}
                  />
                ),
              },
            ]}
          />
        </>
      }
    />
  );
}
