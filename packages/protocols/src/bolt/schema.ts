import { Count, Flag, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    enable_bolt_goaway: Flag({
      description:
        'Sends a goaway frame when a connection drains. Only proxies understand it: the Java client fails on it.',
      default: false,
    }),
    max_requests_in_flight: Count({
      description: 'Requests in flight on one connection. A caller over it is answered with status 4.',
      default: 65_535,
      minimum: 1,
      maximum: 1_000_000,
    }),
    max_gathered_frame_bytes: Count({
      description: 'Frames up to this size, bytes, are passed on when they are complete, larger ones as they come.',
      default: 65_536,
      minimum: 0,
      maximum: 1_048_576,
    }),
  },
  { description: 'Bolt, the RPC protocol of SOFA, versions 1 and 2.' },
);
