import { Select, Table } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useProxyVariables } from '../../services/proxies.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { textOf, useView } from '../../ui/url-state.ts';

/** A proxy tells variables by name only; these are the ones that are asked for most. */
const USUAL = ['NODE_OPTIONS', 'NODE_ENV', 'TZ', 'LANG', 'PATH', 'HOSTNAME'] as const;
const MAX_NAMES = 20;

/** Variables of the process, by name; the proxy masks what looks like a secret. */
export function EnvironmentTab({ proxyId }: { readonly proxyId: string }) {
  const { t } = useI18n();
  const [view, setView] = useView();
  const names = textOf(view, 'env')?.split(',').slice(0, MAX_NAMES) ?? USUAL;
  const answers = useProxyVariables(proxyId, names);
  const failed = answers.find(({ error }) => error !== null);
  return (
    <>
      <p className="weft-muted">{t('proxy.env-hint')}</p>
      <Select
        mode="tags"
        className="weft-env-names"
        aria-label={t('proxy.env-names')}
        value={[...names]}
        maxCount={MAX_NAMES}
        tokenSeparators={[',', ' ']}
        options={USUAL.map((value) => ({ value, label: value }))}
        onChange={(next: string[]) => setView({ env: next.length === 0 ? undefined : next.join(',') })}
      />
      <ErrorAlert error={failed?.error ?? null} onRetry={() => void failed?.refetch()} />
      <Table
        size="small"
        rowKey={(row) => row.name}
        dataSource={names.map((name, at) => ({ name, answer: answers[at]?.data }))}
        pagination={false}
        columns={[
          { key: 'name', title: t('proxy.env-name'), width: 220, render: (_, row) => <code>{row.name}</code> },
          {
            key: 'value',
            title: t('proxy.env-value'),
            render: (_, { answer }) =>
              answer === undefined ? (
                '…'
              ) : answer === null ? (
                <span className="weft-muted">{t('proxy.env-unset')}</span>
              ) : (
                <code className="weft-break">{answer}</code>
              ),
          },
        ]}
      />
    </>
  );
}
