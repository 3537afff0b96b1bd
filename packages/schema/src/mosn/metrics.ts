import { Count, Flag, Ignored, Json, List, Name, type Parsed, Text, Type, Unsupported } from '../author/index.ts';

const OWN_CELLS = 'counters always live in memory that the threads share';

const sink = Type.Object(
  {
    type: Name({ description: 'Kind of the sink.', examples: ['prometheus'] }),
    config: Type.Object(
      {
        port: Type.Optional(
          Count({ description: 'Port of the page; 0 = any free one.', maximum: 65_535, examples: [34903] }),
        ),
        address: Text({
          description: 'Address of the page.',
          default: '127.0.0.1',
          maxLength: 256,
          zeroIsDefault: true,
          examples: ['0.0.0.0'],
        }),
        endpoint: Text({
          description: 'Path of the page.',
          default: '/metrics',
          maxLength: 256,
          pattern: '^/[\\u0021-\\u007e]*$',
          expected: 'a path that begins with / and has no spaces',
          zeroIsDefault: true,
        }),
        export_url: Unsupported(
          Text({ description: 'Where metrics are pushed to.' }),
          'metrics are not pushed: read them from the page of the sink',
        ),
        disable_collect_process: Ignored(
          Flag({ description: 'Leaves out metrics of the process.' }),
          'they are always there',
        ),
        disable_collect_go: Ignored(Flag({ description: 'Leaves out metrics of the Go runtime.' }), 'there is none'),
        percentiles: Ignored(Json({ description: 'Percentiles of histograms.' }), 'histograms have fixed buckets'),
      },
      { description: 'Configuration of the sink `prometheus`, which needs a port.', default: {} },
    ),
  },
  { description: 'One way out for metrics.' },
);

export const metrics = Type.Object(
  {
    sinks: List(sink, {
      description: 'Where metrics go.',
      maxItems: 16,
      examples: [[{ type: 'prometheus', config: { port: 34903 } }]],
    }),
    stats_matcher: Ignored(
      Json({ description: 'Metrics that are left out.' }),
      'all metrics are shown: leave them out where they are collected',
    ),
    shm_zone: Ignored(Text({ description: 'Name of the shared memory file.' }), OWN_CELLS),
    shm_size: Ignored(Text({ description: 'Size of the shared memory file.' }), OWN_CELLS),
    flush_mosn: Ignored(
      Flag({ description: 'Hands metrics of the process itself to the sinks.' }),
      'they are always there',
    ),
    lazy_flush: Ignored(
      Flag({ description: 'Leaves out metrics that did not change.' }),
      'metrics are read when somebody asks',
    ),
    sample: Ignored(
      Json({ description: 'Sampling of histograms.' }),
      'histograms have fixed buckets and keep every value',
    ),
    ewma: Ignored(
      Json({ description: 'Decay of the averages of LB_PEAK_EWMA.' }),
      'LB_PEAK_EWMA is not in this release',
    ),
  },
  { description: 'Metrics.' },
);
export type MetricsConfig = Parsed<typeof metrics>;
