import type { RecordedRow, TracedRule, TraceResult } from '@weft/api';
import type { Place } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import type { RecordedCall, SimulatedRule } from '../rules/rule-kind.ts';
import type { StoredRule } from '../rules/rule-store.ts';
import { conditionParts } from '../rules/simulate.ts';
import type { SidecarRecord } from '../sidecars/sidecars.ts';
import { askProxies, askRecords, proxyName, type SilentProxy, withApp } from './ask-proxies.ts';
import { orderHops, type PlacedHop } from './hops.ts';

/** A request as a proxy answers it. */
interface RecordedJson extends RecordedCall {
  readonly traceId: string;
  readonly direction: 'SERVER' | 'CLIENT';
  readonly verdict: 'pass' | 'reject' | 'delay';
  readonly ruleDbId: number;
  readonly refusedBy: string;
  readonly status: number;
  /** Proxies of before do not say it. */
  readonly answer?: string;
  readonly hostAddress: string;
  readonly group: string;
  readonly detail: string;
  readonly rules: readonly (SimulatedRule & { readonly type: string })[];
}

interface RecordsJson {
  readonly on: boolean;
  readonly records: readonly RecordedJson[];
}

/** A page that is looked at again and again must not weigh on a large mesh. */
const RECENT = { atOnce: 16, most: 200 };

const connected = ({ sidecars }: MeshserverParts, instanceId: string): SidecarRecord[] =>
  sidecars.list(instanceId).filter(({ peer }) => peer !== null);

/** Every hop of a request, from every proxy that remembers it. */
export async function traceRequest(parts: MeshserverParts, place: Place, traceId: string): Promise<TraceResult> {
  const { answers, silent } = await askProxies(connected(parts, place.instanceId), (sidecar) =>
    askRecords<RecordsJson>(parts, sidecar, { trace: traceId }),
  );
  const stored = parts.rules.ofInstance(place.instanceId);
  const byKey = new Map(stored.map((rule) => [`${rule.type} ${rule.ruleDbId}`, rule.modifiedAt]));
  const withName = namesOf(parts.rules.list(place));
  const hops = answers.flatMap(({ sidecar, answer }) =>
    answer.records.map((record): PlacedHop => {
      const startMs = startOf(sidecar, record);
      const { at: _, ...row } = rowOf(sidecar, record);
      return {
        startMs,
        localAddress: record.direction === 'SERVER' ? `${record.targetIp}:${record.localPort}` : '',
        hop: {
          ...withName(row),
          host: record.hostAddress,
          group: record.group,
          detail: record.detail,
          rules: record.rules.map((rule) => tracedRule(byKey, rule, startMs)),
        },
      };
    }),
  );
  return {
    traceId,
    hops: orderHops(hops),
    asked: answers.length,
    off: answers.filter(({ answer }) => !answer.on).length,
    silent: [...silent],
  };
}

/** The newest requests that were refused or delayed, or would have been. */
export async function recentRequests(
  parts: MeshserverParts,
  place: Place,
  filter: { readonly app?: string; readonly ruleDbId?: number; readonly size: number },
): Promise<{ items: RecordedRow[]; silent: SilentProxy[] }> {
  const { app, ruleDbId, size } = filter;
  const asked = connected(parts, place.instanceId).filter(({ node }) => app === undefined || node.app === app);
  const { answers, silent } = await askProxies(
    asked,
    (sidecar) => askRecords<RecordsJson>(parts, sidecar, { recent: '1' }),
    RECENT,
  );
  const withName = namesOf(parts.rules.list(place));
  const items = answers
    .flatMap(({ sidecar, answer }) => answer.records.map((record) => watchedRow(sidecar, record)))
    .filter((row) => ruleDbId === undefined || row.ruleDbId === ruleDbId)
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  return { items: items.slice(0, size).map(withName), silent: [...silent] };
}

/** As proxies call a type of rules in their logs. */
const wordOf = (type: string): string => type.toLowerCase().replaceAll('_', '-');

/** Adds the name of the rule that a request is about, as far as it is one of these. */
function namesOf(
  rules: readonly StoredRule[],
): <T extends Pick<RecordedRow, 'ruleDbId' | 'refusedBy'>>(row: T) => T & Pick<RecordedRow, 'ruleName'> {
  const names = new Map(rules.map(({ type, ruleDbId, body }) => [`${wordOf(type)} ${ruleDbId}`, body.name]));
  return (row) => {
    const ruleName = names.get(`${row.refusedBy} ${row.ruleDbId}`);
    return ruleName === undefined ? row : { ...row, ruleName };
  };
}

/** On the clock of the control plane, as far as the reports of the proxy tell how the clocks differ. */
const startOf = ({ offsetMs }: SidecarRecord, { atMs }: RecordedJson): number =>
  atMs + (Number.isFinite(offsetMs) ? offsetMs : 0);

/** With what rules in OBSERVE would have done, where nothing else happened to the request. */
function watchedRow(sidecar: SidecarRecord, recorded: RecordedJson): RecordedRow {
  const row = rowOf(sidecar, recorded);
  if (row.verdict !== 'pass') return row;
  const { rules } = recorded;
  const would =
    rules.find(({ verdict }) => verdict === 'would_reject') ?? rules.find(({ verdict }) => verdict === 'would_delay');
  if (would === undefined) return row;
  return {
    ...row,
    verdict: watchedVerdict(would),
    ruleDbId: would.ruleDbId,
    refusedBy: wordOf(would.type),
  };
}

/** A refusal that would be an answer is called one. */
function watchedVerdict({ verdict, effect }: SimulatedRule): RecordedRow['verdict'] {
  if (verdict !== 'would_reject') return 'would_delay';
  return effect?.kind === 'answer' ? 'would_answer' : 'would_reject';
}

function rowOf(sidecar: SidecarRecord, recorded: RecordedJson): RecordedRow {
  const { node } = sidecar;
  const record = withApp(sidecar, recorded.direction, recorded);
  return {
    traceId: record.traceId,
    at: new Date(startOf(sidecar, record)).toISOString(),
    proxyId: node.id,
    proxy: proxyName(sidecar),
    app: node.app,
    direction: record.direction,
    protocol: record.protocol,
    service: record.serviceId,
    method: record.isHttp && record.service === '' ? record.httpMethod : record.method,
    path: record.isHttp && record.service === '' ? record.path : '',
    sourceApp: record.sourceApp,
    sourceIp: record.sourceIp,
    verdict: record.verdict,
    ruleDbId: record.verdict === 'reject' ? record.ruleDbId : null,
    refusedBy: record.refusedBy,
    status: record.status,
    answer: record.answer ?? '',
    durationMs: record.durationMs < 0 ? null : Math.round(record.durationMs * 1000) / 1000,
  };
}

/** `modifiedAt` of the stored rules, by type and number. */
function tracedRule(
  modifiedAt: ReadonlyMap<string, number>,
  rule: RecordedJson['rules'][number],
  atMs: number,
): TracedRule {
  const { type, ruleDbId, name, mode, matched, verdict, detail, conditions } = rule;
  const changedAt = modifiedAt.get(`${type} ${ruleDbId}`);
  const since = changedAt === undefined ? 'deleted' : changedAt > atMs ? 'changed' : 'same';
  return {
    type,
    ruleDbId,
    name,
    mode,
    matched,
    verdict,
    detail,
    effect: rule.effect ?? null,
    since,
    conditions: conditions.map((item) => ({
      ...conditionParts(item.condition),
      value: item.actual,
      matched: item.matched,
    })),
  };
}
