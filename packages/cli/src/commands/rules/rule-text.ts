import type { FieldChange, PushDetail, SimulateResult } from '@weft/api';
import { formatTable } from '../../mesh-api/table.ts';
import { describeStep } from '../diagnosis/explain.ts';
import type { Rule } from './rule-types.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Groups of instances that a line has room for. */
const MAX_GROUPS = 3;

/** What rules of a type do, in a few words, as in `100/s`, `20 at once` or `50 % errors in 10 s`. */
const WORDS: Readonly<Record<Rule['type'], (spec: Spec) => string>> = {
  LIMIT: ({ thresholdType, threshold, timeMs }) => {
    if (thresholdType === 'concurrency') return `${threshold} at once`;
    return timeMs === 1000 ? `${threshold}/s` : `${threshold} in ${timeMs} ms`;
  },
  FUSE: ({ triggerType, threshold, thresholdUnit, triggerWindowMillis }) => {
    const percent = thresholdUnit === 'ratio' ? Number(threshold) * 100 : threshold;
    const what = triggerType === 'avgRt' ? `${threshold} ms on average` : `${percent} % errors`;
    return `${what} in ${Number(triggerWindowMillis) / 1000} s`;
  },
  FAULT_INJECT: ({ ruleType, fixedDelay, code, rpcStatus, faultPercent }) =>
    `${faultPercent} % ${ruleType === 'DELAY' ? `wait ${fixedDelay} ms` : `get ${rpcStatus || code}`}`,
  AUTH: ({ type, granularity }) =>
    `${type === 'BLACKLIST' ? 'blacklist' : 'whitelist'} for ${granularity === 'APP' ? 'the whole app' : granularity === 'METHOD' ? 'methods' : 'a service'}`,
  DOWNGRADE: ({ action, status }) => {
    if (action === 'RETURN_NULL') return 'an empty answer';
    if (action === 'MOCK') return 'a given answer';
    return status === 0 ? 'an error' : `error ${status}`;
  },
  HIJACK: ({ port, maxRequests, unit }) => {
    if (maxRequests === 0) return `port ${port}: no limit`;
    return `port ${port}: ${maxRequests}${unit === 'concurrency' ? ' at a time' : '/s'}`;
  },
  ISOLATE: ({ leastExceptionRate, exceptionRateMultiple, timeWindow, maxIpCount }) =>
    maxIpCount === 0
      ? 'nobody'
      : `${Number(leastExceptionRate) * Number(exceptionRateMultiple)} % errors in ${timeWindow} s, at most ${maxIpCount}`,
  MIRROR: ({ percent, targetDataId, targetCluster, targetAddresses }) =>
    `${percent} % to ${targetDataId || targetCluster || (targetAddresses as readonly string[]).join(', ')}`,
  MAPPING: ({ service, version, methods, target }) => {
    const count = Object.keys(methods as object).length;
    const named = version === '' ? service : `${service}:${version}`;
    return `${named} ↔ ${target || 'HTTP'}, ${count === 0 ? 'all methods' : `${count} ${count === 1 ? 'method' : 'methods'}`}`;
  },
  ROUTE: ({ destinations }) => {
    const groups = destinations as readonly { weight: number; labels: Readonly<Record<string, string>> }[];
    const shown = groups.slice(0, MAX_GROUPS).map(({ weight, labels }) => {
      const names = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      return `${weight} % ${names.join(' ') || 'all'}`;
    });
    return groups.length > MAX_GROUPS ? `${shown.join(', ')}, …` : shown.join(', ');
  },
};

/** What a rule does, in the words of its type. */
export const specText = ({ type, spec }: Pick<Rule, 'type' | 'spec'>): string => WORDS[type](spec as Spec);

/**
 * How many proxies have the rule. In a rollout those that have its new content: what was pushed for all is from before. One that is off is
 * in no document: who has acknowledged that of its app has acknowledged the other rules in it.
 */
export function pushText({
  push,
  rollout,
  enabled = true,
}: Pick<Rule, 'push'> & Partial<Pick<Rule, 'rollout' | 'enabled'>>): string {
  if (rollout != null && push.state === 'ok') return `${rollout.applied} of ${rollout.subscribers} (rollout)`;
  if (!enabled && (push.state === 'ok' || push.state === 'none')) return 'off';
  return push.state === 'none' ? '-' : `${push.acked}/${push.target} ${push.state}`;
}

