import { undeclaredVariable, WRITABLE_VARIABLES } from '@weft/sdk';
import { EMPTY_VARIABLES, formatGoDurationMs, formatStartTime } from '@weft/telemetry/access-log';
import type { ExchangeRecord } from './exchange-record.ts';
import { flagNames } from './flags.ts';

type Getter = (exchange: ExchangeRecord) => string | undefined;

const wallOffsetMs = (): number => Date.now() - performance.now();

const since = (from: number, to: number): string | undefined => (to === 0 ? undefined : formatGoDurationMs(to - from));
const text = (value: string): string | undefined => (value === '' ? undefined : value);

function pathOnly(exchange: ExchangeRecord): string | undefined {
  const { path } = exchange.request;
  const query = path.indexOf('?');
  return text(query < 0 ? path : path.slice(0, query));
}

function queryOnly(exchange: ExchangeRecord): string | undefined {
  const { path } = exchange.request;
  const query = path.indexOf('?');
  return query < 0 ? undefined : path.slice(query + 1);
}

const request: Readonly<Record<string, Getter>> = {
  scheme: (x) => text(x.request.scheme),
  method: (x) => text(x.request.method),
  length: (x) => String(x.bytesReceived),
  uri: (x) => text(x.request.path),
  path: pathOnly,
  path_original: pathOnly,
  arg: queryOnly,
};

const GETTERS: Record<string, Getter> = {
  start_time: (x) => formatStartTime(wallOffsetMs() + x.startedAt),
  request_received_duration: (x) => since(x.startedAt, x.sentAt),
  response_received_duration: (x) => since(x.startedAt, x.respondedAt),
  request_finished_duration: (x) => since(x.startedAt, x.finishedAt),
  duration: (x) => since(x.startedAt, x.finishedAt === 0 ? x.context.now : x.finishedAt),
  process_time: (x) => formatGoDurationMs(x.ownMs),
  process_time_duration: (x) => formatGoDurationMs(x.ownMs),
  bytes_sent: (x) => String(x.bytesSent),
  bytes_received: (x) => String(x.bytesReceived),
  response_code: (x) => (x.status === 0 ? undefined : String(x.status)),
  response_flag: (x) => flagNames(x.flags),
  response_flags: (x) => flagNames(x.flags),
  upstream_transport_failure_reason: (x) => text(x.failureDetail),
  upstream_local_address: (x) => text(x.upstream?.connection?.connection.localAddress ?? ''),
  downstream_local_address: (x) => text(x.connection.localAddress),
  downstream_remote_address: (x) => text(x.connection.remoteAddress),
  ori_remote_addr: (x) => text(x.connection.remoteAddress),
  upstream_host: (x) => text(x.hostAddress),
  upstream_cluster: (x) => text(x.clusterName),
  route_name: (x) => text(x.routeName),
  protocol: (x) => x.request.protocol,
  downstream_protocol: (x) => x.request.protocol,
  upstream_protocol: (x) =>
    x.upstream?.connection?.pool.settings.protocol.name ?? x.variables?.get('upstream_protocol'),
  'x-mosn-direction': (x) => text(x.listener.type),
  'x-mosn-scheme': (x) => text(x.request.scheme),
  'x-mosn-host': (x) => text(x.request.authority),
  authority: (x) => text(x.request.authority),
  'x-mosn-path': pathOnly,
  'x-mosn-path-original': pathOnly,
  'x-mosn-querystring': queryOnly,
  'x-mosn-method': (x) => text(x.request.method),
  'x-mosn-status': (x) => (x.status === 0 ? undefined : String(x.status)),
  'x-mosn-rpc-service': (x) => text(x.request.service),
  'x-mosn-rpc-method': (x) => (x.request.service === '' ? undefined : text(x.request.method)),
  stream_id: (x) => String(x.stream.id),
  connection_id: (x) => String(x.connection.id),
  upstream_connection_id: (x) => (x.upstream?.connection ? String(x.upstream.connection.connection.id) : undefined),
  listener_port: (x) => String(x.listener.port),
  listener_name: (x) => text(x.listener.name),
  listener_type: (x) => text(x.listener.type),
  gRPC_serviceName: (x) => text(x.request.service),
  Http2_request_use_stream: () => 'true',
  Http2_response_use_stream: () => 'true',
};
for (const [name, getter] of Object.entries(request)) {
  GETTERS[`request_${name}`] = getter;
  GETTERS[`Http1_request_${name}`] = getter;
  GETTERS[`Http2_request_${name}`] = getter;
}

