import { Count, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    max_concurrent_streams: Count({
      description:
        'Concurrent streams of one HTTP/2 connection: announced to callers, and the most that is opened to a host. Consumers of Dubbo do not heed it: their calls fail beyond it.',
      default: 1000,
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
  },
  { description: 'Triple, the protocol `tri` of Dubbo 3 and SOFARPC: over HTTP/2, and over HTTP/1.1 with JSON.' },
);