/** Of a rollout under way how many proxies have the new content; of a rule that ends by itself how long it has. */
export function stateText(
  { enabled, rollout, expiresAt }: Pick<Rule, 'enabled' | 'rollout' | 'expiresAt'>,
  nowMs = Date.now(),
): string {
  // An older control plane has neither.
  if (rollout != null) return `rollout at ${rollout.percent} %, ${rollout.selected} of ${rollout.subscribers} proxies`;
  if (!enabled) return 'off';
  return expiresAt == null ? 'on' : `on for ${Math.max(0, Math.round((Date.parse(expiresAt) - nowMs) / 1000))} s`;
}

/** A mapping chooses no requests: of these it has one value, which says nothing of it. */
const FIXED: Readonly<Record<string, ReadonlySet<string>>> = { MAPPING: new Set(['direction', 'services']) };

/** `nothing`: what is said where there is no row. */
export function ruleTable(rules: readonly Rule[], nothing = 'there are no rules'): string {
  const columns: readonly (readonly [name: string, of: (rule: Rule) => string | number])[] = [
    ['id', (rule) => rule.ruleDbId],
    ['type', (rule) => rule.type.toLowerCase().replaceAll('_', '-')],
    ['rule', ({ app, name }) => `${app}/${name}`],
    ['direction', (rule) => rule.direction],
    ['services', ({ services: [first = '', ...others] }) => (others.length > 0 ? `${first} +${others.length}` : first)],
    ['what', specText],
    ['state', (rule) => (rule.mode === 'OBSERVE' ? `${stateText(rule)}, observes` : stateText(rule))],
    ['push', pushText],
    ['hits 5m', (rule) => rule.hits5m],
  ];
  const shown = columns.filter(
    ([name]) => rules.length === 0 || rules.some(({ type }) => FIXED[type]?.has(name) !== true),
  );
  return formatTable(
    shown.map(([name]) => name),
    rules.map((rule) => shown.map(([, of]) => of(rule))),
    nothing,
  );
}

export function changeLines(changes: readonly FieldChange[]): string[] {
  return changes.map(({ path, before, after }) =>
    path === '/enabled' && typeof after === 'boolean'
      ? `  switched ${after ? 'on' : 'off'}`
      : `  ${path}: ${shown(before)} → ${shown(after)}`,
  );
}

const shown = (value: unknown): string => (value === undefined || value === null ? 'nothing' : JSON.stringify(value));

export function pushDetailText(rule: Pick<Rule, 'name' | 'app' | 'enabled'>, push: PushDetail): string {
  const [state, what] = rule.enabled ? [push.state, 'it'] : ['off', 'what is without it'];
  const lines = [
    `${rule.app}/${rule.name}: ${state}; ${push.acked} of ${push.target} proxies have ${what}, ${push.rejected} refused it, ${push.pending} wait`,
    ...(push.frozen === undefined
      ? []
      : [
          `pushing is frozen by ${push.frozen.operator} since ${push.frozen.since ?? 'an unknown time'} until ${push.frozen.until}: ${push.frozen.reason}`,
        ]),
  ];
  for (const { dataId, version, instances } of push.dataIds) {
    lines.push('', `${dataId} version ${version}`);
    lines.push(
      formatTable(
        ['proxy', 'app', 'ip', 'state', 'version', 'reason'],
        instances.map((item) => [
          item.proxyId.slice(0, 8),
          item.app,
          item.ip,
          item.result,
          `${item.version} of ${item.sentVersion}`,
          item.reason,
        ]),
        'no proxy subscribes to it',
      ),
    );
  }
  return lines.join('\n');
}

export function simulationText(result: SimulateResult): string {
  const { passed, rejected, unknown, wouldReject } = result;
  const asked = result.steps.filter(({ kind }) => kind !== 'verdict');
  const verdict = result.steps.find(({ kind }) => kind === 'verdict');
  // Why no rule was asked, or, with several requests, what became of all of them.
  const why = asked.length === 0 && verdict !== undefined ? `: ${verdict.detail}` : '';
  const all = passed + rejected + unknown;
  const counts = all === 1 ? '' : `${passed} of ${all} pass; `;
  const watched = wouldReject === 0 ? '' : `, ${wouldReject} would be refused by rules in OBSERVE`;
  return [
    ...asked.flatMap(describeStep),
    `→ ${counts}${all === 1 ? '' : 'the last one: '}${verdict?.title ?? result.verdict}${watched}${why}`,
  ].join('\n');
}
