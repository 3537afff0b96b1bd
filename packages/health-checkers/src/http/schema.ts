import { Count, Duration, Enum, List, type Parsed, Text, Type } from '@weft/schema/author';

const statusRange = Type.Object(
  {
    Start: Count({ description: 'First status of the range.', minimum: 100, maximum: 599 }),
    End: Count({ description: 'Last status of the range, which belongs to it.', minimum: 100, maximum: 599 }),
  },
  { description: 'A range of statuses.' },
);

const httpCheck = Type.Object(
  {
    port: Count({
      description: 'Port that is asked; the port of the host when 0.',
      default: 0,
      maximum: 65_535,
      examples: [8080],
    }),
    timeout: Duration({
      description: 'Longest wait for an answer; the timeout of the health check holds as well.',
      default: '30s',
      zeroIsDefault: true,
    }),
    path: Text({
      description: 'Path and query that are asked for.',
      default: '/',
      zeroIsDefault: true,
      maxLength: 4096,
      pattern: '^/[\\u0021-\\u007e]*$',
      expected: 'a path that begins with / and has no spaces',
      examples: ['/health'],
    }),
    method: Enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'], {
      description: 'Method of the request, which has no body.',
      default: 'GET',
      zeroIsDefault: true,
      ignoreCase: true,
    }),
    scheme: Enum(['http'], {
      description: 'Scheme of the request.',
      default: 'http',
      zeroIsDefault: true,
      ignoreCase: true,
      unsupported: { https: 'health checks over TLS are not in this release: use `http`, or check with `tcp`' },
    }),
    domain: Text({
      description: 'Value of the Host header; the name of the host, or its address, when empty.',
      default: '',
      maxLength: 256,
      pattern: '^[\\u0021-\\u007e]*$',
      expected: 'a host name without spaces',
    }),
    codes: List(statusRange, { description: 'Statuses that count as healthy; 200 only when empty.', maxItems: 64 }),
  },
  {
    description:
      'The request, and what counts as a good answer; without it, as in MOSN, who accepts a connection is healthy.',
  },
);

export const schema = Type.Object(
  { http_check_config: Type.Optional(httpCheck) },
  { description: 'The health check `Http1`: one HTTP/1.1 request on a connection of its own.' },
);

export type HttpCheckConfig = Parsed<typeof schema>;
