import {
  Flag,
  Ignored,
  Json,
  JsonMap,
  List,
  Name,
  type Parsed,
  Secret,
  Text,
  TextMap,
  Type,
  Unsupported,
} from '../author/index.ts';

export const SUBSET_HINT = 'subset load balancing is not in this release';
export const TLS_HINT = 'TLS is not in this release: remove it, or terminate TLS in front of the proxy';

export const headerValue = Type.Object(
  {
    key: Text({
      description:
        'Name of the header, a token of RFC 9110; none that means the connection or the framing, such as `host` or `content-length`.',
      minLength: 1,
      maxLength: 256,
      examples: ['x-env'],
    }),
    value: Text({
      description: 'Value of the header; `%name%` stands for the variable of that name, which must exist.',
      default: '',
      maxLength: 8192,
      examples: ['%connection_id%'],
    }),
  },
  { description: 'The header.' },
);

export const headerToAdd = Type.Object(
  {
    header: headerValue,
    append: Flag({
      description: 'true joins the value to one that is there with a comma, false replaces it.',
      default: true,
    }),
  },
  { description: 'One header to add.' },
);
export type HeaderToAdd = Parsed<typeof headerToAdd>;

const headerName = Text({ description: 'Name of a header.', minLength: 1, maxLength: 256 });

/** The four lists that a router configuration, a virtual host and a route have; the route's are applied first. */
export const headerLists = {
  request_headers_to_add: List(headerToAdd, {
    description: 'Headers added to the request on its way to the host.',
    maxItems: 256,
  }),
  request_headers_to_remove: List(headerName, {
    description: 'Headers removed from the request.',
    maxItems: 256,
    examples: [['x-debug']],
  }),
  response_headers_to_add: List(headerToAdd, {
    description: 'Headers added to the response on its way to the caller.',
    maxItems: 256,
  }),
  response_headers_to_remove: List(headerName, {
    description: 'Headers removed from the response.',
    maxItems: 256,
    examples: [['server']],
  }),
};

export const metadata = Type.Object(
  {
    filter_metadata: Type.Optional(
      Type.Object(
        {
          'mosn.lb': TextMap({
            description: 'Labels of the host, such as a version or a zone.',
            default: {},
            examples: [{ version: 'v2' }],
          }),
        },
        { description: 'Labels by their reader.' },
      ),
    ),
  },
  { description: 'Labels; shown in dumps.' },
);

const DEAD_METADATA = 'it selects a subset, and subset load balancing is not in this release';
export const ignoredMetadata = (description: string) => Ignored(Json({ description }), DEAD_METADATA);

export const perFilterConfig = Type.Unsafe<Readonly<Record<string, Parsed<ReturnType<typeof JsonMap>>>>>({
  type: 'object',
  additionalProperties: {
    type: 'object',
    'x-weft-json': true,
    description: 'What the filter of this type reads here.',
  },
  description: 'Configuration of stream filters for this place only, by filter type; a route beats its virtual host.',
  default: {},
  examples: [{ fault: { abort: { status: 503, percentage: 10 } } }],
});

const filterType = (description: string, example: string) => Name({ description, examples: [example] });
const filterConfig = JsonMap({
  description: 'Configuration of the filter, checked against the schema of the filter.',
  default: {},
});

export const networkFilter = Type.Object(
  { type: filterType('Type of the network filter.', 'proxy'), config: filterConfig },
  { description: 'One network filter.' },
);
export type NetworkFilterConfig = Parsed<typeof networkFilter>;

export const streamFilter = Type.Object(
  {
    type: filterType('Type of the stream filter.', 'fault'),
    config: filterConfig,
    go_plugin_config: Unsupported(
      JsonMap({ description: 'A filter in a Go shared object.' }),
      'Go plugins cannot be loaded: write the filter with the SDK',
    ),
  },
  { description: 'One stream filter.' },
);
export type StreamFilterConfig = Parsed<typeof streamFilter>;

const tlsText = (description: string) => Text({ description, default: '' });

/** MOSN's `tls_context`; described in full, so that the reference and the masks know it, and refused while on. */
const tlsContext = Type.Object(
  {
    status: Flag({ description: 'Switches TLS on.', default: false }),
    type: tlsText('Extension that reads the certificates.'),
    server_name: tlsText('Server name (SNI).'),
    ca_cert: tlsText('Certificates of the authority, as a path or PEM.'),
    cert_chain: tlsText('Certificate chain, as a path or PEM.'),
    private_key: Secret({ description: 'Private key, as a path or PEM.', default: '' }),
    verify_client: Flag({ description: 'Verifies the certificate of the peer.', default: false }),
    require_client_cert: Flag({ description: 'Refuses a client without a certificate.', default: false }),
    insecure_skip: Flag({ description: 'Accepts any certificate.', default: false }),
    cipher_suites: tlsText('Cipher suites, separated by colons.'),
    ecdh_curves: tlsText('Curves, separated by commas.'),
    min_version: tlsText('Lowest version of TLS.'),
    max_version: tlsText('Highest version of TLS.'),
    alpn: tlsText('Protocols offered, separated by commas.'),
    ticket: tlsText('Session tickets.'),
    fall_back: Flag({ description: 'Serves plain text while the certificates cannot be read.', default: false }),
    extend_verify: JsonMap({ description: 'Configuration of the verifying extension.', default: {} }),
    sds_source: JsonMap({ description: 'Where certificates are fetched from.', default: {} }),
  },
  { description: 'TLS.' },
);

export const unsupportedTls = () => Unsupported(tlsContext, TLS_HINT, 'status');
export const unsupportedTlsSet = () =>
  Unsupported(List(tlsContext, { description: 'Several TLS contexts, chosen by server name.' }), TLS_HINT, 'status');
