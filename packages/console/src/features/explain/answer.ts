import { chosenHosts, type HostChoices } from '@weft/api/messages';

/** One condition of a route or a rule, with what the request has. */
export interface ConditionAnswer {
  readonly left: string;
  readonly operator: string;
  readonly right: string;
  readonly value: string;
  readonly matched: boolean;
}

export interface RuleAnswer {
  readonly type: string;
  readonly ruleDbId: number;
  readonly name: string;
  readonly mode: string;
  readonly matched: boolean;
  /** Such as `pass`, `reject`, `would_reject`, `not_matched`, `skipped`. */
  readonly verdict: string;
  readonly detail: string;
  /** What a refusal comes to that is none: the rule answers, or fails a share of the requests; null for every other verdict. */
  readonly effect: { readonly kind: 'answer' | 'fault'; readonly status: number; readonly percent: number } | null;
  /** What the protocol calls the answer of a refusal; '' where the status says it all. */
  readonly answer?: string;
  readonly conditions: readonly ConditionAnswer[];
}

export interface ClusterAnswer {
  readonly name: string;
  /** Null when there is no such cluster. */
  readonly loadBalancer: string | null;
  readonly hosts: readonly { readonly address: string; readonly weight: number }[];
}

/** A conversion between protocols, and by which mapping. */
export interface ConversionAnswer {
  readonly transcoder: string;
  readonly protocol: string;
  readonly mapping: {
    /** `rule`, `file` or `configuration`. */
    readonly from: string;
    readonly name: string;
    readonly file: string;
    /** 0 where it came with no rule. */
    readonly ruleDbId: number;
    readonly version: number;
    /** Of the rule; 0 where the proxy does not say it. */
    readonly ruleVersion: number;
    /** It stands in place of one of the proxy itself. */
    readonly instead: boolean;
  } | null;
}

/** What one listener of a proxy would do with the request. */
export interface ListenerAnswer {
  readonly listener: string;
  readonly address: string;
  readonly rules: readonly RuleAnswer[];
  readonly virtualHost: string | null;
  readonly routes: readonly {
    readonly route: string;
    readonly matched: boolean;
    readonly taken: boolean;
    readonly conditions: readonly ConditionAnswer[];
  }[];
  /** What makes it a request of another protocol; null where nothing does. */
  readonly conversion: ConversionAnswer | null;
  readonly clusters: readonly ClusterAnswer[];
  readonly outcome: Outcome;
  /** Rules that hold the request up before that; none of one that is refused. */
  readonly delaying: readonly RuleAnswer[];
  /** The rule of routing that chooses among the hosts; null for none. */
  readonly choosing: RuleAnswer | null;
}

export type Outcome =
  /** Also answered in place of the service, or failed on purpose: its effect says which. `others` go on. */
  | { readonly kind: 'refused'; readonly rule: RuleAnswer; readonly others: Outcome | null }
  /** The rule asks for the address of the caller, which was not given; no other one refuses it. */
  | { readonly kind: 'unknown'; readonly rule: RuleAnswer; readonly others: Outcome }
  | { readonly kind: 'forwarded'; readonly clusters: string; readonly hosts: string }
  | { readonly kind: 'no-host'; readonly clusters: string }
  | { readonly kind: 'redirected'; readonly location: string }
  /** `status`: as the protocol of the caller calls it, where that says more than the number of HTTP. */
  | { readonly kind: 'answered'; readonly status: number | string }
  | { readonly kind: 'no-route'; readonly status: number | string };

type Fields = Readonly<Record<string, unknown>>;

/** Who meets the request for sure stands before who only answers what nobody else takes. */
const RANKS: readonly Outcome['kind'][] = [
  'refused',
  'unknown',
  'forwarded',
  'redirected',
  'no-host',
  'answered',
  'no-route',
];

/** The listeners of an answer, the likeliest to meet the request first; null for an answer of another shape. */
export function readAnswer(raw: unknown): readonly ListenerAnswer[] | null {
  const listeners = fields(raw)['listeners'];
  if (!Array.isArray(listeners)) return null;
  const rank = ({ outcome }: ListenerAnswer): number => RANKS.indexOf(outcome.kind);
  return listeners.map(listenerOf).sort((a, b) => rank(a) - rank(b));
}

export function isGood(outcome: Outcome): boolean {
  return outcome.kind === 'forwarded' || outcome.kind === 'redirected';
}

