import { Count, Flag, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    max_requests_in_flight: Count({
      description: 'Requests in flight on one connection. A caller over it is answered with ret -9, overload.',
      default: 65_535,
      minimum: 1,
      maximum: 1_000_000,
    }),
    max_gathered_frame_bytes: Count({
      description:
        'Frames up to this size, bytes, are passed on when they are complete, larger ones as they come. The context and the timeout of the larger ones cannot be read.',
      default: 65_536,
      minimum: 0,
      maximum: 1_048_576,
    }),
    max_frame_bytes: Count({
      description: 'One frame, bytes; the Tars frameworks take 10 MiB.',
      default: 10_485_760,
      minimum: 1024,
      maximum: 2_147_483_647,
    }),
    answer_ping: Flag({
      description: 'Answers `tars_ping` of callers at once, as the heartbeat that it is, instead of passing it on.',
      default: true,
    }),
  },
  { description: 'Tars and TUP, the RPC protocol of TarsCpp, TarsGo, TarsJava and Tars.js.' },
);
