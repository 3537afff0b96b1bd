import { LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import { useI18n } from '../i18n/index.ts';

use([LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

export interface SeriesChartProps {
  readonly title: string;
  /** Instants of the points. */
  readonly at: readonly string[];
  readonly lines: readonly {
    readonly name: string;
    readonly values: readonly (number | null)[];
    readonly colour?: string;
  }[];
  readonly format: (value: number) => string;
}

export const CHART_COLOURS = ['#1d39c4', '#d46b08', '#cf1322', '#08979c', '#531dab'] as const;
const AXIS = { axisLine: { lineStyle: { color: '#d9d9d9' } }, axisLabel: { color: '#595959', fontSize: 11 } };

/** From longer on a time of day alone does not say when. */
const DAY_MS = 86_400_000;
const spanMs = (at: readonly string[]): number => Date.parse(at.at(-1) ?? '') - Date.parse(at[0] ?? '');

export function EchartsChart({ title, at, lines: all, format }: SeriesChartProps) {
  // Fine steps have no percentiles: a legend without its line would look like a defect.
  const lines = useMemo(() => all.filter((line) => line.values.some((value) => value !== null)), [all]);
  const { language, format: texts } = useI18n();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof init>>(null);

  useEffect(() => {
    if (element.current === null) return;
    const made = init(element.current, null, { locale: language === 'zh' ? 'ZH' : 'EN' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, [language]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart made anew for another language needs its content again
  useEffect(() => {
    chart.current?.setOption(
      {
        animation: false,
        aria: { enabled: true, label: { description: title } },
        grid: { left: 8, right: 16, top: lines.length > 1 ? 28 : 12, bottom: 4, outerBoundsMode: 'same' },
        tooltip: {
          trigger: 'axis',
          valueFormatter: (value: unknown) => (typeof value === 'number' ? format(value) : '–'),
        },
        legend: { show: lines.length > 1, top: 0, right: 8, itemHeight: 8, textStyle: { fontSize: 11 } },
        xAxis: {
          ...AXIS,
          type: 'category',
          boundaryGap: false,
          data: at.map(spanMs(at) > DAY_MS ? texts.dayMinute : texts.clock),
          axisTick: { show: false },
          axisLabel: { ...AXIS.axisLabel, alignMinLabel: 'left', alignMaxLabel: 'right', hideOverlap: true },
        },
        yAxis: {
          ...AXIS,
          type: 'value',
          min: 0,
          splitNumber: 3,
          axisLabel: { ...AXIS.axisLabel, formatter: (value: number) => format(value) },
          splitLine: { lineStyle: { color: '#f0f0f0' } },
        },
        series: lines.map((line, i) => ({
          type: 'line',
          name: line.name,
          data: [...line.values],
          showSymbol: line.values.length < 3,
          lineStyle: { width: 1.8 },
          areaStyle: lines.length === 1 ? { opacity: 0.08 } : undefined,
          color: line.colour ?? CHART_COLOURS[i % CHART_COLOURS.length],
        })),
      },
      true,
    );
  }, [title, at, lines, format, texts, language]);

  return <div ref={element} className="weft-chart-canvas" />;
}
