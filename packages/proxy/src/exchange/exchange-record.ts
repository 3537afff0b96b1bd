import type { MadeUpAnswer, RequestHead, ResponseFlagName, ResponseHead, ServerStream, UnreadCall } from '@weft/sdk';
import type { Cluster, Host } from '../cluster/index.ts';
import type { ChainDecision } from '../governance/chain.ts';
import { madeUpProblemOf } from '../governance/made-up-problem.ts';
import type { RecordedRequest } from '../governance/recorded-request.ts';
import { unreadOf } from '../governance/unread.ts';
import type { Connection, NetContext } from '../net/index.ts';
import type { Route } from '../route/index.ts';
import type { Attempt } from './attempt.ts';
import type { DataPlane, ListenerRuntime } from './environment.ts';
import { Flag } from './flags.ts';
import { readVariable, writeVariable } from './variables.ts';

/**
 * What is known of a request: filled in by the exchange as it goes, read by variables, filters and access logs. Nothing in
 * here decides anything.
 */
export abstract class ExchangeRecord {
  readonly plane: DataPlane;
  readonly context: NetContext;
  readonly listener: ListenerRuntime;
  readonly stream: ServerStream;
  readonly connection: Connection;
  readonly request: RequestHead;
  response: ResponseHead | null = null;
  route: Route | null = null;
  cluster: Cluster | null = null;
  host: Host | null = null;
  /** The attempt under way, or the last one. */
  upstream: Attempt | null = null;
  /** Attempts so far minus one. */
  attempt = 0;
  /** HTTP-like status of the answer; 0 while there is none. */
  status = 0;
  flags = 0;
  /** Body bytes in each direction. */
  bytesReceived = 0;
  bytesSent = 0;
  /** Monotonic ms: head received, request sent, response head received, end. */
  readonly startedAt: number;
  sentAt = 0;
  respondedAt = 0;
  finishedAt = 0;
  /** Why the upstream failed, for the log. */
  failureDetail = '';
  /** Variables that filters have set. */
  variables: Map<string, string> | null = null;
  /** Who called and for which service, where the listener counts by service: the head is not there any more at the end. */
  callerApp = '';
  askedService = '';
  /** A policy refused the request, here or on the other side; known where the listener counts by service. */
  refused = false;
  /** The service answered with an error, in the words of its protocol; known where the listener counts by service. */
  answeredError = false;
  /** What governance rules hold until the request is over. */
  ruleDecision: ChainDecision | null = null;
  /** What is remembered of it for later questions; null for most. */
  recorded: RecordedRequest | null = null;

  constructor(
    plane: DataPlane,
    listener: ListenerRuntime,
    connection: Connection,
    stream: ServerStream,
    request: RequestHead,
  ) {
    this.plane = plane;
    this.context = plane.context;
    this.listener = listener;
    this.connection = connection;
    this.stream = stream;
    this.request = request;
    this.startedAt = plane.context.now;
  }

  /** Monotonic ms that the proxy itself worked on this request; 0 until it is over. */
  get ownMs(): number {
    const { startedAt, sentAt, respondedAt, finishedAt } = this;
    if (finishedAt === 0) return 0;
    if (sentAt === 0) return finishedAt - startedAt;
    return sentAt - startedAt + (respondedAt === 0 ? 0 : finishedAt - respondedAt);
  }

  // ── what filters see ────────────────────────────────────────────────────────────────────────────────────────────

  get clusterName(): string {
    return this.cluster?.name ?? '';
  }

  get routeName(): string {
    return this.route?.name ?? '';
  }

  get hostAddress(): string {
    return this.host?.address ?? '';
  }

  get remoteAddress(): string {
    return this.connection.remoteAddress;
  }

  get listenerName(): string {
    return this.listener.name;
  }

  routeConfig(filterName: string): unknown {
    return this.route?.filterConfig(filterName);
  }

  getVariable(name: string): string | undefined {
    return readVariable(this, name);
  }

  setVariable(name: string, value: string): void {
    writeVariable(this, name, value);
  }

  addFlag(flag: ResponseFlagName): void {
    this.flags |= Flag[flag];
  }

  /** What of the request its protocol cannot read; null where it reads all. */
  unread(): UnreadCall | null {
    return unreadOf(this.plane.protocol(this.request.protocol)?.protocol, this.request);
  }

  /** Why the caller cannot be given this success that a rule makes up; '' when it can. */
  madeUpProblem(answer: MadeUpAnswer): string {
    return madeUpProblemOf(this.plane.protocol(this.request.protocol)?.protocol, this.request, answer);
  }
}
