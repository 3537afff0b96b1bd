import { Skeleton } from 'antd';
import { useI18n } from '../../i18n/index.ts';
import { useServiceMetrics } from '../../services/mesh-services.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { meanOf, wholePoints } from '../../ui/points.ts';
import { SeriesChart } from '../../ui/series-chart.tsx';
import { TimeSpanSelect, useTimeRange } from '../../ui/time-span.tsx';

const SPAN_SECONDS = 300;

export function TrafficTab({ serviceId }: { readonly serviceId: string }) {
  const { t, format } = useI18n();
  const { data, error, isLoading, refetch } = useServiceMetrics(serviceId, useTimeRange(SPAN_SECONDS));
  const points = wholePoints(data?.points ?? [], data?.stepSeconds ?? 1);
  const at = points.map((point) => point.at);
  return (
    <section className="weft-card weft-card-padded" aria-label={t('service.tab-traffic')}>
      <div className="weft-toolbar weft-toolbar-flat">
        <span className="weft-muted">
          {data === undefined || data.dataAgeMs === null
            ? t('ui.no-reports')
            : [
                t('ui.data-age', { age: format.span(data.dataAgeMs) }),
                t('ui.step', { step: format.span(data.stepSeconds * 1000) }),
              ].join(' · ')}
        </span>
        <TimeSpanSelect fallback={SPAN_SECONDS} />
      </div>
      <ErrorAlert error={error} onRetry={() => void refetch()} />
      {isLoading && <Skeleton active />}
      {data !== undefined && points.every((point) => point.requests === 0) ? (
        <NothingHere title={t('service.no-traffic')} />
      ) : (
        <div className="weft-charts">
          <SeriesChart
            title={t('ui.rps')}
            at={at}
            format={format.decimal}
            lines={[
              { name: t('ui.requests'), values: points.map((point) => point.rps) },
              {
                name: t('ui.rejected'),
                values: points.map((point) => point.rejected / (data?.stepSeconds ?? 1)),
                colour: '#cf1322',
              },
            ]}
          />
          <SeriesChart
            title={t('ui.rt')}
            at={at}
            format={format.milliseconds}
            lines={[
              { name: t('ui.mean'), values: points.map(meanOf) },
              { name: t('ui.p99'), values: points.map((point) => point.p99Ms) },
            ]}
          />
          <SeriesChart
            title={t('ui.error-ratio')}
            at={at}
            format={format.percent}
            lines={[{ name: t('ui.error-ratio'), values: points.map((point) => point.errorRatio), colour: '#cf1322' }]}
          />
        </div>
      )}
    </section>
  );
}
