import type { RecordedRequest } from '../governance/recorded-request.ts';
import type { ExchangeRecord } from './exchange-record.ts';

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
