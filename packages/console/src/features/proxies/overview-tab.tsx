import { Alert, Table, Timeline, Typography } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import type { SidecarDetail } from '../../services/proxies.ts';
import { Facts } from '../../ui/facts.tsx';
import { Figure, Figures } from '../../ui/figure.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { proxyText } from '../../ui/server-text.ts';
import { Status } from '../../ui/status.tsx';
import { useNow } from '../../ui/use-now.ts';
import { ProxyState } from './proxy-state.tsx';
import { componentInWords, degradedInWords, eventKind } from './proxy-words.ts';

export function OverviewTab({ proxy }: { readonly proxy: SidecarDetail }) {
  const { t, format, language } = useI18n();
  const now = useNow();
  const labels = Object.entries(proxy.labels).map(([key, value]) => `${key}=${value}`);
  return (
    <>
      {proxy.degraded.length > 0 && (
        <Alert
          type="warning"
          showIcon
          className="weft-error"
          title={t('proxy.degraded', { what: degradedInWords(proxy.degraded, t) })}
        />
      )}
      <Figures>
        <Figure label={t('proxies.rps')} value={format.decimal(proxy.rps)} />
        <Figure label={t('proxies.cpu')} value={proxy.cpuPercent === null ? '–' : format.percent(proxy.cpuPercent)} />
        <Figure label={t('proxies.memory')} value={format.bytes(proxy.rssBytes)} />
        <Figure
          label={t('proxies.connections')}
          value={proxy.connections === null ? '–' : format.integer(proxy.connections)}
        />
        <Figure label={t('proxies.seen')} value={format.ago(proxy.lastSeenAt, now)} />
      </Figures>
      <Facts
        columns={2}
        items={[
          [
            t('proxies.state'),
            <span key="state">
              <ProxyState proxy={proxy} />
              {proxy.stateReason !== '' && (
                <span className="weft-muted"> {proxyText(proxy.stateReason, language)}</span>
              )}
            </span>,
          ],
          [t('proxies.version'), proxy.version],
          [t('proxies.pod'), proxy.podName],
          [t('proxies.ip'), proxy.podIp],
          [t('proxies.pid'), proxy.pid ?? '–'],
          [t('proxies.created'), format.time(proxy.createdAt)],
          [t('proxies.zone'), proxy.zone || '–'],
          [t('proxies.data-center'), proxy.dataCenter || '–'],
          [t('proxies.cluster'), proxy.cluster || '–'],
          [t('proxies.labels'), labels.length === 0 ? t('ui.none') : labels.join(', ')],
          [
            t('proxies.digest'),
            <Typography.Text key="digest" code copyable={{ text: proxy.configDigest }}>
              {proxy.configDigest.slice(0, 16)}
            </Typography.Text>,
          ],
        ]}
      />
      <InnerLink to="/explain" search={{ mode: 'trace', app: proxy.app }}>
        {t('trace.recent')}
      </InnerLink>
      <section className="weft-section">
        <h2 className="weft-section-title">{t('proxy.components')}</h2>
        <Table
          size="small"
          rowKey={(row) => row.name}
          dataSource={[...proxy.components]}
          pagination={false}
          columns={[
            {
              key: 'name',
              title: t('proxy.component'),
              render: (_, row) => <span title={row.name}>{componentInWords(row.name, t)}</span>,
            },
            {
              key: 'health',
              title: t('proxies.health'),
              render: (_, row) => (
                <Status tone={row.health ? 'good' : 'bad'}>
                  {t(row.health ? 'proxies.healthy' : 'proxies.unhealthy')}
                </Status>
              ),
            },
            { key: 'message', title: t('proxy.message'), render: (_, row) => proxyText(row.message, language) || '–' },
          ]}
        />
      </section>
      <section className="weft-section">
        <h2 className="weft-section-title">{t('proxy.events')}</h2>
        {proxy.events.length === 0 ? (
          <p className="weft-muted">{t('proxy.no-events')}</p>
        ) : (
          <Timeline
            items={proxy.events.map((event) => ({
              key: `${event.at} ${event.message}`,
              content: (
                <>
                  <span className="weft-muted">{format.time(event.at)}</span>{' '}
                  <strong>{eventKind(event.kind, t)}</strong> {proxyText(event.message, language)}
                </>
              ),
            }))}
          />
        )}
      </section>
    </>
  );
}
