import { Count, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    max_header_size: Count({
      description: 'Largest request head, bytes. A longer request line is answered with 414, a longer head with 431.',
      default: 8192,
      minimum: 256,
      maximum: 1_048_576,
      zeroIsDefault: true,
    }),
    max_request_body_size: Count({
      description: 'Largest request body, bytes; 0 means no limit. A larger one is answered with 413.',
      default: 0,
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
    }),
  },
  { description: 'HTTP/1.0 and HTTP/1.1, read strictly.' },
);