function listenerOf(item: unknown): ListenerAnswer {
  const of = fields(item);
  const action = fields(of['action']);
  const clusters = list(action['clusters']).map(clusterOf);
  const rules = list(of['rules']).map(ruleOf);
  const outcome = outcomeOf(rules, action, clusters);
  const goesOn = outcome.kind !== 'refused';
  return {
    listener: text(of['listener']),
    address: text(of['address']),
    rules,
    virtualHost: typeof of['virtualHost'] === 'string' ? of['virtualHost'] : null,
    routes: list(of['considered']).map((route) => ({
      route: text(fields(route)['route']),
      matched: fields(route)['matched'] === true,
      taken: fields(route)['route'] === of['route'],
      conditions: list(fields(route)['conditions']).map(conditionOf),
    })),
    conversion: conversionOf(action),
    clusters,
    outcome,
    delaying: goesOn ? rules.filter((rule) => rule.verdict === 'delay') : [],
    choosing:
      outcome.kind === 'forwarded'
        ? (rules.find((rule) => rule.type === 'ROUTE' && rule.matched && rule.verdict === 'pass') ?? null)
        : null,
  };
}

function outcomeOf(rules: readonly RuleAnswer[], action: Fields, clusters: readonly ClusterAnswer[]): Outcome {
  const refusing = rules.find((rule) => rule.verdict === 'reject');
  const then = actionOf(action, clusters);
  const open = rules.filter((rule) => rule.verdict === 'unknown' && rule.mode === 'CONTROL');
  // Each of them may refuse what those before it let pass.
  const goes = isGood(then)
    ? open.reduceRight<Outcome>((others, rule) => ({ kind: 'unknown', rule, others }), then)
    : then;
  if (refusing === undefined) return goes;
  return { kind: 'refused', rule: refusing, others: (refusing.effect?.percent ?? 100) < 100 ? goes : null };
}

function actionOf(action: Fields, clusters: readonly ClusterAnswer[]): Outcome {
  const status = text(action['answer']) || Number(action['status'] ?? 0);
  switch (action['kind']) {
    case 'forward': {
      const names = clusters.map(({ name }) => name).join(', ');
      const hosts = clusters.flatMap((cluster) => cluster.hosts.map(({ address }) => address));
      if (hosts.length === 0) return { kind: 'no-host', clusters: names };
      return { kind: 'forwarded', clusters: names, hosts: chosenHosts({ hosts, choices: choicesOf(action) }) };
    }
    case 'redirect':
      return { kind: 'redirected', location: text(action['location']) };
    case 'direct':
      return { kind: 'answered', status };
    default:
      return { kind: 'no-route', status };
  }
}

/** What rules leave of the hosts; proxies of before do not say it. */
function choicesOf(action: Fields): HostChoices['choices'] {
  return list(action['choices']).map((choice) => ({
    group: text(fields(choice)['group']),
    percent: Number(fields(choice)['percent'] ?? 0),
    hosts: list(fields(choice)['hosts']).map(text),
  }));
}

function ruleOf(item: unknown): RuleAnswer {
  const of = fields(item);
  return {
    type: text(of['type']),
    ruleDbId: Number(of['ruleDbId'] ?? 0),
    name: text(of['name']),
    mode: text(of['mode']),
    matched: of['matched'] === true,
    verdict: text(of['verdict']),
    detail: text(of['detail']),
    effect: effectOf(of['effect']),
    answer: text(of['answer']),
    conditions: list(of['conditions']).map(conditionOf),
  };
}

function effectOf(value: unknown): RuleAnswer['effect'] {
  const { kind, status, percent } = fields(value);
  if (kind !== 'answer' && kind !== 'fault') return null;
  return { kind, status: Number(status ?? 0), percent: Number(percent ?? 100) };
}

function conversionOf(action: Fields): ConversionAnswer | null {
  const transcoder = text(action['transcoder']);
  if (transcoder === '') return null;
  const origin = fields(action['mappingOrigin']);
  const mapping = {
    from: text(origin['from']),
    name: text(origin['name']),
    file: text(origin['file']),
    ruleDbId: Number(origin['ruleDbId'] ?? 0),
    version: Number(origin['version'] ?? 0),
    ruleVersion: Number(origin['ruleVersion'] ?? 0),
    instead: origin['instead'] !== undefined,
  };
  return { transcoder, protocol: text(action['protocol']), mapping: mapping.from === '' ? null : mapping };
}

function clusterOf(item: unknown): ClusterAnswer {
  const of = fields(item);
  return {
    name: text(of['name']),
    loadBalancer: typeof of['loadBalancer'] === 'string' ? of['loadBalancer'] : null,
    hosts: list(of['hosts']).map((host) => ({
      address: text(fields(host)['address']),
      weight: Number(fields(host)['weight'] ?? 0),
    })),
  };
}

/** Routes say left, operator and right; rules say the whole condition and what the request has. */
function conditionOf(item: unknown): ConditionAnswer {
  const of = fields(item);
  return {
    left: text(of['left'] ?? of['condition']),
    operator: text(of['operator']),
    right: text(of['right']),
    value: text(of['value'] ?? of['actual']),
    matched: of['matched'] === true,
  };
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
