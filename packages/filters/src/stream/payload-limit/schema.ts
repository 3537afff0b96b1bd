import { Bytes, Count, type Parsed, Type } from '@weft/schema/author';

export const schema = Type.Object(
  {
    max_entity_size: Bytes({
      description: 'Longest body of a request; 0 means no limit.',
      default: 0,
      // MOSN's own spelling ends in a space.
      alias: ['max_entity_size '],
      examples: [1024, '1MiB'],
    }),
    http_status: Count({
      description: 'HTTP status of the answer to a longer one; other protocols map it.',
      minimum: 400,
      maximum: 599,
      default: 413,
      zeroIsDefault: true,
    }),
  },
  { description: 'The stream filter `payload_limit`: refuses requests with long bodies.' },
);

export type PayloadLimitConfig = Parsed<typeof schema>;
