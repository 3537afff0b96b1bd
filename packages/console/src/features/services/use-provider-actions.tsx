import type { App } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { ApiError } from '../../services/client.ts';
import { type Provider, type ProviderUpdate, useUpdateProviders } from '../../services/mesh-services.ts';
import { useReport } from '../../ui/use-report.tsx';

type Modal = ReturnType<typeof App.useApp>['modal'];

/** Enabling, disabling and weighing of providers, each after a question; the last enabled one needs a second. */
export function useProviderActions(serviceId: string, modal: Modal) {
  const { t, format } = useI18n();
  const report = useReport();
  const update = useUpdateProviders(serviceId);

  const send = async (body: ProviderUpdate): Promise<void> => {
    try {
      const { items } = await update.mutateAsync(body);
      const failed = items.filter((item) => !item.ok);
      if (failed.length > 0) {
        report.failed(new Error(failed.map((item) => `${item.id}: ${item.message}`).join('\n')));
      } else {
        report.done(t('provider.updated', { count: items.length }));
      }
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'LAST_PROVIDER')) {
        report.failed(error);
        return;
      }
      modal.confirm({
        title: t('provider.last-title'),
        content: `${error.message} ${t('provider.last-hint')}`,
        okText: t('provider.disable'),
        okButtonProps: { danger: true },
        onOk: () => send({ ...body, force: true }),
      });
    }
  };

  return {
    setEnabled: (rows: readonly Provider[], enabled: boolean): void => {
      const rps = rows.reduce((sum, row) => sum + row.rps, 0);
      modal.confirm({
        title: t(enabled ? 'provider.enable-title' : 'provider.disable-title', { count: rows.length }),
        content: (
          <>
            <p>{enabled ? t('provider.enable-hint') : t('provider.disable-hint', { rps: format.decimal(rps) })}</p>
            <p className="weft-muted">{rows.map((row) => row.address).join(', ')}</p>
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
