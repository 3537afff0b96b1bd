import { message } from '../messages/index.ts';
import type { LimitRuleInput } from '../rules/index.ts';
import { expectedAt, type Fields, shown, type Translator, Untranslatable } from './translation.ts';

const MAX_THRESHOLD = 2_147_483_647;
/** Longest unit of time of a limit, in seconds. */
const MAX_SECONDS = 3600;

/** Whether an object looks like a flow rule of Sentinel. */
export const isFlowRule = (item: Fields): boolean =>
  'resource' in item && ('grade' in item || 'count' in item) && !('timeWindow' in item);

/** A flow rule of Sentinel (`grade` 0 threads, 1 QPS; `strategy` 0 direct; `controlBehavior` 0 refuse). */
export function fromFlowRule(rule: Fields, to: Translator): LimitRuleInput[] {
  const { resource, grade = 1, strategy = 0, limitApp = 'default' } = rule;
  if ('timeWindow' in rule) throw new Untranslatable(message('foreign.degrade'));
  if (typeof resource !== 'string' || resource === '')
    throw expectedAt('resource', shown(resource), message('foreign.name'));
  if (grade !== 0 && grade !== 1) throw expectedAt('grade', shown(grade), message('foreign.grade'));
  if (strategy !== 0) throw new Untranslatable(message('foreign.strategy', { found: shown(strategy) }));
  const spec = grade === 1 ? rateOf(rule, to) : { thresholdType: 'concurrency' as const, threshold: threads(rule) };
  if (grade === 1) sayBehaviour(rule, to);
  if (rule['clusterMode'] === true) to.changed(message('foreign.cluster'));
  const target = targetOf(resource, to.defaults.service);
  return [
    {
      name: `sentinel ${resource}`,
      app: to.app(rule['app']),
      direction: 'SERVER',
      enabled: true,
      services: [target.service],
      methods: [target.method],
      conditions: [...target.conditions, ...callers(limitApp)],
      spec: grade === 1 && rule['controlBehavior'] === 2 ? { ...spec, maxBurstRatio: 0 } : spec,
      description: `Read from a Sentinel flow rule of resource ${resource}`.slice(0, 1000).toWellFormed(),
    },
  ];
}

function countOf(rule: Fields): number {
  const { count } = rule;
  if (typeof count !== 'number' || !Number.isFinite(count) || count < 0 || count > MAX_THRESHOLD)
    throw expectedAt('count', shown(count), message('foreign.number', { low: 0, high: MAX_THRESHOLD }));
  return count;
}

function threads(rule: Fields): number {
  const count = countOf(rule);
  if (!Number.isInteger(count)) throw new Untranslatable(message('foreign.whole-threads', { count }));
  return count;
}

/** Half a call a second is one in two seconds. */
function rateOf(rule: Fields, to: Translator): { readonly threshold: number; readonly timeMs: number } {
  const count = countOf(rule);
  for (let seconds = 1; seconds <= MAX_SECONDS; seconds++) {
    const threshold = count * seconds;
    if (threshold > MAX_THRESHOLD) break;
    if (Math.abs(threshold - Math.round(threshold)) < 1e-9 * seconds)
      return { threshold: Math.round(threshold), timeMs: seconds * 1000 };
  }
  if (count < 1) throw new Untranslatable(message('foreign.too-seldom', { count }));
  to.changed(message('foreign.rounded', { count, became: Math.floor(count) }));
  return { threshold: Math.floor(count), timeMs: 1000 };
}

function sayBehaviour({ controlBehavior = 0, maxQueueingTimeMs, warmUpPeriodSec }: Fields, to: Translator): void {
  switch (controlBehavior) {
    case 0:
      break;
    case 1:
      to.changed(message('foreign.warm-up', { seconds: shown(warmUpPeriodSec ?? 10) }));
      break;
    case 2:
      to.changed(message('foreign.paced', { ms: shown(maxQueueingTimeMs ?? 500) }));
      break;
    case 3:
      to.changed(message('foreign.warm-up-paced'));
      break;
    default:
      throw expectedAt('controlBehavior', shown(controlBehavior), message('foreign.behaviours'));
  }
}

type Conditions = NonNullable<LimitRuleInput['conditions']>;

function callers(limitApp: unknown): Conditions {
  if (typeof limitApp !== 'string' || limitApp === '')
    throw expectedAt('limitApp', shown(limitApp), message('foreign.text'));
  if (limitApp === 'default') return [];
  if (limitApp === 'other') throw new Untranslatable(message('foreign.other-callers'));
  const value = limitApp.split(',').map((app) => app.trim());
  return [{ type: 'SYSTEM', field: 'source.app.name', operation: value.length > 1 ? 'IN' : 'EQUAL', value }];
}

const VERBS = /^(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|TRACE|CONNECT):(?=\/)/;
const CLASS = '[A-Za-z_$][\\w$]*(?:\\.[A-Za-z_$][\\w$]*)+';
/** `com.example.Echo:say(java.lang.String)` as Dubbo names resources, `com.example.Echo#say(...)` as SOFARPC does. */
const METHOD = new RegExp(`^(${CLASS})([:#])([A-Za-z_$][\\w$]*)(?:\\(.*\\))?$`);

interface Target {
  readonly service: string;
  readonly method: string;
  readonly conditions: Conditions;
}

function targetOf(resource: string, given: string | undefined): Target {
  const path = resource.replace(VERBS, '');
  if (path.startsWith('/'))
    return {
      service: given ?? '*',
      method: VERBS.exec(resource)?.[1] ?? '*',
      conditions: [{ type: 'SYSTEM', field: 'http.path', ...pathCondition(path) }],
    };
  const [, name, sign, method] = METHOD.exec(resource) ?? [];
  if (name !== undefined && method !== undefined)
    return {
      service: given ?? (sign === '#' ? `${name}:1.0@DEFAULT` : `${name}@dubbo`),
      method,
      conditions: [],
    };
  if (given !== undefined) return { service: given, method: '*', conditions: [] };
  throw new Untranslatable(message('foreign.resource', { found: shown(resource) }));
}

/** `/orders/{id}` and `/static/**` as an expression, anything else as it is. */
function pathCondition(path: string): { readonly operation: 'EQUAL' | 'REGEX'; readonly value: string[] } {
  if (!/[*{]/.test(path)) return { operation: 'EQUAL', value: [path] };
  const parts = path.split(/(\{[^/{}]*\}|\*\*|\*)/);
  const value = parts.map((part, index) => (index % 2 === 0 ? escaped(part) : part === '**' ? '.*' : '[^/]*')).join('');
  return { operation: 'REGEX', value: [`^${value}$`] };
}

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
