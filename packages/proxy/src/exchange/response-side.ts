import type { Deadline, ErrorCode } from '@weft/kit';
import {
  type HeaderMap,
  type LocalReply,
  type RequestHead,
  ResetReason,
  type ResponseHead,
  type ServerStream,
} from '@weft/sdk';
import { DOWNSTREAM, PROCESS, recordDownstreamRequest, UPSTREAM } from '@weft/telemetry/stats';
import type { Connection } from '../net/index.ts';
import type { Attempt } from './attempt.ts';
import type { Conversion } from './conversion.ts';
import { endRecord, recordHead, recordReply, recordTrailers } from './end-record.ts';
import type { DataPlane, ListenerRuntime } from './environment.ts';
import { ExchangeRecord } from './exchange-record.ts';
import type { FilterRun } from './filter-run.ts';
import { endOf, Flag } from './flags.ts';
import { localText } from './local-text.ts';

const TOO_SLOW = 'the caller reads too slowly';

/**
 * The way back: the answer from the attempt to the caller, and every end that a request can have. An end is an answer that
 * is complete, a local reply, a stream that is reset, or a caller that went away; each passes through `finish`, once.
 *
 *     attempt ─► respondHead ─► filters ─► the caller's codec
 *             ─► respondData, respondTrailers ─► …        a conversion, where there is one, sits in front of the filters
 */
export abstract class ResponseSide extends ExchangeRecord implements Deadline {
  deadlineIndex = -1;
  dueAt = 0;
  protected filters: FilterRun | null = null;
  /** A transcoder turns the call into one of another protocol; null for most. */
  protected conversion: Conversion | null = null;
  /** Unsent bytes of the response over which the upstream pauses; the high mark of the downstream codec. */
  protected readonly downstreamMark: number;
  /** The caller has said all that it will. */
  protected requestEnded: boolean;
  protected responded = false;
  protected responseEnded = false;
  /** Bytes both ways without an order of request and answer: either side may end first. */
  protected tunnel: boolean;
  /** The timeout covers the whole answer, not only the time to its head. */
  protected wholeTimeout = false;
  #responsePaused = false;
  #done = false;

  constructor(
    plane: DataPlane,
    listener: ListenerRuntime,
    connection: Connection,
    stream: ServerStream,
    request: RequestHead,
    end: boolean,
    highWaterBytes: number,
  ) {
    super(plane, listener, connection, stream, request);
    this.downstreamMark = highWaterBytes;
    this.requestEnded = end;
    // Bytes without requests (TCP) are a tunnel from the start.
    this.tunnel = request.family === 'raw';
  }

  get done(): boolean {
    return this.#done;
  }

  /** Repeats the request instead of passing this answer on, where the route wants that; false when it is the answer. */
  protected abstract repeatFor(attempt: Attempt, head: ResponseHead): boolean;

  /** Lets go of everything that the way to the host holds. */
  protected abstract releaseRequest(): void;

  // ── the answer of the host ──────────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  respondInformational(head: ResponseHead): void {
    if (!this.#done && !this.responded && this.conversion === null) this.stream.sendInformational(head);
  }

