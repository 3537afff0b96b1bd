import type { AnswerNaming, HeaderMap, LocalReply, ResponseHead } from '@weft/sdk';
import type { RecordedRequest } from '../governance/recorded-request.ts';
import type { ExchangeRecord } from './exchange-record.ts';

const namingOf = ({ plane, request }: ExchangeRecord): AnswerNaming | undefined =>
  plane.protocol(request.protocol)?.protocol.answers;

/** Notes what the protocol of the caller calls the answer that goes to it. */
export function recordHead(exchange: ExchangeRecord, record: RecordedRequest, head: ResponseHead): void {
  record.answer = namingOf(exchange)?.ofHead(head) ?? '';
}

/** Trailers know better than a head. */
export function recordTrailers(exchange: ExchangeRecord, record: RecordedRequest, trailers: HeaderMap): void {
  record.answer = namingOf(exchange)?.ofTrailers?.(trailers) || record.answer;
}

/** The same for an answer that the proxy gives itself. */
export function recordReply(exchange: ExchangeRecord, record: RecordedRequest, reply: LocalReply): void {
  const { plane, request } = exchange;
  const config = plane.protocol(request.protocol)?.config;
  record.answer = request.oneWay ? '' : (namingOf(exchange)?.ofReply(request, reply, config) ?? '');
}

/** Notes how a request ended that is remembered, before its rules let go of it. */
export function endRecord(exchange: ExchangeRecord, record: RecordedRequest, success: boolean): void {
  record.durationMs = exchange.finishedAt - exchange.startedAt;
  record.status = exchange.status;
  record.failed = !success;
  record.hostAddress = exchange.hostAddress;
  record.cluster = exchange.clusterName;
  record.detail = exchange.failureDetail;
  const taken = exchange.ruleDecision?.hosts.taken ?? null;
  if (taken !== null) record.group = taken.labels.map(([name, value]) => `${name}=${value}`).join(',') || '*';
}
