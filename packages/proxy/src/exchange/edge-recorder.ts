import {
  type HeaderMap,
  HTTP_CALL_STATUS,
  httpServiceId,
  type LocalReply,
  OutcomeKind,
  type RequestHead,
  type ResponseHead,
} from '@weft/sdk';
import { EdgeOutcome, type EdgeTable } from '@weft/telemetry/edges';
import { type AnswerSink, noteHead, noteTrailers } from '../governance/outcome.ts';
import type { ExchangeRecord } from './exchange-record.ts';
import { Flag } from './flags.ts';

/** Clusters of the application's own services are called so; what follows is the dataId. */
const LOCAL_CLUSTER = /^local_[a-z0-9]+_service_/;

/** The requests that a policy has refused: no fault of the service. */
const REFUSED = Flag.RateLimited;

/** Which type of rule refused, on answers of this proxy and of others. */
const REJECT = 'x-weft-reject';
const RULE = 'x-weft-rule';
/** An injected fault stands for one of the service: it counts as its status says. */
const INJECTED = 'fault-inject';
/** Its word is on answers that it makes up, too. */
const DEGRADED = 'downgrade';

const MAX_CLUSTERS = 4096;
const MAX_CALLERS = 1024;

/** Refused by a policy, here or by the proxy of the service. */
function isRefused({ flags, status, refused }: ExchangeRecord): boolean {
  return (flags & REFUSED) !== 0 || status === 429 || refused;
}

/** A rule that makes up an answer does not refuse: who called has what it can go on with. */
function isRefusal(rule: string, head: ResponseHead): boolean {
  if (rule !== DEGRADED) return rule !== INJECTED;
  if (head.status >= 400 || head.applicationError) return true;
  return head.family === 'http' && (head.get(HTTP_CALL_STATUS) ?? '0') !== '0';
}

/** What the egress of the caller's proxy says; SOFARPC says it by itself, too. */
const CALLER_APP = 'x-weft-source-app';
const SOFA_CALLER_APP = 'rpc_trace_context.sofaCallerApp';

/** What kind of answer an RPC protocol calls it: its status of HTTP may be 200 all the same. */
class AnswerKind implements AnswerSink {
  failed = false;

  noteAnswer(kind: OutcomeKind): void {
    this.failed = kind === OutcomeKind.ERROR;
  }
}

/** Counts the requests of a listener by the service that they were for and, where they come in, by who called. */
export class EdgeRecorder {
  readonly #table: EdgeTable;
  readonly #inbound: boolean;
  /** Places in the table by the name of the cluster, a string that the program made once, and by caller. */
  readonly #places = new Map<string, Map<string, number>>();
  /** Of the answer at hand. */
  readonly #kind = new AnswerKind();

  constructor(table: EdgeTable, listenerType: string) {
    this.#table = table;
    this.#inbound = listenerType === 'ingress';
  }

  /** Takes note of what the head says, while it is there. */
  begin(exchange: ExchangeRecord): void {
    const { request } = exchange;
    if (this.#inbound) exchange.callerApp = callerOf(request);
    const { service } = request;
    exchange.askedService = request.family === 'http' && !service.includes('@') ? request.authority : service;
  }

  /**
   * Takes note of what an answer says, while it is there. Of an answer that is converted both heads are shown: only the one
   * that came in says which rule refused. A service without a proxy that limits by itself says it by its status.
   *
   * No rule stands between a proxy and its own application: what that says of rules is taken away, or its errors would be
   * refusals to the breakers and figures of all its callers.
   */
  answered(exchange: ExchangeRecord, head: ResponseHead): void {
    let rule = head.get(REJECT);
    if (rule !== undefined && this.#inbound && LOCAL_CLUSTER.test(exchange.cluster?.name ?? '')) {
      head.remove(REJECT);
      head.remove(RULE);
      rule = undefined;
    }
    if (rule === undefined ? (head.refused ?? head.status === 429) : isRefusal(rule, head)) exchange.refused = true;
    const { request } = exchange;
    // Of plain HTTP the status says it all.
    if (head.family === 'http' && request.family === 'http' && request.service === '') return;
    noteHead(this.#kind, request, head);
    if (this.#kind.failed) exchange.answeredError = true;
  }

  /** Takes note of what stands behind an answer: the status of gRPC. */
  answeredTrailers(exchange: ExchangeRecord, trailers: HeaderMap): void {
    this.#kind.failed = false;
    noteTrailers(this.#kind, trailers);
    if (this.#kind.failed) exchange.answeredError = true;
  }

  /** Takes note of an answer that this proxy gives itself: of every type of rule that refuses, as the caller will see it. */
  replied(exchange: ExchangeRecord, { headers, madeUp }: LocalReply): void {
    if (madeUp !== undefined) return;
    const rule = headers?.find(([name]) => name === REJECT)?.[1];
    if (rule !== undefined && rule !== INJECTED) exchange.refused = true;
  }

  record(exchange: ExchangeRecord, success: boolean): void {
    const { cluster, request, callerApp: app } = exchange;
    // A refused request has no cluster yet.
    const index =
      cluster === null
        ? this.#index(request.protocol, serviceOf(exchange), app)
        : (this.#places.get(cluster.name)?.get(app) ?? this.#add(cluster.name, request.protocol, app));
    const outcome = isRefused(exchange)
      ? EdgeOutcome.REJECTED
      : success && !exchange.answeredError
        ? EdgeOutcome.OK
        : EdgeOutcome.ERROR;
    this.#table.record(index, exchange.finishedAt - exchange.startedAt, outcome);
  }

  #index(protocol: string, service: string, app: string): number {
    return this.#table.index(this.#inbound ? 'inbound' : 'outbound', protocol, service, app);
  }

  #add(cluster: string, protocol: string, app: string): number {
    // Services and callers come and go: names of those that are gone are not kept for ever.
    if (this.#places.size >= MAX_CLUSTERS) this.#places.clear();
    let byApp = this.#places.get(cluster);
    if (byApp === undefined || byApp.size >= MAX_CALLERS) {
      byApp = new Map();
      this.#places.set(cluster, byApp);
    }
    const index = this.#index(protocol, cluster.replace(LOCAL_CLUSTER, ''), app);
    byApp.set(app, index);
    return index;
  }
}

function callerOf(request: RequestHead): string {
  const app = request.get(CALLER_APP);
  if (app !== undefined) return app;
  return request.family === 'http' ? '' : (request.get(SOFA_CALLER_APP) ?? '');
}

/** The service of a call that was not routed, as `#add` has it of one that was. */
function serviceOf({ request, askedService: name, listener }: ExchangeRecord): string {
  if (name.includes('@')) return name;
  if (request.family !== 'http') return `${name}@DEFAULT`;
  const cluster = listener.routes()?.onlyCluster(name) ?? '';
  return cluster === '' ? httpServiceId(name, '') : cluster.replace(LOCAL_CLUSTER, '');
}