  /** @internal */
  respondHead(attempt: Attempt, head: ResponseHead, end: boolean): void {
    if (this.#done || this.upstream !== attempt) return;
    this.respondedAt = this.context.now;
    if (this.repeatFor(attempt, head)) return;
    this.#noteAnswer(head);
    const { conversion } = this;
    if (conversion !== null) {
      // While the answer waits to be here as a whole, the caller has nothing of it and the timeout goes on.
      if (conversion.answerHead(head, end) && !this.wholeTimeout) this.context.deadlines.remove(this);
      return;
    }
    if (!this.wholeTimeout || head.switchesProtocol) this.context.deadlines.remove(this);
    if (head.switchesProtocol) this.tunnel = true;
    this.sendHead(head, end);
  }

  /** @internal The whole answer goes on in one piece where nobody looks at its bytes; false when somebody does. */
  respondWhole(attempt: Attempt, head: ResponseHead, bytes: Buffer, start: number, end: number): boolean {
    const { stream } = this;
    if (stream.sendWhole === undefined || this.filters !== null || this.conversion !== null) return false;
    if (this.tunnel || head.switchesProtocol) return false;
    if (this.#done || this.upstream !== attempt) return true;
    this.respondedAt = this.context.now;
    if (this.repeatFor(attempt, head)) return true;
    this.#noteAnswer(head);
    this.#note(head);
    this.#change(head);
    this.responded = true;
    if (this.#cutOff(0)) return true;
    this.bytesSent += end - start;
    stream.sendWhole(head, bytes, start, end);
    if (!this.#done) this.responseEnd();
    return true;
  }

  /** @internal */
  respondData(chunk: Uint8Array, end: boolean): void {
    if (this.#done) return;
    if (this.conversion === null) this.sendData(chunk, end);
    else this.conversion.answerData(chunk, end);
  }

  /** @internal */
  respondTrailers(trailers: HeaderMap): void {
    if (this.#done) return;
    if (this.ruleDecision !== null) this.listener.rules?.noteTrailers(this, trailers);
    this.listener.edges?.answeredTrailers(this, trailers);
    if (this.conversion === null) this.sendTrailers(trailers);
    else this.conversion.answerTrailers(trailers);
  }

  // ── to the caller ───────────────────────────────────────────────────────────────────────────────────────────────

  /** @internal Sends the head of the answer, in the caller's protocol; false when filters let it go no further. */
  sendHead(head: ResponseHead, end: boolean): boolean {
    if (this.conversion !== null) this.listener.edges?.answered(this, head);
    this.#note(head);
    if (this.filters !== null && !this.filters.response()) return false;
    this.#change(head);
    this.responded = true;
    this.stream.sendHead(head, end);
    if (end) this.responseEnd();
    return true;
  }

  /** The recorder comes first: it takes away what an application says in the name of rules, which the rules would believe. */
  #noteAnswer(head: ResponseHead): void {
    this.listener.edges?.answered(this, head);
    if (this.ruleDecision !== null) this.listener.rules?.noteHead(this, head);
  }

  #note(head: ResponseHead): void {
    this.response = head;
    this.status = head.status;
    if (this.recorded !== null) recordHead(this, this.recorded, head);
    if (this.listener.keepsHeads) head.keep();
  }

  /** Makes the changes of the route. */
  #change(head: ResponseHead): void {
    const { route } = this;
    if (route !== null && !route.responseMutation.empty) route.responseMutation.apply(head, this);
  }

  /** @internal */
  sendData(chunk: Uint8Array, end: boolean): void {
    this.responded = true;
    this.bytesSent += chunk.length;
    if (this.filters !== null && !this.filters.responseData(chunk, end)) return;
    const { stream } = this;
    if (end && this.#cutOff(chunk.length)) return;
    stream.sendData(chunk, end);
    if (this.#done) return;
    if (end) {
      this.responseEnd();
      return;
    }
    if (stream.bufferedBytes > this.downstreamMark) {
      // Most readers take it at once; only who does not makes the upstream wait.
      this.connection.flushNow();
      const waiting = stream.bufferedBytes;
      if (waiting > this.downstreamMark) this.#slowReader(waiting, chunk.length);
    }
  }

  /** @internal */
  sendTrailers(trailers: HeaderMap): void {
    if (this.filters !== null && !this.filters.responseTrailers(trailers)) return;
    if (this.recorded !== null) recordTrailers(this, this.recorded, trailers);
    this.stream.sendTrailers(trailers);
    this.responseEnd();
  }

  /** @internal The answer is complete. */
  responseEnd(): void {
    this.responseEnded = true;
    if (this.tunnel && !this.requestEnded) return;
    this.finish(this.status < 500);
  }

  /** `own` is what was just sent, which nobody could have read yet: the whole of an answer that was converted. */
  #slowReader(waiting: number, own: number): void {
    if (this.upstream?.stream?.pause() === true) {
      this.#responsePaused = true;
      return;
    }
    // A shared link cannot wait for one slow caller: at the cap the caller loses its connection, nobody else notices.
    if (this.connection.readsTooSlowly(waiting - own, this.plane.connectionBufferBytes)) {
      this.failureDetail = TOO_SLOW;
      this.bytesSent = Math.max(0, this.bytesSent - waiting);
      this.stream.reset(ResetReason.OVERFLOW);
      this.flags |= Flag.DownStreamTerminate;
      this.finish(false);
    }
  }

  /** The caller can take more of the response. */
  onWritable(): void {
    if (!this.#responsePaused) return;
    this.#responsePaused = false;
    this.upstream?.stream?.resume();
  }

  /**
   * Many small answers add up as one large one does: a caller that reads none of them loses its connection; true then.
   * @param counted bytes that were counted as sent, and now are not
   */
  #cutOff(counted: number): boolean {
    const { connection } = this;
    if (!connection.readsTooSlowly(connection.pendingBytes, this.plane.connectionBufferBytes)) return false;
    this.failureDetail = TOO_SLOW;
    this.bytesSent -= counted;
    connection.reset();
    return true;
  }

  // ── ends ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The caller is gone. */
  onReset(_reason: ResetReason): void {
    if (this.#done) return;
    this.listener.stats[DOWNSTREAM.request_reset]!++;
    this.flags |= Flag.DownStreamTerminate;
    if (this.status === 0) this.status = 499;
    this.finish(false);
  }

  /** @internal The timeout of the request has passed. */
  onDeadline(): void {
    if (this.#done) return;
    if (this.upstream !== null) this.upstream.cluster.stats[UPSTREAM.request_timeout]!++;
    this.failureDetail = 'timed out';
    this.fail('upstream_timeout', 504, Flag.UpstreamRequestTimeout);
  }

  /** Answers locally with an error, or ends the stream when the answer has begun. */
  fail(code: ErrorCode, status: number, flag: number, reason: ResetReason = ResetReason.LOCAL_RESET): void {
    if (this.#done) return;
    this.flags |= flag;
    if (this.responded || this.tunnel) {
      if (this.status === 0) this.status = status;
      if (this.conversion?.breakOff(status, this.#failureText(code)) !== true) this.stream.reset(reason);
      this.finish(false);
      return;
    }
    // Only HTTP has HEAD, and its heads know their method for good; others look for theirs in bytes that may be gone by now.
    const { request } = this;
    const reply = { status, code, ...this.conversion?.faultReply };
    if (request.family === 'http' && request.method === 'HEAD') this.answer(reply);
    else this.answer({ ...reply, body: this.#failureText(code) });
  }

  #failureText(code: ErrorCode): string {
    return this.conversion?.faultText(code) || localText(code, this.flags);
  }

  /** Answers in place of a host. */
  protected answer(reply: LocalReply): void {
    if (this.#done) return;
    this.plane.process[PROCESS.local_replies]!++;
    this.status = reply.status;
    if (this.recorded !== null) recordReply(this, this.recorded, reply);
    this.listener.edges?.replied(this, reply);
    this.responded = true;
    if (this.upstream !== null) this.upstream.abort(ResetReason.LOCAL_RESET);
    if (typeof reply.body === 'string') this.bytesSent = Buffer.byteLength(reply.body);
    else if (reply.body !== undefined) this.bytesSent = reply.body.length;
    if (!this.request.oneWay) this.stream.sendLocalReply(this.request, reply);
    this.finish(reply.status < 500);
  }

  /** What a filter or a rule answers. Once the answer has begun there is no other one: the stream ends instead. */
  reply(reply: LocalReply): void {
    if (this.responded) this.terminate();
    else this.answer(reply);
  }

  /** @internal Rules have changed since the request was let pass: it ends when they would refuse it now. */
  recheck(): void {
    const { rules, edges } = this.listener;
    if (this.#done || rules === null || this.request.readable !== true) return;
    const reply = rules.recheck(this, this.context.now);
    if (reply === null) return;
    if (!this.responded && !this.tunnel) {
      this.answer(reply);
      return;
    }
    // The caller has a part of another answer: it is told what its protocol can still say.
    if (this.status === 0) this.status = reply.status;
    if (this.recorded !== null) recordReply(this, this.recorded, reply);
    edges?.replied(this, reply);
    this.stream.sendLocalReply(this.request, reply);
    this.finish(true);
  }

  /** @internal Ends the stream without an answer. */
  terminate(): void {
    if (this.#done) return;
    this.stream.reset(ResetReason.LOCAL_RESET);
    this.finish(false);
  }

  protected finish(success: boolean): void {
    if (this.#done) return;
    this.#done = true;
    // What is left of the request is read and dropped by the codec: nobody else would ever let it flow again.
    if (!this.requestEnded) this.stream.resume();
    const { context, listener } = this;
    this.finishedAt = context.now;
    context.deadlines.remove(this);
    const attempt = this.upstream;
    if (attempt !== null) {
      if (!this.requestEnded || !this.responseEnded) attempt.abort(ResetReason.LOCAL_RESET);
      attempt.release(success && this.responseEnded);
    }
    this.releaseRequest();
    this.conversion?.end();
    const { stats, accessLogs } = listener;
    stats[DOWNSTREAM.request_active]!--;
    this.plane.process[PROCESS.exchanges_active]!--;
    if (!success) stats[DOWNSTREAM.request_failed]!++;
    recordDownstreamRequest(stats, this.status, this.finishedAt - this.startedAt, this.ownMs);
    if (this.recorded !== null) endRecord(this, this.recorded, success);
    if (this.ruleDecision !== null)
      listener.rules?.complete(this, this.startedAt, this.finishedAt, !success, endOf(this.flags));
    listener.edges?.record(this, success);
    this.filters?.complete();
    for (let i = 0; i < accessLogs.length; i++) accessLogs[i]?.log(this);
  }

  /** @internal Behind a timer no connection catches what an extension throws: it ends this request. */
  guardTimer(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.plane.process[PROCESS.extension_faults]!++;
      this.plane.onFilterFault('timer', error);
      this.fail('extension_failed', 500, Flag.FilterFault);
    }
  }
}
