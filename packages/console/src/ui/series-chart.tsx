import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import type { SeriesChartProps } from './echarts-chart.tsx';

const EchartsChart = lazy(async () => ({ default: (await import('./echarts-chart.tsx')).EchartsChart }));

/** Lines over time; the library comes when the first chart is shown. */
export function SeriesChart(props: SeriesChartProps) {
  return (
    <figure className="weft-chart" aria-label={props.title}>
      <figcaption>{props.title}</figcaption>
      <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height: 180 }} />}>
        <EchartsChart {...props} />
      </Suspense>
    </figure>
  );
}
