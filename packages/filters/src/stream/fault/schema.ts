import { Count, Duration, Flag, List, type Parsed, Text, Type } from '@weft/schema/author';

const percentage = (description: string) =>
  Count({ description, default: 0, maximum: 100, unit: 'percent', examples: [10] });

const delay = Type.Object(
  {
    fixed_delay: Duration({ description: 'How long a request waits.', default: 0, examples: ['100ms'] }),
    percentage: percentage('Share of the requests that wait.'),
  },
  { description: 'Delays requests.' },
);

const abort = Type.Object(
  {
    status: Count({
      description: 'HTTP status of the answer; other protocols map it.',
      minimum: 200,
      maximum: 599,
      default: 503,
    }),
    percentage: percentage('Share of the requests that are answered with it.'),
  },
  { description: 'Answers requests with an error in place of the host; those that were delayed, after the delay.' },
);

const headerMatch = Type.Object(
  {
    name: Text({
      description: 'Name of the header; `method` is the method of an HTTP request.',
      minLength: 1,
      maxLength: 256,
    }),
    value: Text({
      description: 'The value, or an expression that it must contain a match of.',
      default: '',
      maxLength: 4096,
    }),
    regex: Flag({ description: 'Takes `value` as a regular expression.', default: false }),
  },
  { description: 'One condition on a header.' },
);
export type HeaderMatch = Parsed<typeof headerMatch>;

export const schema = Type.Object(
  {
    delay: Type.Optional(delay),
    abort: Type.Optional(abort),
    upstream_cluster: Text({
      description: 'Only requests that go to this cluster; all when empty.',
      default: '',
      maxLength: 256,
    }),
    headers: List(headerMatch, { description: 'Only requests that meet every condition.', maxItems: 64 }),
  },
  {
    description: 'The stream filter `fault`: delays and fails a share of the requests, to see what callers make of it.',
  },
);

export type FaultConfig = Parsed<typeof schema>;
