import { Count, Duration, Ignored, JsonMap, List, type Parsed, Text, Type } from '../author/index.ts';

export const healthCheck = Type.Object(
  {
    protocol: Text({
      description:
        'Kind of the check, compared without case: `Http1`, `tcp`, or that of an extension; `tcp` when empty.',
      default: '',
      maxLength: 64,
      examples: ['Http1'],
    }),
    service_name: Text({
      description: 'Name for messages. Hosts are checked when this or `protocol` is given.',
      default: '',
      maxLength: 256,
      examples: ['backend'],
    }),
    timeout: Duration({ description: 'Time for one check.', default: '1s', zeroIsDefault: true }),
    interval: Duration({
      description: 'Time between two checks of a host.',
      default: '15s',
      minimum: '10ms',
      zeroIsDefault: true,
      examples: ['5s'],
    }),
    interval_jitter: Duration({
      description: 'Up to so much is added to every interval, so that checks spread.',
      default: '5ms',
    }),
    initial_delay_seconds: Duration({
      description: 'Time before the first check.',
      default: '1s',
      zeroIsDefault: true,
    }),
    healthy_threshold: Count({
      description: 'Good checks in a row that make a host healthy.',
      default: 1,
      maximum: 1000,
      zeroIsDefault: true,
      unit: 'checks',
    }),
    unhealthy_threshold: Count({
      description: 'Failed checks in a row that make a host unhealthy.',
      default: 1,
      maximum: 1000,
      zeroIsDefault: true,
      unit: 'checks',
    }),
    check_config: JsonMap({
      description:
        'Options of the check, read by the checker: `http_check_config` with port, timeout, path, method, scheme, domain and codes for `Http1`.',
      default: {},
      examples: [{ http_check_config: { path: '/healthz' } }],
    }),
    event_log_path: Text({
      description: 'File that gets a line for every change of health; none when empty.',
      default: '',
      maxLength: 4096,
    }),
    common_callbacks: Ignored(
      List(JsonMap({ description: 'A name.' }), { description: 'Callbacks registered in Go.' }),
      'there is no Go program around the proxy',
    ),
  },
  { description: 'Active health checks.' },
);
export type HealthCheckConfig = Parsed<typeof healthCheck>;
