import { Count, Flag, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    http2_use_stream: Flag({ description: 'Accepted for compatibility; bodies are always streamed.', default: true }),
    max_concurrent_streams: Count({
      description: 'Concurrent streams of one connection: announced to callers, and the most that is opened to a host.',
      default: 100,
      minimum: 1,
      maximum: 1_000_000,
    }),
    initial_stream_window_size: Count({
      description: 'Flow-control credit of one stream, bytes: what a paused stream can still pour in.',
      default: 262_144,
      minimum: 65_535,
      maximum: 2_147_483_647,
    }),
    initial_connection_window_size: Type.Optional(
      Count({
        description:
          'Flow-control credit of one connection, bytes; 1048576 towards callers and 4194304 towards hosts unless set.',
        minimum: 65_535,
        maximum: 2_147_483_647,
      }),
    ),
    max_resets_per_second: Count({
      description: 'Streams that a caller may reset within a second before its connection is ended.',
      default: 200,
      minimum: 1,
      maximum: 1_000_000,
    }),
  },
  { description: 'HTTP/2 with prior knowledge or ALPN `h2`, and gRPC on it.' },
);
