import type { Deadline } from '@weft/kit';
import {
  type ClientStream,
  CopyResult,
  type HeaderMap,
  OutcomeKind,
  PlainRequestHead,
  type RequestCopy,
  type RequestHead,
  ResetReason,
  type ResponseHead,
} from '@weft/sdk';
import type { Cluster, Host, ProtocolBinding } from '../cluster/index.ts';
import { type AnswerSink, noteHead, noteTrailers } from '../governance/outcome.ts';
import type { NetContext } from '../net/index.ts';
import { PoolFailure } from '../stream/index.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import type { CopiedBody } from './copies.ts';
import type { CopyRests } from './copy-rests.ts';

/** A copy that is not answered by then is given up, ms. */
const TIMEOUT_MS = 30_000;

/** One copy on its way to one host. Its answer is read and thrown away. */
export class CopyRun implements AttemptOwner, AnswerSink, Deadline {
  readonly context: NetContext;
  deadlineIndex = -1;
  dueAt = 0;
  readonly #rests: CopyRests;
  readonly #copy: RequestCopy;
  readonly #note: string;
  readonly #head: RequestHead;
  readonly #body: CopiedBody;
  readonly #onEnd: () => void;
  #attempt: Attempt | null = null;
  #startedAt = 0;
  #error = false;
  #over = false;

  constructor(
    context: NetContext,
    rests: CopyRests,
    copy: RequestCopy,
    note: string,
    head: RequestHead,
    body: CopiedBody,
    onEnd: () => void,
  ) {
    this.context = context;
    this.#rests = rests;
    this.#copy = copy;
    this.#note = note;
    this.#head = head;
    this.#body = body;
    this.#onEnd = onEnd;
  }

  start(cluster: Cluster, host: Host, binding: ProtocolBinding): void {
    const { context } = this;
    this.#copy.pending++;
    this.#startedAt = context.now;
    const attempt = new Attempt(this, cluster, host);
    if (!attempt.admit()) {
      this.#finish(CopyResult.DROPPED, host.address, 'the cluster has too many requests');
      return;
    }
    this.#attempt = attempt;
    this.#rests.sent(host, context.now);
    const { timeoutMs } = this.#head;
    context.deadlines.set(this, context.now + (timeoutMs > 0 ? Math.min(timeoutMs, TIMEOUT_MS) : TIMEOUT_MS));
    attempt.start(binding, 0);
  }

  attemptReady(_attempt: Attempt, stream: ClientStream): void {
    const { chunks, bytes, trailers } = this.#body;
    const head = this.#head;
    const nothingElse = bytes === 0 && trailers === null;
    if (head instanceof PlainRequestHead) stream.sendHead(this.#ownHead(head, bytes, trailers !== null), nothingElse);
    else withChanges(head, this.#copy, () => stream.sendHead(head, nothingElse));
    const last = chunks.length - 1;
    for (let i = 0; i <= last && !this.#over; i++)
      stream.sendData(chunks[i] as Buffer, i === last && trailers === null);
    if (trailers !== null && !this.#over) stream.sendTrailers(trailers);
    if (head.oneWay) this.#finish(CopyResult.OK, '', '');
  }

  #ownHead(head: PlainRequestHead, bytes: number, hasTrailers: boolean): PlainRequestHead {
    const { removeHeaders, setHeaders, hostSuffix } = this.#copy;
    const { protocol, family, method, path, scheme, service, oneWay, timeoutMs, idempotent } = head;
    const authority = withSuffix(head.authority, hostSuffix);
    const contentLength = hasTrailers ? -1 : bytes;
    const fields = { method, authority, path, scheme, service, oneWay, timeoutMs, idempotent, contentLength };
    const own = new PlainRequestHead(protocol, family, fields);
    // Names of HTTP have no case.
    const named = (name: string): string => (family === 'http' ? name.toLowerCase() : name);
    const removed = new Set(removeHeaders.map(named));
    head.forEach((name, value) => {
      if (!removed.has(name)) own.add(name, value);
    });
    for (const [name, value] of setHeaders) own.set(named(name), value);
    return own;
  }

  attemptUnconnected({ host }: Attempt, failure: PoolFailure, detail: string): void {
    // One with connections is only busy.
    if (failure !== PoolFailure.OVERFLOW && host.connections === 0)
      this.#rests.failed(host, this.#startedAt, this.context.now, false);
    this.#finish(CopyResult.FAILED, '', detail);
  }

  attemptReset({ host }: Attempt, _reason: ResetReason): void {
    this.#rests.failed(host, this.#startedAt, this.context.now, true);
    this.#finish(CopyResult.FAILED, '', 'reset');
  }

  attemptTimedOut(): void {}

  onDeadline(): void {
    const host = this.#attempt?.host;
    if (host !== undefined) this.#rests.failed(host, this.#startedAt, this.context.now, true);
    this.#finish(CopyResult.FAILED, '', 'timed out');
  }

  requestMayFlow(): void {}

  respondInformational(): void {}

  respondHead(_attempt: Attempt, head: ResponseHead, end: boolean): void {
    noteHead(this, this.#head, head);
    if (end) this.#answered();
  }

  respondData(_chunk: Uint8Array, end: boolean): void {
    if (end) this.#answered();
  }

  respondTrailers(trailers: HeaderMap): void {
    noteTrailers(this, trailers);
    this.#answered();
  }

  noteAnswer(kind: OutcomeKind): void {
    this.#error = kind === OutcomeKind.ERROR;
  }

  #answered(): void {
    this.#finish(this.#error ? CopyResult.ERROR : CopyResult.OK, '', '');
  }

  #finish(result: CopyResult, target: string, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    const { context } = this;
    context.deadlines.remove(this);
    const attempt = this.#attempt;
    const copy = this.#copy;
    copy.pending--;
    if (attempt !== null) {
      const answered = result === CopyResult.OK || result === CopyResult.ERROR;
      if (answered) this.#rests.answered(attempt.host);
      if (!answered) attempt.abort(ResetReason.LOCAL_RESET);
      attempt.release(answered);
    }
    copy.onCopied(result, context.now - this.#startedAt, target || (attempt?.host.address ?? ''), reason, this.#note);
    this.#onEnd();
  }
}

/** `shop` and `shop:8080` become `shop-shadow` and `shop-shadow:8080`. */
function withSuffix(authority: string, suffix: string): string {
  if (suffix === '' || authority === '' || authority.startsWith('[')) return authority;
  const port = /:\d+$/.exec(authority)?.[0] ?? '';
  return `${authority.slice(0, authority.length - port.length)}${suffix}${port}`;
}

/** Sends a head that only its protocol can make, with the headers of the copy, and leaves it as it was. */
function withChanges(head: RequestHead, { removeHeaders, setHeaders }: RequestCopy, send: () => void): void {
  const before: [string, readonly string[]][] = [];
  for (const name of [...removeHeaders, ...setHeaders.map(([key]) => key)]) before.push([name, head.getAll(name)]);
  for (const name of removeHeaders) head.remove(name);
  for (const [name, value] of setHeaders) head.set(name, value);
  send();
  for (const [name, values] of before) {
    head.remove(name);
    for (const value of values) head.add(name, value);
  }
}
