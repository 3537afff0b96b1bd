import { Drawer, Skeleton, Table } from 'antd';
import { isMessageKey, type Translate, useI18n } from '../../i18n/index.ts';
import { useTopologyNode } from '../../services/topology.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { InnerLink } from '../../ui/inner-link.tsx';
import { isMissing, Missing } from '../../ui/missing.tsx';
import { useTimeRange } from '../../ui/time-span.tsx';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import { MainFigures, RefusedLink, RuleLines, Statuses, Trend } from './detail-parts.tsx';
import { nameOf } from './graph-style.ts';
import { LimitButton } from './limit-button.tsx';
import { Marks } from './marks.tsx';
import { DRAWER_WIDTH, SPAN_SECONDS } from './sizes.ts';

export function NodeDrawer({ id, onClose }: { readonly id: string | undefined; readonly onClose: () => void }) {
  return id === undefined ? null : <OpenNodeDrawer id={id} onClose={onClose} />;
}

function OpenNodeDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  useReturnFocus();
  const { t, format } = useI18n();
  const { data, error, refetch } = useTopologyNode(id, useTimeRange(SPAN_SECONDS));
  const title = data === undefined ? id : nameOf(data.node, t);
  return (
    <Drawer
      open
      size={DRAWER_WIDTH}
      mask={false}
      aria-modal={false}
      title={title}
      aria-label={title}
      onClose={onClose}
      extra={data?.node.kind === 'app' && <LimitButton app={data.node.name} direction="SERVER" />}
    >
      {isMissing(error) ? (
        <Missing title={t('topology.gone')} hint={t('topology.gone-hint')} />
      ) : (
        <ErrorAlert error={error} onRetry={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton active />
      ) : (
        <>
          <p className="weft-inline">
            <span className="weft-muted">
              {t(`topology.kind-${data.node.kind}`)} · {t('topology.instances')} {format.integer(data.node.instances)}
            </span>
            <Marks marks={data.node.marks} rejected={data.node.rejected} />
          </p>
          <MainFigures of={data.node} />
          <Trend points={data.points} stepSeconds={data.stepSeconds} />
          <Statuses statuses={data.statuses} />
          {data.proxies.length > 0 && (
            <section className="weft-section">
              <h2 className="weft-section-title">{t('topology.proxies')}</h2>
              <Table
                size="small"
                rowKey={(proxy) => proxy.proxyId}
                dataSource={[...data.proxies]}
                pagination={data.proxies.length > 10 ? { pageSize: 10, size: 'small' } : false}
                columns={[
                  {
                    key: 'ip',
                    title: t('provider.ip'),
                    render: (_, proxy) => (
                      <InnerLink to="/proxies" search={{ proxy: proxy.proxyId }}>
                        {proxy.ip}
                      </InnerLink>
                    ),
                  },
                  { key: 'state', title: t('provider.state'), render: (_, proxy) => stateInWords(proxy.state, t) },
                  { key: 'rps', title: t('ui.rps'), align: 'right', render: (_, proxy) => format.decimal(proxy.rps) },
                ]}
              />
            </section>
          )}
          <RuleLines rules={data.rules} />
          {data.node.kind === 'app' && <RefusedLink app={data.node.name} />}
        </>
      )}
    </Drawer>
  );
}

function stateInWords(state: string, t: Translate): string {
  const key = `proxies.state-${state}`;
  return isMessageKey(key) ? t(key) : state;
}
