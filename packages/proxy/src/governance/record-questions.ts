import type { RuleEffort } from '@weft/sdk';
import type { RecordedRequest } from './recorded-request.ts';
import type { RequestRecorder } from './recorder.ts';

/** What somebody asks about the requests that a proxy remembers. */
export type RecordQuestion =
  /** The requests of one trace. */
  | { readonly kind: 'trace'; readonly traceId: string }
  /** The sample of one thread, in pages; `after` is what the last page gave. */
  | {
      readonly kind: 'window';
      readonly direction: 'SERVER' | 'CLIENT';
      readonly thread: number;
      readonly after: number;
      /** Unix ms of the oldest that is wanted. */
      readonly sinceMs: number;
    }
  /** What became of one rule. */
  | { readonly kind: 'rule'; readonly type: string; readonly ruleDbId: number; readonly sinceMs: number }
  /** The newest that were refused or delayed, or would have been. */
  | { readonly kind: 'recent' };

/** What the remembered requests say of one rule. */
export interface RuleSeen {
  /** Remembered requests, whatever they called. */
  requests: number;
  /** Requests that the rule was asked about: of its service and method. */
  considered: number;
  matched: number;
  /** How often each verdict was given. */
  verdicts: Record<string, number>;
  /** Why it did not act, in words, and how often. */
  skipped: Record<string, number>;
  /** The conditions that did not hold, with one of the values that they saw. */
  failed: Record<string, { actual: string; count: number }>;
  /** Calls whose service or method could not be read, so that the rule was not asked about them. */
  unread: UnreadCalls[];
}

/** Calls that are alike. */
export interface UnreadCalls {
  readonly direction: 'SERVER' | 'CLIENT';
  readonly protocol: string;
  /** dataId; '' where the service is not known either. */
  readonly service: string;
  /** Why, in words. */
  readonly reason: string;
  count: number;
}

/** The answer of one thread. */
export interface RecordAnswer {
  readonly thread: number;
  /** False: this proxy remembers nothing. */
  readonly on: boolean;
  readonly records: readonly RecordedRequest[];
  /** Where the next page begins; null behind the last. */
  readonly next: number | null;
  /** Unix ms of the oldest that is remembered; 0 when nothing is. */
  readonly oldestMs: number;
  readonly rule: RuleSeen | null;
  /** Of one rule: how what it sets going beside requests came out, by target. Also where nothing is remembered. */
  readonly efforts: readonly RuleEffort[];
}

/** What a thread has to answer with. */
export interface RecordSource {
  readonly recorder: RequestRecorder | null;
  effortsOf(type: string, ruleDbId: number): readonly RuleEffort[];
}

/** Requests of one trace within one proxy; a trace that is a loop has more. */
const MAX_TRACE = 64;
const MAX_PAGE = 1000;
/** An answer of a proxy has room for 1 MiB. */
const MAX_PAGE_BYTES = 512 * 1024;
const MAX_RECENT = 50;
const MAX_REASONS = 20;

/** Looks through what a thread remembers. */
export function answerRecords(thread: number, source: RecordSource, question: RecordQuestion): RecordAnswer {
  const { recorder } = source;
  const efforts = question.kind === 'rule' ? sumOfEfforts(source.effortsOf(question.type, question.ruleDbId)) : [];
  const nothing: RecordAnswer = {
    thread,
    on: recorder !== null,
    records: [],
    next: null,
    oldestMs: 0,
    rule: null,
    efforts,
  };
  if (recorder === null) return nothing;
  const all = recorder.records();
  const answer = { ...nothing, oldestMs: all[0]?.atMs ?? 0 };
  switch (question.kind) {
    case 'trace':
      return { ...answer, records: all.filter(({ traceId }) => traceId === question.traceId).slice(0, MAX_TRACE) };
    case 'recent':
      return { ...answer, records: all.filter(wasHeldUp).slice(-MAX_RECENT).map(withWatching) };
    case 'rule':
      return { ...answer, rule: seenOfRule(all, question) };
    default:
      return question.thread === thread ? { ...answer, ...pageOf(all, question) } : nothing;
  }
}

/** Refused, delayed, or would have been; hosts that a rule chose are nothing to look for. */
const wasHeldUp = ({ noticed, verdict, rules }: RecordedRequest): boolean =>
  noticed && (verdict !== 'pass' || rules.some((rule) => rule.verdict.startsWith('would_')));

const withoutRules = (record: RecordedRequest): RecordedRequest => ({ ...record, rules: [] });

