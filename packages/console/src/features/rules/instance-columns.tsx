import type { TableColumnType } from 'antd';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/index.ts';
import type { PushDetail } from '../../services/rules.ts';
import { InnerLink } from '../../ui/inner-link.tsx';
import { Marked } from '../../ui/marked.tsx';
import { problemText } from '../../ui/server-text.ts';
import { Status } from '../../ui/status.tsx';

/** What the lists of a push and of a rollout both say of a proxy. */
type Instance = Pick<
  PushDetail['dataIds'][number]['instances'][number],
  'proxyId' | 'ip' | 'app' | 'result' | 'reason' | 'at'
>;
const TONES = { APPLIED: 'good', REJECTED: 'bad', PENDING: 'busy' } as const;

/** The columns of it: which proxy, how it took the document, and when. `behindApp` follows the app of the proxy. */
export function useInstanceColumns<Row extends Instance>(behindApp?: (row: Row) => ReactNode) {
  const { t, format, language } = useI18n();
  return {
    instance: {
      key: 'instance',
      title: t('push.instance'),
      width: 210,
      render: (_, row) => (
        <>
          <InnerLink to="/proxies" search={{ proxy: row.proxyId }}>
            {row.ip}
          </InnerLink>
          <div className="weft-muted weft-small">
            {row.app}
            {behindApp?.(row)}
          </div>
        </>
      ),
    },
    result: {
      key: 'result',
      title: t('push.result'),
      render: (_, row) => (
        <>
          <Status tone={TONES[row.result]}>{t(`push.result-${row.result}`)}</Status>
          {row.reason !== '' && (
            <div className="weft-bad weft-small">
              <Marked text={problemText(row.reason, language)} />
            </div>
          )}
        </>
      ),
    },
    at: { key: 'at', title: t('push.at'), render: (_, row) => format.clock(row.at) },
  } satisfies Record<string, TableColumnType<Row>>;
}
