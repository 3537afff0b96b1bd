import type { ApiClient, RecordedRow, TracedRule, TraceHop, TraceResult } from '@weft/api';
import { EXIT } from '@weft/kit';
import { conditionLine } from '../../condition-line.ts';
import { formatTable } from '../../mesh-api/table.ts';
import type { Outcome } from '../../outcome.ts';
import { NOT_SAID } from '../rules/rule-simulate.ts';

/** `weft explain --trace`. Exit code 0 when some proxy remembers the request and no rule refused it, 1 otherwise. */
export async function explainTrace(client: ApiClient, traceId: string): Promise<Outcome> {
  const trace = await client.ms.traceRequest({ params: { traceId } });
  const refused = trace.hops.some(({ verdict }) => verdict === 'reject');
  return {
    exitCode: trace.hops.length > 0 && !refused ? EXIT.OK : EXIT.FAILED,
    text: traceText(trace),
    json: { ok: trace.hops.length > 0 && !refused, ...trace },
  };
}

/** `weft explain --recent`. */
export async function recentRequests(client: ApiClient, app?: string): Promise<Outcome> {
  const { items, silent } = await client.ms.listRecordedRequests({ query: app === undefined ? {} : { app } });
  const table = formatTable(
    ['times', 'last at', 'trace', 'proxy', 'direction', 'caller', 'service', 'method', 'verdict', 'answer'],
    groupedRows(items),
    'the proxies remember no request that a rule refused or delayed, or would have',
  );
  const untraced = items.some(({ traceId }) => traceId === NO_TRACE)
    ? [`trace ${NO_TRACE}: the caller sent no trace id (SOFATracer, B3 or W3C), so --trace cannot follow the request`]
    : [];
  return {
    exitCode: EXIT.OK,
    text: [table, ...untraced, ...silent.map(({ proxy, reason }) => `! ${proxy} did not answer: ${reason}`)].join('\n'),
    json: { ok: true, items, silent },
  };
}

/** As proxies write the trace of a request that belongs to none. */
const NO_TRACE = '-';

/** Requests that differ in nothing but their time are one row, at the place of the newest of them. */
function groupedRows(items: readonly RecordedRow[]): string[][] {
  const groups = new Map<string, { times: number; lastAt: string; readonly rest: readonly string[] }>();
  for (const row of items) {
    const rest = [
      row.traceId,
      row.proxy,
      row.direction,
      row.sourceApp || row.sourceIp,
      row.service || NOT_SAID,
      calledMethod(row),
      row.ruleDbId === null ? row.verdict : `${verdictWord(row)} by ${row.refusedBy} ${ruleOf(row)}`,
      answerOf(row),
    ];
    const key = JSON.stringify(rest);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { times: 1, lastAt: row.at, rest });
    else {
      group.times += 1;
      if (row.at > group.lastAt) group.lastAt = row.at;
    }
  }
  return [...groups.values()].map(({ times, lastAt, rest }) => [`${times} ×`, lastAt, ...rest]);
}

/** For people; the last line is what rules did. */
export function traceText({ traceId, hops, asked, off, silent }: TraceResult): string {
  const missing = [
    ...silent.map(({ proxy, reason }) => `! ${proxy} did not answer: ${reason}`),
    ...(off === 0 ? [] : [`! ${off} of ${asked} proxies remember no requests: governance.record is off there`]),
  ];
  if (hops.length === 0)
    return [
      `none of ${asked} proxies remembers a request of trace ${traceId}: they keep a sample, and what rules refused, of the last minutes`,
      ...missing,
      'weft explain --recent lists what they keep of refused requests',
    ].join('\n');
  // Retries and calls beside each other are refused each for itself.
  const refusals = new Set(hops.filter(({ verdict }) => verdict === 'reject').map(refusalOf));
  const verdict =
    refusals.size === 0
      ? `no rule refused it${hops[0]?.status === 0 ? '' : `; answered with ${answerOf(hops[0] as TraceHop)}`}`
      : [...refusals].join('; ');
  // Each proxy draws for itself.
  const sampled = 'hops that no rule did anything to are there as far as the sample of their proxy has them';
  return [`trace ${traceId}`, ...hops.flatMap(hopLines), ...missing, `  ${sampled}`, `→ ${verdict}`].join('\n');
}