/** With what rules in OBSERVE would have done: nothing else tells why the request is there. */
const withWatching = (record: RecordedRequest): RecordedRequest => ({
  ...record,
  rules: record.rules
    .filter(({ verdict }) => verdict.startsWith('would_'))
    .map((trace) => ({ ...trace, conditions: [] })),
});

function pageOf(
  all: readonly RecordedRequest[],
  { direction, after, sinceMs }: RecordQuestion & { readonly kind: 'window' },
): Pick<RecordAnswer, 'records' | 'next'> {
  const wanted = all
    .filter(
      (record) => record.stands > 0 && record.direction === direction && record.seq > after && record.atMs >= sinceMs,
    )
    .sort((a, b) => a.seq - b.seq);
  const records: RecordedRequest[] = [];
  let bytes = 0;
  for (const record of wanted) {
    bytes += record.bytes;
    if (records.length >= MAX_PAGE || (bytes > MAX_PAGE_BYTES && records.length > 0))
      return { records, next: records.at(-1)?.seq ?? null };
    records.push(withoutRules(record));
  }
  return { records, next: null };
}

function seenOfRule(
  all: readonly RecordedRequest[],
  { type, ruleDbId, sinceMs }: RecordQuestion & { readonly kind: 'rule' },
): RuleSeen {
  const seen = nothingSeen();
  for (const record of all) {
    if (record.atMs < sinceMs) continue;
    seen.requests++;
    const traces = record.rules.filter((trace) => trace.ruleDbId === ruleDbId && trace.type === type);
    if (traces.length === 0) {
      const { direction, protocol, serviceId: service, unread } = record;
      const reason = unread?.names ?? '';
      if (reason !== '') countUnread(seen.unread, { direction, protocol, service, reason, count: 1 });
      continue;
    }
    seen.considered++;
    if (traces.some(({ matched }) => matched)) seen.matched++;
    for (const { verdict, detail, conditions, matched } of traces) {
      count(seen.verdicts, verdict);
      if (verdict === 'skipped') count(seen.skipped, detail);
      const failed = matched ? undefined : conditions.find((item) => !item.matched);
      if (failed === undefined) continue;
      const known = seen.failed[failed.condition];
      if (known !== undefined) known.count++;
      else if (Object.keys(seen.failed).length < MAX_REASONS)
        seen.failed[failed.condition] = { actual: failed.actual, count: 1 };
    }
  }
  return seen;
}

const nothingSeen = (): RuleSeen => ({
  requests: 0,
  considered: 0,
  matched: 0,
  verdicts: {},
  skipped: {},
  failed: {},
  unread: [],
});

function countUnread(all: UnreadCalls[], calls: UnreadCalls): void {
  const { direction, protocol, service, reason, count: times } = calls;
  const known = all.find(
    (one) =>
      one.direction === direction && one.protocol === protocol && one.service === service && one.reason === reason,
  );
  if (known !== undefined) known.count += times;
  else if (all.length < MAX_REASONS) all.push({ ...calls });
}

function count(counts: Record<string, number>, name: string, by = 1): void {
  if (counts[name] !== undefined || Object.keys(counts).length < MAX_REASONS) counts[name] = (counts[name] ?? 0) + by;
}

/** One for each target. Failures are in a row where nobody succeeded last. */
export function sumOfEfforts(efforts: readonly RuleEffort[]): RuleEffort[] {
  const sums = new Map<string, RuleEffort>();
  for (const effort of efforts) {
    const known = sums.get(effort.target);
    const { target, succeeded, failed, failedInARow, reason } = effort;
    sums.set(
      target,
      known === undefined
        ? effort
        : {
            target,
            succeeded: known.succeeded + succeeded,
            failed: known.failed + failed,
            failedInARow: known.failedInARow === 0 || failedInARow === 0 ? 0 : known.failedInARow + failedInARow,
            reason: known.reason || reason,
          },
    );
  }
  return [...sums.values()];
}

/** What all threads have seen of a rule. */
export function sumOfRule(answers: readonly RecordAnswer[]): RuleSeen {
  const sum = nothingSeen();
  for (const { rule } of answers) {
    if (rule === null) continue;
    sum.requests += rule.requests;
    sum.considered += rule.considered;
    sum.matched += rule.matched;
    for (const [verdict, times] of Object.entries(rule.verdicts)) count(sum.verdicts, verdict, times);
    for (const [why, times] of Object.entries(rule.skipped)) count(sum.skipped, why, times);
    for (const calls of rule.unread) countUnread(sum.unread, calls);
    for (const [condition, { actual, count: times }] of Object.entries(rule.failed)) {
      const known = sum.failed[condition];
      if (known === undefined) sum.failed[condition] = { actual, count: times };
      else known.count += times;
    }
  }
  return sum;
}
