import { AutoCount, Duration, Enum, Flag, Ignored, List, type Parsed, Text, Type } from '../author/index.ts';
import { listener } from './listener.ts';
import { routerConfig } from './route.ts';

export const server = Type.Object(
  {
    mosn_server_name: Text({ description: 'A label; shown in dumps.', default: '', maxLength: 256 }),
    default_log_path: Text({
      description: 'File of the default log, `stdout` or `stderr`; `stderr` when empty.',
      default: '',
      maxLength: 4096,
      examples: ['/var/log/weft/weft.log'],
    }),
    default_log_level: Enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'], {
      description: 'Lowest level that is logged.',
      default: 'INFO',
      ignoreCase: true,
      zeroIsDefault: true,
    }),
    global_log_roller: Text({
      description:
        'When log files are rolled: `size=` in MB, `age=` in days, `keep=` files, `compress=on|off`, or `time=` in hours up to 24; daily when empty.',
      default: '',
      pattern:
        '^(?:(?:size|age|keep|time)=[0-9]{1,6}|compress=(?:on|off))(?: +(?:(?:size|age|keep|time)=[0-9]{1,6}|compress=(?:on|off)))*$',
      expected: 'parts such as "size=100 age=7 keep=10 compress=on" or "time=1"',
      zeroIsDefault: true,
      examples: ['size=100 age=7 keep=10 compress=on'],
    }),
    use_netpoll_mode: Ignored(
      Flag({ description: 'Another network loop.' }),
      'there is one network loop, and it is always event driven',
    ),
    graceful_timeout: Duration({
      description: 'Time for running requests when the proxy stops.',
      default: '30s',
      zeroIsDefault: true,
    }),
    processor: AutoCount({
      description:
        'Data threads; `auto` takes one when the CPU limit is one core or less, else its floor. `weft.data_threads` beats it.',
      default: 'auto',
      maximum: 256,
      examples: [2],
    }),
    listeners: List(listener, { description: 'Listeners.', maxItems: 4096 }),
    routers: List(routerConfig, { description: 'Router configurations.', maxItems: 4096 }),
  },
  { description: 'The server.' },
);
export type ServerConfig = Parsed<typeof server>;
