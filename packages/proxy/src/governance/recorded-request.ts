import type { RuleRequest, RuleTrace, UnreadCall } from '@weft/sdk';

/**
 * What is kept of one request: what rules can read of it, what they said, and how it ended. Plain data, it crosses to the
 * control thread as it is. No body, no query, and nothing that is named like a secret.
 */
export class RecordedRequest {
  readonly traceId: string;
  /** Unix ms at which it came. */
  readonly atMs: number;
  /** The same on the clock of the rules, ms. */
  readonly nowMs: number;
  readonly direction: 'SERVER' | 'CLIENT';
  readonly protocol: string;
  readonly isHttp: boolean;
  readonly host: string;
  readonly service: string;
  readonly method: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly localPort: number;
  readonly timeoutMs: number;
  /** dataId of the service that was asked for. */
  readonly serviceId: string;
  readonly sourceApp: string;
  readonly sourceIp: string;
  readonly targetApp: string;
  readonly targetIp: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  /** What its protocol could not read; null where it read all. */
  readonly unread: UnreadCall | null;
  /** Place among those of the thread; 0 until it is kept. */
  seq = 0;
  /** How many requests of its caller and service it stands for; 0: kept for what happened to it, and no part of the sample. */
  stands = 0;
  /** Something happened to it: it was refused, delayed, led to chosen hosts, or would have been refused. */
  noticed = false;
  verdict: 'pass' | 'reject' | 'delay' = 'pass';
  /** Rule that refused it, and the word of its type; 0 and '' when none did. */
  ruleDbId = 0;
  refusedBy = '';
  /** Every rule that was considered, with the state it was in right behind the decision. */
  rules: RuleTrace[] = [];
  /** -1 while it runs. */
  durationMs = -1;
  status = 0;
  /** What the protocol of the caller itself calls the answer; '' where the status says it all. */
  answer = '';
  failed = false;
  /** Who was asked last; '' when nobody was. */
  hostAddress = '';
  cluster = '';
  /** Labels of the hosts that a rule chose, such as `version=v2`. */
  group = '';
  detail = '';
  bytes = 0;

  constructor(
    direction: 'SERVER' | 'CLIENT',
    protocol: string,
    traceId: string,
    atMs: number,
    request: RuleRequest,
    headers: readonly string[],
    path: string,
    unread: UnreadCall | null,
  ) {
    this.traceId = traceId;
    this.atMs = atMs;
    this.nowMs = request.nowMs;
    this.direction = direction;
    this.protocol = protocol;
    this.isHttp = request.isHttp;
    this.host = request.host;
    this.service = request.service;
    this.method = request.method;
    this.httpMethod = request.httpMethod;
    this.path = path;
    this.localPort = request.localPort;
    this.timeoutMs = request.timeoutMs;
    this.serviceId = request.system('destination.service.name');
    this.sourceApp = request.system('source.app.name');
    this.sourceIp = request.system('source.ip');
    this.targetApp = request.system('destination.app.name');
    this.targetIp = request.system('destination.ip');
    this.headers = headers;
    this.unread = unread;
  }
}

/** Memory of the object itself, and of each rule and condition beside their texts; measured, rounded up. */
const OBJECT_BYTES = 600;
const TRACE_BYTES = 160;
const CONDITION_BYTES = 80;

/** About what a record takes. */
export function bytesOf({ headers, rules, path, host, service, unread }: RecordedRequest): number {
  let bytes = OBJECT_BYTES + path.length + host.length + service.length;
  if (unread !== null) bytes += OBJECT_BYTES / 10 + unread.names.length + unread.headers.length;
  for (const text of headers) bytes += text.length + 16;
  for (const { detail, conditions } of rules) {
    bytes += TRACE_BYTES + detail.length;
    for (const { condition, actual } of conditions) bytes += CONDITION_BYTES + condition.length + actual.length;
  }
  return bytes;
}
