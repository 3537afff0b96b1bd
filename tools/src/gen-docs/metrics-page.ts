import { METRIC_TABLE } from '@weft/telemetry';
import { code, generatedNotice, markdownTable } from './markdown.ts';

export function metricsPage(): string {
  const rows = METRIC_TABLE.map(({ name, type, labels, unit, help }) => [
    code(name),
    type,
    labels.map(code).join(' '),
    unit === '1' ? '' : unit,
    help,
  ]);
  return `${generatedNotice('packages/telemetry/src/stats')}

# Metrics

What the proxy exposes as Prometheus text. A series appears once something has been counted for its labels.

${markdownTable(['Metric', 'Type', 'Labels', 'Unit', 'Meaning'], rows)}
`;
}
