/**
 * Every bound that stands between one rude peer and everybody else, as data. `bounds.test.ts` attacks each row and fails
 * when a row has no attack; `docs/reference/bounds.md` is made from the same rows.
 */

export interface Bound {
  readonly id: string;
  readonly what: string;
  /** Where it is set; '' = fixed. */
  readonly key: string;
  readonly standard: string;
  readonly beyond: string;
}

const HTTP1 = '`max_header_size` in `extend_config.Http1`';
const PER_CONNECTION = '`weft.per_connection_buffer_bytes`';

export const BOUNDS: readonly Bound[] = [
  {
    id: 'http1-head',
    what: 'Head of an HTTP/1.1 request',
    key: HTTP1,
    standard: '8 KiB',
    beyond: '431, then the end of the connection',
  },
  {
    id: 'http1-target',
    what: 'Target of an HTTP/1.1 request',
    key: HTTP1,
    standard: '8 KiB, with the rest of the head',
    beyond: '414 or 431, then the end of the connection',
  },
  {
    id: 'header-count',
    what: 'Header fields of one message',
    key: '`weft.max_header_count`',
    standard: '100',
    beyond: '431, then the end of the connection',
  },
  {
    id: 'http1-body',
    what: 'Body of an HTTP/1.1 request',
    key: '`max_request_body_size` in `extend_config.Http1`',
    standard: 'no limit',
    beyond: '413, then the end of the connection',
  },
  {
    id: 'http1-chunk-line',
    what: 'Size and extensions of a chunk',
    key: HTTP1,
    standard: '8 KiB',
    beyond: 'The end of the connection; the host sees no complete request',
  },
  {
    id: 'http1-trailers',
    what: 'Trailers of an HTTP/1.1 request',
    key: HTTP1,
    standard: '8 KiB',
    beyond: 'The end of the connection; the host sees no complete request',
  },
  {
    id: 'http1-slow-head',
    what: 'Time for a head that arrives in drips',
    key: '`weft.request_head_timeout`',
    standard: '60 s',
    beyond: '408, then the end of the connection',
  },
  {
    id: 'http2-slow-head',
    what: 'Time for a header block that arrives in drips',
    key: '`weft.request_head_timeout`',
    standard: '60 s',
    beyond: 'GOAWAY with ENHANCE_YOUR_CALM, then the end of the connection',
  },
  {
    id: 'http2-slow-frame',
    what: 'Time for any other HTTP/2 frame that arrives in drips; content is passed on as it comes',
    key: '`weft.request_head_timeout`',
    standard: '60 s',
    beyond: 'GOAWAY with ENHANCE_YOUR_CALM, then the end of the connection',
  },
  {
    id: 'bolt-slow-head',
    what: 'Time for a Bolt frame that arrives in drips, up to where its content is passed on',
    key: '`weft.request_head_timeout`',
    standard: '60 s',
    beyond: 'The end of the connection',
  },
  {
    id: 'idle',
    what: 'Time that a connection of a caller is open without a request',
    key: '`connection_idle_timeout` of the listener',
    standard: '90 s',
    beyond: 'The end of the connection',
  },
  {
    id: 'http1-unread-answers',
    what: 'Answers to pipelined requests that the caller does not read',
    key: PER_CONNECTION,
    standard: '4 MiB',
    beyond:
      'The proxy reads no further request, or the caller loses its connection once it has taken nothing for 5 s or eight times as much waits',
  },
  {
    id: 'http2-header-list',
    what: 'Header list of an HTTP/2 message, decoded',
    key: '`weft.max_header_bytes`',
    standard: '64 KiB',
    beyond: '431, or the end of the connection',
  },
  {
    id: 'http2-streams',
    what: 'Concurrent streams of an HTTP/2 connection',
    key: '`max_concurrent_streams` in `extend_config.Http2`',
    standard: '100',
    beyond: 'RST_STREAM with REFUSED_STREAM',
  },
  {
    id: 'http2-unfetched-memory',
    what: 'Answers for which HTTP/2 callers give no credit, of all connections',
    key: '`weft.soft_buffer_bytes`, `weft.hard_buffer_bytes`',
    standard: '256 MiB, 512 MiB',
    beyond: 'As below: connections are read one at a time, then 503 for new requests',
  },
  {
    id: 'http2-unfetched-time',
    what: 'Time that an HTTP/2 caller gives no credit for an answer',
    key: '`connection_idle_timeout` of the listener',
    standard: '90 s, found within twice that time',
    beyond: 'RST_STREAM with CANCEL; counted in `weft_proxy_answers_unfetched_total`',
  },
  {
    id: 'http2-rapid-reset',
    what: 'Streams that an HTTP/2 caller resets within a second',
    key: '`max_resets_per_second` in `extend_config.Http2`',
    standard: '200',
    beyond: 'GOAWAY with ENHANCE_YOUR_CALM, then the end of the connection',
  },
  {
    id: 'http2-settings',
    what: 'SETTINGS frames without data in between',
    key: '',
    standard: 'a few hundred',
    beyond: 'GOAWAY, then the end of the connection',
  },
  {
    id: 'http2-pings',
    what: 'PING frames without data in between',
    key: '',
    standard: 'a few hundred',
    beyond: 'GOAWAY, then the end of the connection',
  },
  {
    id: 'http2-window-updates',
    what: 'WINDOW_UPDATE frames within a second',
    key: '',
    standard:
      '1000, and twenty for each new stream and each DATA frame with bytes, once, whenever they come; at most 327 680 of these',
    beyond: 'GOAWAY with ENHANCE_YOUR_CALM, then the end of the connection',
  },
  {
    id: 'http2-priorities',
    what: 'PRIORITY frames within a second',
    key: '',
    standard: '1000, and two for each new stream and each DATA frame with bytes',
    beyond: 'GOAWAY with ENHANCE_YOUR_CALM, then the end of the connection',
  },
  {
    id: 'http2-useless-frames',
    what: 'Frames of unknown types, GOAWAY, frames of streams that have ended and requests that are refused before a rule sees them, within a second',
    key: '',
    standard: '500, and one for each new stream and each DATA frame with bytes',
    beyond: 'GOAWAY with ENHANCE_YOUR_CALM, then the end of the connection',
  },
  {
    id: 'http2-late-frames',
    what: 'Frames that may still come for streams that the proxy has given up',
    key: '',
    standard: 'For each of them four, and four of WINDOW_UPDATE and PRIORITY; for 16 384 streams at once',
    beyond: 'They count as useless, as WINDOW_UPDATE or as PRIORITY',
  },
  {
    id: 'http2-continuation',
    what: 'CONTINUATION frames of one head',
    key: '',
    standard: 'a few dozen',
    beyond: 'GOAWAY, then the end of the connection',
  },
  {
    id: 'http2-empty-frames',
    what: 'DATA frames without bytes',
    key: '',
    standard: 'a few hundred',
    beyond: 'GOAWAY, then the end of the connection',
  },
  {
    id: 'http2-frame',
    what: 'One HTTP/2 frame',
    key: '',
    standard: '16 KiB',
    beyond: 'GOAWAY with FRAME_SIZE_ERROR, then the end of the connection',
  },
  {
    id: 'bolt-frame',
    what: 'One Bolt frame',
    key: '',
    standard: '16 MiB',
    beyond: 'The end of the connection before a byte of the content is kept',
  },
  {
    id: 'bolt-in-flight',
    what: 'Requests in flight on one Bolt connection',
    key: '`max_requests_in_flight` in `extend_config.bolt`',
    standard: '65 535',
    beyond: 'Bolt status 9 (server busy)',
  },
  {
    id: 'bolt-header-count',
    what: 'Headers of one Bolt frame',
    key: '`weft.max_header_count`',
    standard: '100',
    beyond: 'The end of the connection',
  },
  {
    id: 'dubbo-frame',
    what: 'One frame of Dubbo',
    key: '`max_payload_bytes` in `extend_config.dubbo`',
    standard: '8 MiB',
    beyond: 'Status 40, then the end of the connection before a byte of the content is kept',
  },
  {
    id: 'dubbo-in-flight',
    what: 'Requests in flight on one connection of Dubbo',
    key: '`max_requests_in_flight` in `extend_config.dubbo`',
    standard: '65 535',
    beyond: 'Status 40 with a message',
  },
  {
    id: 'dubbo-thrift-frame',
    what: 'One frame of Dubbo thrift',
    key: '`max_payload_bytes` in `extend_config.dubbo-thrift`',
    standard: '8 MiB',
    beyond: 'The end of the connection before a byte of the content is kept',
  },
  {
    id: 'dubbo-thrift-in-flight',
    what: 'Requests in flight on one connection of Dubbo thrift',
    key: '`max_requests_in_flight` in `extend_config.dubbo-thrift`',
    standard: '65 535',
    beyond: 'A TApplicationException',
  },
  {
    id: 'tars-frame',
    what: 'One frame of Tars',
    key: '`max_frame_bytes` in `extend_config.tars`',
    standard: '10 MiB',
    beyond: 'The end of the connection before a byte of the content is kept',
  },
  {
    id: 'tars-in-flight',
    what: 'Requests in flight on one connection of Tars',
    key: '`max_requests_in_flight` in `extend_config.tars`',
    standard: '65 535',
    beyond: 'ret -9, overload',
  },
  {
    id: 'tars-context',
    what: 'Pairs of the context of a Tars request that are looked at',
    key: '',
    standard: '1000',
    beyond: 'The request is passed on, and its context cannot be read',
  },
  {
    id: 'conversion-body',
    what: 'Body of a call or an answer that is converted',
    key: '`max_body_bytes` of the stream filter `transcoder`',
    standard: '1 MiB',
    beyond: 'A call: 413 in the words of its protocol; an answer: 502',
  },
  {
    id: 'conversion-values',
    what: 'Values in a body that is converted, or in one message of a stream: fields, items, entries, whatever holds them',
    key: '`max_body_bytes` of the stream filter `transcoder`: 200 000 for each MiB of it, at least 200 000 and at most 500 000',
    standard: '200 000',
    beyond: 'A call: 400 in the words of its protocol; an answer: 502',
  },
  {
    id: 'hessian-depth',
    what: 'Depth of values in Hessian that is converted',
    key: '',
    standard: '100 values within values',
    beyond: 'A call: 400 in the words of its protocol; an answer: 502',
  },
  {
    id: 'hessian-classes',
    what: 'Classes in Hessian that is converted, and fields of one class',
    key: '',
    standard: '1000, 1000',
    beyond: 'A call: 400 in the words of its protocol; an answer: 502',
  },
  {
    id: 'hessian-references',
    what: 'References in Hessian that is converted',
    key: '',
    standard: 'To values that came before; no cycles where the other side is JSON',
    beyond: 'A call: 400 in the words of its protocol; an answer: 502',
  },
  {
    id: 'hessian-attachments',
    what: 'Depth of the arguments in Hessian in front of the attachments of a Dubbo call',
    key: '',
    standard: '200 values within values',
    beyond: 'The request is passed on, and its attachments cannot be read',
  },
  {
    id: 'bolt-slow-reader',
    what: 'Answers of a shared link that wait for one slow caller',
    key: PER_CONNECTION,
    standard: '4 MiB',
    beyond:
      'The caller loses its connection once it has taken nothing for 5 s or eight times as much waits; nobody else notices',
  },
  {
    id: 'detect-bytes',
    what: 'Bytes looked at to tell the protocol',
    key: '`weft.detect_max_bytes`',
    standard: '512',
    beyond: 'The fallback of the listener, or the end of the connection',
  },
  {
    id: 'detect-time',
    what: 'Time to tell the protocol',
    key: '`weft.detect_timeout`',
    standard: '1 s',
    beyond: 'The fallback of the listener, or the end of the connection',
  },
  {
    id: 'connections',
    what: 'Connections of callers',
    key: '`weft.max_connections`',
    standard: '65 536, or 90 % of the descriptors',
    beyond: 'Closed when accepted, and counted',
  },
  {
    id: 'unread-response',
    what: 'Time that a caller takes none of an answer',
    key: '`connection_idle_timeout` of the listener',
    standard: '90 s',
    beyond: 'A reset of the connection; the connection to the host is free again',
  },
  {
    id: 'announced-length',
    what: 'Memory for a frame that is announced and not sent',
    key: '',
    standard: 'twice what has arrived',
    beyond: 'No more memory than that',
  },
  {
    id: 'soft-mark',
    what: 'Bytes that all connections hold: soft mark',
    key: '`weft.soft_buffer_bytes`',
    standard: '256 MiB',
    beyond: 'Connections are read one at a time; requests are still served',
  },
  {
    id: 'hard-mark',
    what: 'Bytes that all connections hold: hard mark',
    key: '`weft.hard_buffer_bytes`',
    standard: '512 MiB',
    beyond: '503 for new requests; connections are read one at a time, twenty a second',
  },
  {
    id: 'stream-buffer',
    what: 'Body that comes in pieces and waits for a connection to a host',
    key: '`weft.per_stream_buffer_bytes`',
    standard: '1 MiB',
    beyond: '413',
  },
  {
    id: 'retry-buffer',
    what: 'Body kept for a retry',
    key: '`weft.retry_buffer_bytes`',
    standard: '64 KiB',
    beyond: 'The request is not repeated once a part of it was sent',
  },
  { id: 'admin-body', what: 'Body of an admin call', key: '', standard: '16 MiB', beyond: '413' },
  { id: 'admin-head', what: 'Head of an admin call', key: '', standard: '16 KiB', beyond: '431' },
  {
    id: 'log-queue',
    what: 'Log lines that wait for a slow disk or reader',
    key: '',
    standard: '1 MiB for each thread, 4 MiB for each file',
    beyond: 'Lines are dropped and counted; requests go on',
  },
  {
    id: 'records',
    what: 'Requests that are remembered, to be explained and to try rules on',
    key: '`governance.record`',
    standard: '8 MiB and 15 min; of each 64 headers of 256 bytes; 256 pairs of caller and service for each thread',
    beyond: 'The oldest are forgotten; pairs beyond share one sample',
  },
];

/** The reference page. */
export function boundsPage(): string {
  const rows = BOUNDS.map(
    ({ what, key, standard, beyond }) => `| ${what} | ${key === '' ? 'fixed' : key} | ${standard} | ${beyond} |`,
  );
  return [
    '<!-- Generated from tests/integration/engine/bounds.ts; `WEFT_WRITE_DOCS=1` before the test writes it. -->',
    '# Bounds',
    '',
    'What one peer can take, and what happens beyond it. Each row is attacked by a test.',
    '',
    '| What is bounded | Where it is set | Default | Beyond it |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
