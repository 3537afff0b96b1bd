import { message } from '../messages/index.ts';
import type { LimitRuleInput } from '../rules/index.ts';
import { expectedAt, type Fields, isFields, shown, type Translator } from './translation.ts';

/** Whether an object looks like a limit of Guardian: the rule as its API lists it, or what the rule is configured with. */
export const isGuardianRule = (item: Fields): boolean =>
  'rule_config' in item || 'ruleConfig' in item || 'calculationConfigs' in item;

const STRATEGIES = new Set(['QpsLimiter', 'ScaledRateLimiter']);
const WATCHES = new Set(['OBSERVE', 'OBSERVER', 'MONITOR']);
const MAX_TIME_MS = 3_600_000;
const MAX_THRESHOLD = 2_147_483_647;
const MAX_BURST_RATIO = 1000;

/** A limit of Guardian. */
export function fromGuardian(item: Fields, to: Translator): LimitRuleInput[] {
  const config = configOf(item);
  const { limitStrategy = 'QpsLimiter' } = config;
  if (typeof limitStrategy !== 'string' || !STRATEGIES.has(limitStrategy))
    throw expectedAt('limitStrategy', shown(limitStrategy), [...STRATEGIES].join(' or '));
  const app = to.app(item['app_name'] ?? item['appName'] ?? config['appName']);
  const mode = modeOf(config['runMode'] ?? item['run_mode'] ?? item['runMode'] ?? 'CONTROL');
  const name = String(item['name'] ?? config['name'] ?? `guardian ${shown(item['id'] ?? app)}`);
  const maxBurstRatio = ratioOf(config['maxBurstRatio'] ?? 1);
  const message = answerOf(config['actionConfig'], to);
  const targets = targetsOf(config['resourceConfigs'], to.defaults.service);
  const enable = item['enable'] ?? item['enabled'] ?? false;
  return calculations(config['calculationConfigs']).flatMap(({ threshold, timeMs }) =>
    [...targets].map(([method, services]) => ({
      name,
      app,
      direction: 'SERVER',
      mode,
      enabled: enable === true || enable === 1 || enable === 'true',
      services: [...services],
      methods: [method],
      spec: { threshold, timeMs, maxBurstRatio, ...(message === '' ? {} : { reject: { message } }) },
      description: 'Read from a Guardian limit',
    })),
  );
}

function configOf(item: Fields): Fields {
  let config = item['rule_config'] ?? item['ruleConfig'] ?? item;
  if (typeof config === 'string')
    try {
      config = JSON.parse(config);
    } catch {
      throw expectedAt('rule_config', shown(config), message('foreign.json'));
    }
  if (!isFields(config)) throw expectedAt('rule_config', shown(config), message('foreign.an-object'));
  return config;
}

function modeOf(mode: unknown): 'CONTROL' | 'OBSERVE' {
  if (mode === 'CONTROL') return mode;
  if (typeof mode === 'string' && WATCHES.has(mode)) return 'OBSERVE';
  throw expectedAt('runMode', shown(mode), `CONTROL or ${[...WATCHES].join(', ')}`);
}

/** The file writes numbers as texts, too. */
function numberOf(place: string, value: unknown, minimum: number, maximum: number, whole: boolean): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && number >= minimum && number <= maximum && (!whole || Number.isInteger(number)))
    return number;
  throw expectedAt(
    place,
    shown(value),
    message(whole ? 'foreign.integer' : 'foreign.number', { low: minimum, high: maximum }),
  );
}

const ratioOf = (value: unknown): number => numberOf('maxBurstRatio', value, 0, MAX_BURST_RATIO, false);

function calculations(list: unknown): { readonly threshold: number; readonly timeMs: number }[] {
  if (!Array.isArray(list) || list.length === 0)
    throw expectedAt('calculationConfigs', shown(list), message('foreign.limits'));
  return list.map((entry: unknown, index) => {
    const place = `calculationConfigs[${index}]`;
    if (!isFields(entry)) throw expectedAt(place, shown(entry), message('foreign.an-object'));
    const { calculationType = 'INVOKE_BY_TIME', trafficType = 'ALL', period = 1000, maxAllow } = entry;
    if (calculationType !== 'INVOKE_BY_TIME')
      throw expectedAt(`${place}.calculationType`, shown(calculationType), 'INVOKE_BY_TIME');
    if (trafficType !== 'ALL') throw expectedAt(`${place}.trafficType`, shown(trafficType), 'ALL');
    return {
      threshold: numberOf(`${place}.maxAllow`, maxAllow, 0, MAX_THRESHOLD, true),
      timeMs: numberOf(`${place}.period`, period, 1, MAX_TIME_MS, true),
    };
  });
}

/** Services by method: services with the same method make one rule. */
function targetsOf(list: unknown, given: string | undefined): Map<string, Set<string>> {
  if (!Array.isArray(list) || list.length === 0)
    throw expectedAt('resourceConfigs', shown(list), message('foreign.resources'));
  const targets = new Map<string, Set<string>>();
  for (const [index, entry] of list.entries()) {
    const base: unknown = isFields(entry) ? entry['baseName'] : undefined;
    if (typeof base !== 'string' || base === '')
      throw expectedAt(`resourceConfigs[${index}].baseName`, shown(base), message('foreign.base-name'));
    const { service, method } = splitName(base, `resourceConfigs[${index}]`, given);
    const services = targets.get(method) ?? new Set();
    targets.set(method, services.add(service));
  }
  return targets;
}

/** `<dataId>.<method>`: a dataId has an `@`, and no dot behind it. */
function splitName(base: string, place: string, given: string | undefined): { service: string; method: string } {
  const at = base.lastIndexOf('@');
  if (at < 0) {
    if (given !== undefined) return { service: given, method: base.slice(base.lastIndexOf('.') + 1) };
    throw expectedAt(`${place}.baseName`, shown(base), message('foreign.base-name-service'));
  }
  const dot = base.indexOf('.', at);
  return dot < 0 ? { service: base, method: '*' } : { service: base.slice(0, dot), method: base.slice(dot + 1) || '*' };
}

/** Text of the answer. */
function answerOf(action: unknown, to: Translator): string {
  if (!isFields(action)) return '';
  const { actionType = 'LIMIT_EXCEPTION', responseContent = '' } = action;
  if (actionType !== 'LIMIT_EXCEPTION') to.changed(message('foreign.action', { found: shown(actionType) }));
  if (typeof responseContent !== 'string' || responseContent === '') return '';
  const plain = [...responseContent].every((letter) => letter >= ' ' && letter !== '\u007f');
  if (actionType === 'LIMIT_EXCEPTION' && responseContent.length <= 512 && plain) return responseContent;
  to.changed(message('foreign.content'));
  return '';
}
