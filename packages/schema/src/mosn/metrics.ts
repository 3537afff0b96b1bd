import { Flag, Ignored, Json, JsonMap, List, Name, type Parsed, Text, Type } from '../author/index.ts';

const OWN_CELLS = 'counters always live in memory that the threads share';

const sink = Type.Object(
  {
    type: Name({ description: 'Kind of the sink.', examples: ['prometheus'] }),
    config: JsonMap({
      description: 'Configuration of the sink, checked by the sink.',
      default: {},
      examples: [{ port: 34903 }],
    }),
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
