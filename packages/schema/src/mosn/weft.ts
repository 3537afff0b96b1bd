import { AutoCount, Bytes, Count, Duration, Enum, type Parsed, Text, Type } from '../author/index.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** What MOSN's file has no place for. Weft's own keys, so unknown ones are errors here. */
export const weft = Type.Object(
  {
    profile: Enum(['standard', 'sofastack'], {
      description:
        '`sofastack` keeps the file tree, paths and host names of SOFAStack installations; `standard` has none of them.',
      default: 'standard',
    }),
    data_threads: AutoCount({
      description: 'Data threads; beats `processor` of the server unless it is `auto`.',
      default: 'auto',
      maximum: 256,
      examples: [2],
    }),
    max_connections: Count({
      description: 'Connections of callers, over all threads; more are closed when they are accepted, and counted.',
      default: 65_536,
      minimum: 1,
      maximum: 10_000_000,
      unit: 'connections',
    }),
    soft_buffer_bytes: Bytes({
      description: 'Bytes that all connections may hold before none of them is read any more.',
      default: '256MiB',
      minimum: MIB,
      maximum: 64 * GIB,
    }),
    hard_buffer_bytes: Bytes({
      description: 'Bytes that all connections may hold before requests are refused; above the soft mark.',
      default: '512MiB',
      minimum: MIB,
      maximum: 64 * GIB,
    }),
    per_stream_buffer_bytes: Bytes({
      description: 'Bytes that one request or response may wait with.',
      default: '1MiB',
      minimum: 16_384,
      maximum: GIB,
    }),
    per_connection_buffer_bytes: Bytes({
      description:
        'Bytes that all streams of one connection may wait with; a caller above it loses its connection once it has taken nothing for 5 s, or eight times as much waits.',
      default: '4MiB',
      minimum: 16_384,
      maximum: GIB,
    }),
    retry_buffer_bytes: Bytes({
      description:
        'Bytes of a request body kept for a retry; larger ones are not retried once a part of them was sent.',
      default: '64KiB',
      minimum: 0,
      maximum: 64 * MIB,
    }),
    max_header_count: Count({
      description: 'Header fields of one message.',
      default: 100,
      minimum: 1,
      maximum: 10_000,
      unit: 'fields',
    }),
    max_header_bytes: Bytes({
      description:
        'Size of all header fields of one HTTP/2 message, decoded. HTTP/1.1 has `max_header_size` in the `extend_config` of its proxy filter.',
      default: '64KiB',
      minimum: 1024,
      maximum: 16 * MIB,
    }),
    detect_timeout: Duration({
      description: 'Time for the first bytes that tell the protocol of a connection.',
      default: '1s',
      minimum: '1ms',
      maximum: '1m',
    }),
    detect_max_bytes: Bytes({
      description: 'First bytes looked at to tell the protocol of a connection.',
      default: 512,
      minimum: 16,
      maximum: 65_536,
    }),
    request_head_timeout: Duration({
      description:
        'Time for the head of a request, from its first byte to its last, however it drips; 0 leaves only the idle timeout of the listener. HTTP/1.1 answers 408. A frame of HTTP/2 or of an RPC protocol has as much time.',
      default: '60s',
      minimum: 0,
      maximum: '1h',
      examples: ['10s'],
    }),
    watchdog_timeout: Duration({
      description:
        'A data thread that is silent for so long is ended and replaced, unless it is silent because it does not get the CPU.',
      default: '2s',
      minimum: '100ms',
      maximum: '10m',
    }),
    run_dir: Type.Optional(
      Text({
        description:
          'Folder of the pid file and of sockets. By default `/run/weft` for root, else `weft` in `$XDG_RUNTIME_DIR` or in the folder for temporary files.',
        minLength: 1,
        maxLength: 4096,
        examples: ['/run/weft'],
      }),
    ),
    state_dir: Type.Optional(
      Text({
        description:
          'Folder of the last good program. By default `/var/lib/weft` for root, else `weft` in `$XDG_STATE_HOME` or `~/.local/state`.',
        minLength: 1,
        maxLength: 4096,
        examples: ['/var/lib/weft'],
      }),
    ),
    admin_token_file: Type.Optional(
      Text({
        description:
          'File whose first line is the token that the admin server demands as `authorization: Bearer`; no token without it.',
        minLength: 1,
        maxLength: 4096,
        examples: ['/etc/weft/admin-token'],
      }),
    ),
  },
  { description: 'What MOSN has no key for.', default: {}, 'x-weft-strict': true },
);
export type WeftConfig = Parsed<typeof weft>;