for (const name of EMPTY_VARIABLES) GETTERS[name] ??= () => undefined;
for (const name of WRITABLE_VARIABLES) {
  const computed = GETTERS[name];
  GETTERS[name] = (x) => x.variables?.get(name) ?? computed?.(x);
}

const PREFIXES: readonly (readonly [prefix: string, make: (rest: string) => Getter])[] = [
  ['request_header_', headerOf],
  ['Http1_request_header_', headerOf],
  ['Http2_request_header_', headerOf],
  ['response_header_', (name) => (x) => x.response?.get(x.response.family === 'http' ? name.toLowerCase() : name)],
  ['request_arg_', argumentOf],
  ['Http1_request_arg_', argumentOf],
  ['Http2_request_arg_', argumentOf],
  ['cookie_', cookieOf],
  ['Http1_cookie_', cookieOf],
  ['Http2_cookie_', cookieOf],
];

/** Names that read from the heads, which are gone after their callback unless they are kept. */
const HEAD_FREE = new Set([
  'start_time',
  'request_received_duration',
  'response_received_duration',
  'request_finished_duration',
  'duration',
  'process_time',
  'process_time_duration',
  'bytes_sent',
  'bytes_received',
  'response_code',
  'response_flag',
  'response_flags',
  'upstream_local_address',
  'downstream_local_address',
  'downstream_remote_address',
  'upstream_host',
  'upstream_cluster',
  'protocol',
  'connection_id',
  'upstream_connection_id',
  'listener_port',
  'listener_name',
  'listener_type',
  'stream_id',
  'route_name',
  'trace_id',
  'x-mosn-status',
  'upstream_transport_failure_reason',
  'downstream_protocol',
  'upstream_protocol',
]);

/** The getter of a variable, or undefined when no such variable exists. Asked once, when a format or rule is compiled. */
export function resolveVariable(name: string): Getter | undefined {
  const known = GETTERS[name];
  if (known !== undefined) return known;
  for (const [prefix, make] of PREFIXES)
    if (name.startsWith(prefix) && name.length > prefix.length) return make(name.slice(prefix.length));
  return undefined;
}

/** Whether a format that prints this variable needs the heads to be kept. */
export function needsHeads(name: string): boolean {
  return !HEAD_FREE.has(name);
}

const resolved = new Map<string, Getter | null>();

/** Reads a variable by name; for routes and filters, whose names come from configuration and are few. */
export function readVariable(exchange: ExchangeRecord, name: string): string | undefined {
  let getter = resolved.get(name);
  if (getter === undefined) {
    getter = resolveVariable(name) ?? null;
    if (resolved.size < 4096) resolved.set(name, getter);
  }
  return getter === null ? exchange.variables?.get(name) : getter(exchange);
}

/**
 * Sets a variable for later filters, routing and timeouts.
 * @throws Error for a name that is read-only, or that no filter of the listener declares
 */
export function writeVariable(exchange: ExchangeRecord, name: string, value: string): void {
  if (!WRITABLE_VARIABLES.has(name)) {
    if (resolveVariable(name) !== undefined) throw new Error(`the variable ${name} is read-only`);
    if (!exchange.listener.chain.declares(name)) throw new Error(undeclaredVariable(name));
  }
  exchange.variables ??= new Map();
  exchange.variables.set(name, value);
}

function headerOf(name: string): Getter {
  const lower = name.toLowerCase();
  return (x) => x.request.get(x.request.family === 'http' ? lower : name);
}

function argumentOf(name: string): Getter {
  return (x) => {
    const query = queryOnly(x);
    if (query === undefined) return undefined;
    for (const pair of query.split('&')) {
      const equals = pair.indexOf('=');
      if ((equals < 0 ? pair : pair.slice(0, equals)) === name) return equals < 0 ? '' : pair.slice(equals + 1);
    }
    return undefined;
  };
}

function cookieOf(name: string): Getter {
  return (x) => {
    for (const line of x.request.getAll('cookie')) {
      for (const pair of line.split(';')) {
        const equals = pair.indexOf('=');
        if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
      }
    }
    return undefined;
  };
}
