/**
 * Every error code of Weft, in one table. `docs/reference/errors.md` is generated from it.
 *
 * `status` is the HTTP status a caller sees when the error ends a request; 0 means that it never does.
 */
export interface ErrorCodeRow {
  /** Default message. */
  readonly message: string;
  /** HTTP status for a caller, 0 when none. */
  readonly status: number;
  /** What an operator should know or do. */
  readonly doc: string;
}

export const ERROR_CODES = {
  config_invalid: {
    message: 'the configuration is not valid',
    status: 0,
    doc: 'The message names the file, the JSON path, the value found and what was expected. Correct it and start or reload again.',
  },
  config_unreadable: {
    message: 'the configuration file cannot be read',
    status: 0,
    doc: 'Check that the path exists and that the user of the proxy may read it.',
  },
  address_in_use: {
    message: 'the address is already in use',
    status: 0,
    doc: 'Another process listens there; its process id and name are in the message where the kernel tells them.',
  },
  data_folder_in_use: {
    message: 'the data folder is in use by another control plane',
    status: 0,
    doc: 'A folder is of one control plane at a time; the process id of that one is in the message. Stop it, or name another folder with `--data`.',
  },
  address_denied: {
    message: 'not permitted to listen on this address',
    status: 0,
    doc: 'Ports below 1024 need CAP_NET_BIND_SERVICE: use a higher port, or grant the capability in the unit or container file.',
  },
  address_unavailable: {
    message: 'no such local address',
    status: 0,
    doc: 'The address of a listener must belong to this machine.',
  },
  descriptors_low: {
    message: 'too few file descriptors',
    status: 0,
    doc: 'Raise the limit (`ulimit -n`, `LimitNOFILE=`): each proxied connection needs two.',
  },
  key_file_unusable: {
    message: 'the key file of the control plane cannot be used',
    status: 0,
    doc: 'The control plane writes one as `proxy-key.json` in its data folder, readable for its owner only; name it with `--control-key-file`.',
  },
  extension_unknown: {
    message: 'unknown extension',
    status: 0,
    doc: 'The name is not among the built-in extensions; the message lists the known ones.',
  },
  extension_failed: {
    message: 'an extension failed',
    status: 500,
    doc: 'The extension threw. Its fault count is in the metrics; its fail policy decides what the request gets.',
  },
  protocol_malformed: {
    message: 'malformed message',
    status: 400,
    doc: 'The peer sent bytes that break the protocol; the connection is closed.',
  },
  protocol_limit: {
    message: 'a protocol limit was exceeded',
    status: 431,
    doc: 'A head, header count, frame or stream limit was exceeded.',
  },
  protocol_unknown: {
    message: 'unknown protocol',
    status: 0,
    doc: 'None of the protocols of the listener recognised the first bytes of the connection.',
  },
  body_too_large: { message: 'the body is too large', status: 413, doc: 'The body is over the configured limit.' },
  route_not_found: {
    message: 'no route matches',
    status: 404,
    doc: 'No virtual host or no route matches the request; `weft proxy explain` shows what was considered.',
  },
  cluster_not_found: {
    message: 'no such cluster',
    status: 502,
    doc: 'The route names a cluster that does not exist at the moment.',
  },
  no_healthy_host: { message: 'no healthy host', status: 502, doc: 'The cluster has no host, or none is healthy.' },
  upstream_connect_failed: {
    message: 'cannot connect to the host',
    status: 502,
    doc: 'The connection was refused, timed out or the address is unreachable.',
  },
  upstream_reset: {
    message: 'the host ended the exchange',
    status: 502,
    doc: 'The connection or stream to the host ended before the response was complete.',
  },
  upstream_malformed: {
    message: 'the answer of the host is malformed',
    status: 502,
    doc: 'What the host sent breaks its protocol, or a limit: a length that the content does not have, chunks that are none, a head that is too large. The log says what broke a connection. Where the host speaks another protocol, name it by `upstream_protocol` of the route.',
  },
  upstream_timeout: {
    message: 'the host did not answer in time',
    status: 504,
    doc: 'The timeout of the route or of the attempt passed.',
  },
  overflow: {
    message: 'a limit of the cluster was reached',
    status: 503,
    doc: 'Connections, pending requests, requests or retries reached the limit of the cluster.',
  },
  overloaded: {
    message: 'the proxy sheds load',
    status: 503,
    doc: 'The proxy reached its hard mark of buffered bytes or connections.',
  },
  descriptors_exhausted: {
    message: 'no file descriptor left',
    status: 503,
    doc: 'The reserve for upstream connections is used up.',
  },
  ports_exhausted: {
    message: 'no local port left for this host',
    status: 503,
    doc: 'All local ports towards this host are in use or in TIME_WAIT.',
  },
  transcoding_unsupported: {
    message: 'no conversion between the two protocols',
    status: 502,
    doc: 'The route sends a request to a host of another protocol family, and no transcoder of the listener took it.',
  },
  transcode_request: {
    message: 'the request cannot be converted',
    status: 400,
    doc: 'A transcoder cannot turn the request into one of the other protocol; the text behind the code says why.',
  },
  transcode_response: {
    message: 'the answer cannot be converted',
    status: 502,
    doc: 'The host answered what a transcoder cannot turn into an answer for the caller; the text behind the code says why.',
  },
  draining: {
    message: 'the proxy is stopping',
    status: 503,
    doc: 'The proxy stops and takes no new requests on this connection.',
  },
  internal: {
    message: 'internal error',
    status: 500,
    doc: 'A defect in the proxy. Please report it with the log line.',
  },
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Exit codes of every Weft process. */
export const EXIT = {
  OK: 0,
  FAILED: 1,
  USAGE: 2,
  REFUSED: 3,
  INTERNAL: 70,
  CONFIG: 78,
} as const;
