import { Count, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    max_requests_in_flight: Count({
      description: 'Requests in flight on one connection. A caller over it is answered with an exception.',
      default: 65_535,
      minimum: 1,
      maximum: 1_000_000,
    }),
    max_gathered_frame_bytes: Count({
      description:
        'Frames up to this size, bytes, are passed on when they are complete, larger ones as they come. The kind of exception in the larger ones is not seen.',
      default: 65_536,
      minimum: 0,
      maximum: 1_048_576,
    }),
    max_payload_bytes: Count({
      description: "One message, bytes; the same as `payload` of Dubbo's protocol.",
      default: 8_388_608,
      minimum: 1024,
      maximum: 2_147_483_647,
    }),
  },
  { description: 'The protocol `thrift` of Dubbo up to 2.7: Thrift messages behind a header of its own.' },
);