/** Its number, and its name where it is still there. */
const ruleOf = ({ ruleDbId, ruleName }: Pick<RecordedRow, 'ruleDbId' | 'ruleName'>): string =>
  `${ruleDbId}${ruleName === undefined ? '' : ` (${ruleName})`}`;

const refusalOf = (hop: TraceHop): string =>
  `${isAnswered(hop) ? 'answered instead' : isFailed(hop) ? 'failed on purpose' : 'refused'} by ${hop.refusedBy} rule ${ruleOf(hop)} at ${hop.proxy} (${hop.direction})`;

/** What counts as a refusal is an answer, with which the caller can go on: one of REJECT has a status of an error. */
const isAnswered = ({ verdict, refusedBy, status }: Pick<RecordedRow, 'verdict' | 'refusedBy' | 'status'>): boolean =>
  verdict === 'reject' && refusedBy === 'downgrade' && status < 400;

/** A fault that is injected stands for one of the service: nobody refused. */
const isFailed = ({ verdict, refusedBy }: Pick<RecordedRow, 'verdict' | 'refusedBy'>): boolean =>
  verdict === 'reject' && refusedBy === FAULT;

const FAULT = 'fault-inject';

function verdictWord(row: RecordedRow): string {
  if (isAnswered(row)) return 'answered';
  if (isFailed(row)) return 'failed on purpose';
  return row.verdict === 'would_reject' && row.refusedBy === FAULT ? 'would_fail' : row.verdict;
}

function hopLines(hop: TraceHop): string[] {
  const indent = '  '.repeat(hop.depth + 1);
  const duration = hop.durationMs === null ? 'still running' : `${hop.durationMs} ms`;
  const from = hop.direction === 'SERVER' ? ` from ${hop.sourceApp || hop.sourceIp || 'an unknown caller'}` : '';
  const to = hop.host === '' ? '' : ` → ${hop.host}${hop.group === '' ? '' : ` (${hop.group})`}`;
  const status = hop.status === 0 ? '' : `, ${answerOf(hop)}`;
  const detail = hop.detail === '' ? '' : `, ${hop.detail}`;
  return [
    `${indent}${hop.direction === 'SERVER' ? 'in ' : 'out'} ${hop.proxy}${from}: ${hop.service || NOT_SAID} ${calledMethod(hop)}${to}`,
    `${indent}    at ${hop.offsetMs} ms for ${duration}${status}${detail}`,
    ...hop.rules.flatMap((rule) => ruleLines(rule, `${indent}    `)),
  ];
}

/** In the words of the protocol where it has its own: the status is what they come to in HTTP. */
export const answerOf = ({ status, answer }: Pick<RecordedRow, 'status' | 'answer'>): string =>
  answer === '' ? String(status) : `${answer} (as HTTP ${status})`;

const calledMethod = ({ method, path }: Pick<RecordedRow, 'method' | 'path'>): string =>
  path === '' ? method || NOT_SAID : `${method} ${path}`;

/** What a refusal is called that is none. */
const EFFECT_WORDS: Readonly<Record<string, string>> = {
  'reject answer': 'answered',
  'reject fault': 'failed on purpose',
  'would_reject answer': 'would have answered',
  'would_reject fault': 'would have failed it on purpose',
};

function ruleLines(rule: TracedRule, indent: string): string[] {
  const { type, ruleDbId, name, mode, verdict, detail, effect, since, conditions } = rule;
  const word =
    effect === null || effect === undefined ? verdict : (EFFECT_WORDS[`${verdict} ${effect.kind}`] ?? verdict);
  const mark = verdict === 'reject' || verdict === 'delay' ? '✗' : verdict === 'pass' && rule.matched ? '✓' : ' ';
  const now = since === 'same' ? '' : `; the rule was ${since} since`;
  const watching = mode === 'OBSERVE' ? ', only watches' : '';
  return [
    `${indent}${mark} ${type} ${ruleDbId} ${name}${watching}: ${word}${detail === '' ? '' : ` (${detail})`}${now}`,
    ...conditions.map((condition) => `${indent}    ${conditionLine(condition)}`),
  ];
}
