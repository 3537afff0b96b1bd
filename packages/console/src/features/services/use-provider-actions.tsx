import type { App } from 'antd';
import { joinSentences, useI18n } from '../../i18n/index.ts';
import { ApiError } from '../../services/client.ts';
import { type Provider, type ProviderUpdate, useUpdateProviders } from '../../services/mesh-services.ts';
import { showBatchResult } from '../../ui/batch-result.tsx';
import { useReport } from '../../ui/use-report.tsx';

/** Instances that an action is for, with what they handle and how they are. */
function Touched({ rows }: { readonly rows: readonly Provider[] }) {
  const { t, format } = useI18n();
  return (
    <ul className="weft-batch-result" aria-label={t('provider.which')}>
      {rows.map((row) => (
        <li key={row.address}>
          <code>{row.address}</code>{' '}
          <span className="weft-muted">
            {t(`provider.state-${row.state}`)} · {format.decimal(row.rps)}/s
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Whether there is something to disable. */
export const isOn = ({ state }: Provider): boolean => state !== 'Disabled';

type Modal = ReturnType<typeof App.useApp>['modal'];

/** Enabling, disabling and weighing of providers, each after a question; the last enabled one needs a second. */
export function useProviderActions(serviceId: string, modal: Modal) {
  const { t, format } = useI18n();
  const report = useReport();
  const update = useUpdateProviders(serviceId);

  const send = async (body: ProviderUpdate): Promise<void> => {
    try {
      const { items } = await update.mutateAsync(body);
      // One that went well needs no list of one.
      if (items.length === 1 && items[0]?.ok === true) report.done(t('provider.updated', { count: 1 }));
      else showBatchResult(modal, t, items, String);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'LAST_PROVIDER')) {
        report.failed(error);
        return;
      }
      modal.confirm({
        title: t('provider.last-title'),
        content: joinSentences([error.message, t('provider.last-hint')]),
        okText: t('provider.disable'),
        okButtonProps: { danger: true },
        onOk: () => send({ ...body, force: true }),
      });
    }
  };

  return {
    /** `all` is how many the service has: with all of them disabled nobody is left. */
    setEnabled: (selected: readonly Provider[], enabled: boolean, all: number): void => {
      const rows = enabled ? selected : selected.filter(isOn);
      const rps = rows.reduce((sum, row) => sum + row.rps, 0);
      modal.confirm({
        title: t(enabled ? 'provider.enable-title' : 'provider.disable-title', { count: rows.length }),
        content: (
          <>
            <p>{enabled ? t('provider.enable-hint') : t('provider.disable-hint', { rps: format.decimal(rps) })}</p>
            {!enabled && selected.length >= all && all > 0 && <p className="weft-bad">{t('provider.nobody-left')}</p>}
            <Touched rows={rows} />
          </>
        ),
        okText: t(enabled ? 'provider.enable' : 'provider.disable'),
        okButtonProps: { danger: !enabled },
        onOk: () => send({ addresses: rows.map((row) => row.address), enabled }),
      });
    },
    setWeight: (rows: readonly Provider[], weight: number): Promise<void> =>
      send({ addresses: rows.map((row) => row.address), weight }),
  };
}
