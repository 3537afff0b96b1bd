import {
  type HeaderMap,
  HTTP_CALL_STATUS,
  OutcomeKind,
  type RequestHead,
  type ResponseHead,
  type RuleDecision,
} from '@weft/sdk';

/** Who is told what kind of answer there is. */
export type AnswerSink = Pick<RuleDecision, 'noteAnswer'>;

/** gRPC statuses that say something about the request, not about the service. */
const CALLERS_OWN = new Set([1, 3, 5, 6, 7, 9, 11, 16]);
/** Refusals by the rules of the other side that are no errors of the service. */
const POLICY = new Set(['limit', 'hijack', 'auth']);
const HTTP_OK = 200;

/** Notes what kind of answer a response head is, for the rules that hold the request. */
export function noteHead(decision: AnswerSink, request: RequestHead, head: ResponseHead): void {
  const { status } = head;
  const refusal = head.get('x-weft-reject');
  if (refusal !== undefined && POLICY.has(refusal)) {
    decision.noteAnswer(OutcomeKind.SUCCESS, head.family === 'http' ? status : head.nativeStatus);
    return;
  }
  if (head.family !== 'http') {
    // Every status of an RPC protocol but success says that the call failed.
    note(decision, status >= 400 || head.applicationError, head.nativeStatus);
    return;
  }
  const grpcStatus = request.service === '' ? undefined : head.get(HTTP_CALL_STATUS);
  if (grpcStatus !== undefined) noteGrpc(decision, grpcStatus);
  else note(decision, status >= 500 || (request.service !== '' && status !== HTTP_OK), status);
}

/** The status of gRPC comes behind the messages. */
export function noteTrailers(decision: AnswerSink, trailers: HeaderMap): void {
  const status = trailers.get(HTTP_CALL_STATUS);
  if (status !== undefined) noteGrpc(decision, status);
}

/** An answer that the proxy gave itself: what a fault rule injects counts as an answer of the service. */
export function noteLocalAnswer(decision: RuleDecision, request: RequestHead, status: number): void {
  const { rejection } = decision;
  if (rejection?.answer !== undefined) {
    decision.noteAnswer(OutcomeKind.SUCCESS, status);
    return;
  }
  const grpcStatus = request.service === '' || request.family !== 'http' ? undefined : rejection?.grpcStatus;
  if (grpcStatus !== undefined) noteGrpc(decision, String(grpcStatus));
  else note(decision, request.family === 'http' ? status >= 500 : status >= 400, status);
}

function noteGrpc(decision: AnswerSink, text: string): void {
  const code = Number(text);
  note(decision, code !== 0 && !CALLERS_OWN.has(code), Number.isInteger(code) ? code : 2);
}

function note(decision: AnswerSink, error: boolean, code: number): void {
  decision.noteAnswer(error ? OutcomeKind.ERROR : OutcomeKind.SUCCESS, code);
}
