import {
  type BacktestResult,
  type BacktestRow,
  type BodyOf,
  isRuleSegment,
  type Message,
  message,
  messageText,
  type ms,
} from '@weft/api';
import { isSecretName } from '@weft/kit/secret-name';
import { ApiFailure, type Caller, invalid } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import { MINUTE_MS } from '../range.ts';
import { checkBody, pointOf } from '../rules/change-rules.ts';
import type { AnyRuleBody, KeyedRule, RecordedCall, ReplayedCall } from '../rules/rule-kind.ts';
import type { RuleStore } from '../rules/rule-store.ts';
import type { SidecarRecord } from '../sidecars/sidecars.ts';
import { askProxies, askRecords, proxyName, withApp } from './ask-proxies.ts';
import { instanceFinder, missingGroups } from './label-groups.ts';

type Question = BodyOf<(typeof ms)['routes']['backtestRule']>;

const USUAL_MINUTES = 10;
/** Each proxy has its own state, so many of them say what few do not. Those of one app are much alike. */
const PROXIES = { atOnce: 2, most: 100 };
/** Records of one proxy. */
const MAX_RECORDS = 20_000;
/** Requests that are played, those that a record stands for included, over all proxies. */
const MAX_PLAYED = 300_000;
const MAX_ROWS = 200;
const MAX_REASONS = 20;
const MAX_MISSING = 5;
/** The control plane does something else in between. */
const SLICE_MS = 10;

interface WindowJson {
  readonly on: boolean;
  readonly threads: number;
  readonly records: readonly RecordedCall[];
  readonly next: number | null;
}

interface Window {
  readonly on: boolean;
  readonly records: readonly RecordedCall[];
}

