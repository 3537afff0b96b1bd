import { ProtocolError } from '@weft/kit';
import { bool, bytes, double, type Infer, list, listOf, message, nested, text, uint32, uint64 } from './message.ts';
import { RuleAskMessage } from './rule-ask-message.ts';
import {
  MAX_ADMIN_BODY_BYTES,
  type Report,
  type ReportsClientMessage,
  type ReportsServerMessage,
} from './telemetry.ts';

export const REPORTS_METHOD = '/weft.telemetry.v1.Reports/Stream';

const Edge = message({
  outbound: bool(1),
  sourceApp: text(2),
  targetApp: text(3),
  service: text(4),
  method: text(5),
  protocol: text(6),
  requests: uint64(7),
  errors: uint64(8),
  rejected: uint64(9),
  durationMsSum: double(10),
  histogram: list(uint64(11)),
});
const Process = message({ cpuUs: uint64(1), rssBytes: uint64(2), connections: uint64(3), requests: uint64(4) });
const Health = message({ name: text(1), healthy: bool(2), message: text(3) });
const Applied = message({ dataId: text(1), version: uint64(2), rejectedReason: text(3) });
const Event = message({ atMs: uint64(1), kind: text(2), message: text(3) });
const Rule = message({ ruleDbId: uint64(1), passed: uint64(2), rejected: uint64(3), wouldReject: uint64(4) });
const VerdictMessage = message({
  ruleDbId: uint64(1),
  service: text(2),
  granted: bool(3),
  forMs: uint64(4),
  host: text(5),
  reason: text(6),
});
const AskVerdicts = message({ verdicts: listOf(1, () => VerdictMessage) });
const ReportMessage = message({
  atMs: uint64(1),
  edges: listOf(2, () => Edge),
  histogramBoundsMs: list(double(3)),
  process: nested(4, () => Process),
  health: listOf(5, () => Health),
  configDigest: text(6),
  applied: listOf(7, () => Applied),
  events: listOf(8, () => Event),
  rules: listOf(9, () => Rule),
  asks: listOf(10, () => RuleAskMessage),
});
const Answer = message({ id: uint32(1), status: uint32(2), contentType: text(3), body: bytes(4) });
const Query = message({ id: uint32(1), path: text(2), body: bytes(3) });
const ClientEnvelope = message({ report: nested(1, () => ReportMessage), answer: nested(2, () => Answer) });
const ServerEnvelope = message({ query: nested(1, () => Query), verdicts: nested(2, () => AskVerdicts) });

const NO_PROCESS: Infer<typeof Process> = { cpuUs: 0, rssBytes: 0, connections: 0, requests: 0 };

function reportFromMessage({ rules, asks, ...report }: Infer<typeof ReportMessage>): Report {
  return {
    ...report,
    ...(rules.length === 0 ? {} : { rules }),
    ...(asks.length === 0 ? {} : { asks }),
    process: report.process ?? NO_PROCESS,
    edges: report.edges.map(({ outbound, ...edge }) => ({ ...edge, direction: outbound ? 'outbound' : 'inbound' })),
  };
}

export function encodeReportsClient(value: ReportsClientMessage): Uint8Array {
  if (value.kind === 'answer') {
    if (value.answer.body.length > MAX_ADMIN_BODY_BYTES) {
      throw new RangeError(`an admin answer of ${value.answer.body.length} bytes; at most ${MAX_ADMIN_BODY_BYTES}`);
    }
    return ClientEnvelope.encode({ answer: value.answer });
  }
  const edges = value.report.edges.map((edge) => ({ ...edge, outbound: edge.direction === 'outbound' }));
  const { rules = [], asks = [] } = value.report;
  return ClientEnvelope.encode({ report: { ...value.report, edges, rules, asks } });
}

export function decodeReportsClient(encoded: Uint8Array): ReportsClientMessage {
  const { report, answer } = ClientEnvelope.decode(encoded);
  if (report !== undefined) return { kind: 'report', report: reportFromMessage(report) };
  if (answer !== undefined) return { kind: 'answer', answer };
  throw new ProtocolError('an empty report message');
}

export function encodeReportsServer(value: ReportsServerMessage): Uint8Array {
  return ServerEnvelope.encode(
    value.kind === 'query' ? { query: value.query } : { verdicts: { verdicts: value.verdicts } },
  );
}

export function decodeReportsServer(encoded: Uint8Array): ReportsServerMessage {
  const { query, verdicts } = ServerEnvelope.decode(encoded);
  if (query !== undefined) return { kind: 'query', query };
  if (verdicts !== undefined) return { kind: 'verdicts', verdicts: verdicts.verdicts };
  throw new ProtocolError('an empty message on the report stream');
}