/** What a rule would have done with the requests that the proxies remember which it would reach. */
export async function backtest(parts: MeshserverParts, caller: Caller, question: Question): Promise<BacktestResult> {
  const { store, body } = draftOf(parts, caller, question);
  const { kind } = store;
  const { instanceId } = caller;
  const reached = parts.sidecars
    .list(instanceId)
    .filter(
      ({ peer, node }) => peer !== null && (kind.ownedBy === 'service' || body.app === '*' || node.app === body.app),
    );
  const minutes = question.minutes ?? USUAL_MINUTES;
  const sinceMs = parts.clock.wallNow() - minutes * MINUTE_MS;
  const tally = new Tally();
  const rules: readonly KeyedRule[] = [{ ruleDbId: 1, body: { ...body, enabled: true, mode: 'CONTROL' } }];
  const hasInstance = instanceFinder(parts, instanceId);
  const room = Math.floor(MAX_PLAYED / Math.min(Math.max(1, reached.length), PROXIES.most));
  let cut = 0;
  let off = 0;
  // One proxy after the other: what was played is not kept.
  const play = async (sidecar: SidecarRecord): Promise<void> => {
    const window = await windowOf(parts, sidecar, body.direction, sinceMs);
    if (!window.on) off++;
    const records = newest(window.records, room);
    cut += window.records.length - records.length;
    tally.proxy(sidecar, records);
    const { app, ip, zone, dataCenter, cluster, labels } = sidecar.node;
    const proxy = { app, ip, zone, dataCenter, cluster, labels };
    let startedMs = performance.now();
    for (const second of kind.replay(rules, proxy, body.direction, records, hasInstance)) {
      for (const played of second) tally.add(records[played.index] as RecordedCall, played);
      if (performance.now() - startedMs < SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      startedMs = performance.now();
    }
  };
  const { silent } = await askProxies(reached, play, PROXIES);
  const result = tally.result();
  const warnings = warningsOf(body, kind.type, reached.length, off, cut);
  const seconds = kind.ttlSecondsOf?.(body) ?? 0;
  if (seconds > 0 && seconds * 1000 < minutes * MINUTE_MS) warnings.push(message('backtest.without-end', { seconds }));
  for (const { service, labels } of missingGroups(body, hasInstance).missing.slice(0, MAX_MISSING))
    warnings.push(message('backtest.no-instance', { service, labels }));
  // Where less is remembered than was asked for, the answer is about less.
  if (result.from !== null && Date.parse(result.from) - sinceMs > MINUTE_MS)
    warnings.push(message('backtest.since', { minutes, from: `${result.from.slice(0, 19)}Z` }));
  return {
    ...result,
    silent: [...silent],
    warnings: warnings.map((item) => messageText(item)),
    warningMessages: warnings,
  };
}

/** Whoever writes expressions says how long they take, so trying one needs the right to write rules. */
function draftOf(
  { rules }: MeshserverParts,
  caller: Caller,
  { rule, type }: Question,
): { readonly store: RuleStore; readonly body: AnyRuleBody } {
  // Of a rule of any type the contract says only what all have; the check of its type sees the rest.
  const { type: own, ...rest } = rule as unknown as Readonly<Record<string, unknown>>;
  const word = typeof own === 'string' ? own.toLowerCase().replaceAll('_', '-') : (type ?? 'limit');
  const store = isRuleSegment(word) ? rules.bySegment(word) : null;
  if (store === null)
    throw new ApiFailure(
      'NOT_FOUND',
      `this control plane has no rules of type "${word}": GET /openapi/v1/ms/rule-types`,
    );
  if (store.kind.convert !== undefined)
    throw invalid(
      '/rule',
      `${store.contract.title}s decide about no request: try them on samples, POST /openapi/v1/ms/mappings:try`,
    );
  caller.require(pointOf(store, 'write'));
  // What proxies remember shows who calls what.
  caller.require('mesh:sidecar:read');
  return { store, body: checkBody(store, rest, 'rule') };
}

/** The sample of a proxy, from all of its threads, in the order of the time. */
async function windowOf(
  parts: MeshserverParts,
  sidecar: SidecarRecord,
  direction: 'SERVER' | 'CLIENT',
  sinceMs: number,
): Promise<Window> {
  const records: RecordedCall[] = [];
  // Its clock may be another one.
  const since = String(Math.max(0, Math.floor(sinceMs - (Number.isFinite(sidecar.offsetMs) ? sidecar.offsetMs : 0))));
  let threads = 1;
  let on = false;
  for (let thread = 0; thread < threads; thread++) {
    let after: number | null = 0;
    while (after !== null && records.length < MAX_RECORDS) {
      const page: WindowJson = await askRecords<WindowJson>(parts, sidecar, {
        direction,
        since,
        thread: String(thread),
        after: String(after),
      });
      threads = page.threads;
      on ||= page.on;
      records.push(...page.records.map((record) => withApp(sidecar, direction, record)));
      after = page.next;
    }
  }
  return { on, records: records.sort((a, b) => a.nowMs - b.nowMs) };
}

/** As many of the newest as stand for at most so many requests. */
function newest(records: readonly RecordedCall[], room: number): readonly RecordedCall[] {
  let left = room;
  let from = records.length;
  while (from > 0) {
    const { stands } = records[from - 1] as RecordedCall;
    if (stands > left) break;
    left -= stands;
    from--;
  }
  return records.slice(from);
}

function warningsOf(body: AnyRuleBody, type: string, reached: number, off: number, cut: number): Message[] {
  const warnings: Message[] = [];
  if (body.mode === 'OBSERVE') warnings.push(message('backtest.observes'));
  if (reached === 0)
    warnings.push(
      body.app === '*' ? message('warning.no-proxy') : message('warning.no-proxy-of-app', { app: body.app }),
    );
  if (off > 0) warnings.push(message('backtest.off', { off }));
  if (cut > 0) warnings.push(message('backtest.cut', { cut }));
  if (type === 'ISOLATE') warnings.push(message('backtest.by-instance'));
  const conditions = (body as { readonly conditions?: readonly { type: string; field: string }[] }).conditions ?? [];
  for (const { type: kind, field } of conditions)
    if (kind !== 'SYSTEM' && kind !== 'LABEL' && isSecretName(field))
      warnings.push(message('backtest.secret', { condition: `${kind} ${field}` }));
  return warnings;
}

interface Counts {
  requests: number;
  sampled: number;
  matched: number;
  rejected: number;
  delayed: number;
  copied: number;
}
const none = (): Counts => ({ requests: 0, sampled: 0, matched: 0, rejected: 0, delayed: 0, copied: 0 });

/** Sums what became of the records. */
class Tally {
  readonly #sum = none();
  readonly #rows = new Map<string, Counts & Pick<BacktestRow, 'caller' | 'service' | 'method'>>();
  readonly #groups = new Map<string, number>();
  readonly #unmatched = new Map<string, { value: string; requests: number }>();
  readonly #proxies: BacktestResult['proxies'] = [];
  #refusedThen = 0;
  #exact = true;
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = 0;
  /** Of records that stand for others: the variance of what would have been refused. */
  #variance = 0;

  proxy(sidecar: SidecarRecord, records: readonly RecordedCall[]): void {
    const requests = records.reduce((sum, { stands }) => sum + stands, 0);
    this.#proxies.push({
      proxyId: sidecar.node.id,
      proxy: proxyName(sidecar),
      requests,
      sampled: records.length,
    });
  }

  add(record: RecordedCall, played: ReplayedCall): void {
    const { stands } = record;
    for (const counts of [this.#sum, this.#rowOf(record, played)]) {
      counts.requests += stands;
      counts.sampled++;
      counts.matched += played.matched;
      counts.rejected += played.rejected;
      counts.delayed += played.delayed;
      counts.copied += played.copied;
    }
    if (stands > 1) {
      this.#exact = false;
      // Whether it is for the others as it is for this one is what is not known.
      this.#variance += stands * (stands - 1);
    }
    if (record.verdict === 'reject') this.#refusedThen += stands;
    this.#fromMs = Math.min(this.#fromMs, record.atMs);
    this.#toMs = Math.max(this.#toMs, record.atMs);
    for (const [labels, requests] of played.groups)
      this.#groups.set(labels, (this.#groups.get(labels) ?? 0) + requests);
    if (played.unmatched !== null) this.#addUnmatched(played.unmatched, stands);
  }

  #addUnmatched({ condition, actual }: { condition: string; actual: string }, stands: number): void {
    const known = this.#unmatched.get(condition);
    if (known !== undefined) known.requests += stands;
    else if (this.#unmatched.size < MAX_REASONS) this.#unmatched.set(condition, { value: actual, requests: stands });
  }

  /** Requests for services that the rule is not about are one row together. */
  #rowOf(record: RecordedCall, { matched, unmatched }: ReplayedCall): Counts {
    const caller = record.sourceApp || record.sourceIp;
    const plain = record.isHttp && record.service === '';
    const method = plain ? `${record.httpMethod} ${record.path}` : record.method;
    const own = `${caller}\n${record.serviceId}\n${method}`;
    const isAbout = matched > 0 || unmatched !== null;
    const key = isAbout && (this.#rows.has(own) || this.#rows.size < MAX_ROWS) ? own : '';
    const row = this.#rows.get(key) ?? {
      caller: key === '' ? '' : caller,
      service: key === '' ? '' : record.serviceId,
      method: key === '' ? '' : method,
      ...none(),
    };
    this.#rows.set(key, row);
    return row;
  }

  result(): Omit<BacktestResult, 'silent' | 'warnings' | 'warningMessages'> {
    const { requests, sampled, rejected } = this.#sum;
    // A share of none or all of them is no certainty: one more of each kind is added.
    const share = ((requests === 0 ? 0 : rejected / requests) * sampled + 1) / (sampled + 2);
    const margin = this.#exact ? 0 : Math.ceil(1.96 * Math.sqrt(share * (1 - share) * this.#variance));
    const nothing = this.#toMs === 0;
    return {
      ...this.#sum,
      exact: this.#exact,
      margin: Math.min(margin, requests),
      refusedThen: this.#refusedThen,
      from: nothing ? null : new Date(this.#fromMs).toISOString(),
      to: nothing ? null : new Date(this.#toMs).toISOString(),
      rows: [...this.#rows.values()].sort(
        (a, b) => b.rejected - a.rejected || b.matched - a.matched || b.requests - a.requests,
      ),
      groups: [...this.#groups]
        .map(([labels, count]) => ({ labels, requests: count }))
        .sort((a, b) => b.requests - a.requests),
      unmatched: [...this.#unmatched]
        .map(([condition, item]) => ({ condition, ...item }))
        .sort((a, b) => b.requests - a.requests),
      proxies: this.#proxies,
    };
  }
}
