import {
  type BodyOf,
  type ExplainStep,
  type Message,
  message,
  messageText,
  type ms,
  type ReplyOf,
  type RuleVerdictWord,
} from '@weft/api';
import { invalid } from '../../http/index.ts';
import type { ExplainedRule, KeyedRule, RuleKind, SimulatedAnswer, SimulatedCall } from './rule-kind.ts';

type Simulation = (typeof ms)['routes']['simulateRules'];

/** Rules of one type that take part. */
export interface SimulatedKind {
  readonly kind: RuleKind;
  readonly rules: readonly KeyedRule[];
}

/** What became of the last request of a simulation, beside what the interface tells. */
export type LastAnswer = Pick<SimulatedAnswer, 'rejection' | 'delayMs' | 'group'> & {
  readonly result: ReplyOf<Simulation>;
  /** Names of the rules that it met, by what each did. */
  readonly rules: readonly ExplainedRule[];
};

/** Which rules are asked. */
export type Asked =
  /** Those of the control plane; of those that are `off` the names are told where no other is for the request. */
  | { readonly from: 'store'; readonly off: readonly SimulatedKind[] }
  /** Those that came with the question: their numbers are their places in it, and nobody knows them by these. */
  | { readonly from: 'question' };

/** What the rules would do with requests, by the code that proxies have. Nothing is changed by it. */
export function simulate(kinds: readonly SimulatedKind[], body: BodyOf<Simulation>, asked: Asked): ReplyOf<Simulation> {
  return simulateLast(kinds, body, asked).result;
}

/** As `simulate`, with more of the last request. */
export function simulateLast(kinds: readonly SimulatedKind[], body: BodyOf<Simulation>, asked: Asked): LastAnswer {
  const { direction, requests = 1 } = body;
  const call: SimulatedCall = {
    direction,
    app: body.app,
    zone: body.zone ?? '',
    service: body.service,
    method: body.method ?? '',
    httpMethod: body.httpMethod ?? 'GET',
    httpPath: body.httpPath ?? '/',
    headers: body.headers ?? {},
    sourceApp: body.sourceApp ?? '',
    sourceIp: body.sourceIp ?? '',
    requests,
  };
  // In the order in which they decide in a proxy.
  const byType = acting(kinds, direction).map(({ kind, rules }) => kind.simulate(rules, call));
  const played = Math.min(requests, ...byType.map((answer) => answer.length));
  if (played < requests)
    throw invalid('/requests', `the time of a simulation was over after ${played} of them: ask for fewer`);
  const answers = Array.from({ length: requests }, (_, index) => together(byType.map((answer) => answer[index])));
  const verdicts = answers.map(verdictOf);
  const rejected = verdicts.filter((verdict) => verdict === 'reject').length;
  const passed = verdicts.filter((verdict) => verdict === 'pass').length;
  const last = answers.at(-1);
  const verdict = verdicts.at(-1) ?? 'pass';
  const steps = (last?.rules ?? []).map(stepOfRule);
  const off = steps.length === 0 && asked.from === 'store' ? metOff(asked.off, call) : [];
  const count = message('simulate.count', { passed, all: answers.length });
  const result = {
    verdict,
    passed,
    rejected,
    unknown: verdicts.length - passed - rejected,
    wouldReject: answers.filter((answer) => answer.rules.some((rule) => rule.verdict === 'would_reject')).length,
    ruleDbId: verdict === 'reject' ? (last?.ruleDbId ?? null) : null,
    steps: [
      ...steps,
      verdictStep(verdictTitle(last, asked.from), last, steps.length === 0 ? noRule(body, off) : count),
    ],
  };
  const { rejection = null, delayMs = 0, group = '', rules = [] } = last ?? {};
  return { result, rejection, delayMs, group, rules };
}

function acting(kinds: readonly SimulatedKind[], direction: 'SERVER' | 'CLIENT'): SimulatedKind[] {
  return kinds
    .filter(({ kind, rules }) => kind.order[direction] > 0 && rules.length > 0)
    .sort((one, other) => one.kind.order[direction] - other.kind.order[direction]);
}

/** Names of the rules that are off and would be asked about the request. */
function metOff(off: readonly SimulatedKind[], call: SimulatedCall): string[] {
  return acting(off, call.direction).flatMap(({ kind, rules }) => {
    const on = rules.map(({ ruleDbId, body }) => ({ ruleDbId, body: { ...body, enabled: true } }));
    return kind.simulate(on, { ...call, requests: 1 }).flatMap(({ rules: met }) => met.map(({ name }) => name));
  });
}

const MAX_NAMES = 10;

function noRule({ service, direction, app }: BodyOf<Simulation>, off: readonly string[]): Message {
  if (off.length === 0) return message('simulate.no-rule', { service, direction, app });
  const names = off.slice(0, MAX_NAMES).join(', ');
  return message('simulate.rules-off', {
    service,
    direction,
    app,
    names: off.length > MAX_NAMES ? `${names}, …` : names,
  });
}

/** The rule that a verdict waits for: what it would say depends on what the question leaves out. */
const openRule = ({ rules }: SimulatedAnswer): ExplainedRule | undefined =>
  rules.find(({ verdict, mode }) => verdict === 'unknown' && mode === 'CONTROL');

function verdictOf(answer: SimulatedAnswer): 'pass' | 'reject' | 'unknown' {
  if (answer.rejected) return 'reject';
  return openRule(answer) === undefined ? 'pass' : 'unknown';
}

function verdictTitle(last: SimulatedAnswer | undefined, from: Asked['from']): Message {
  const open = last?.rejected === false ? openRule(last) : undefined;
  if (open !== undefined) {
    const { ruleDbId: rule, name } = open;
    return from === 'question'
      ? message('simulate.unknown-of-given', { name })
      : message('simulate.unknown', { rule, name });
  }
  if (last?.rejected !== true) return message('simulate.passed');
  const rule = last.ruleDbId ?? 0;
  const { effect, name = '' } = last.rules.find(({ ruleDbId }) => ruleDbId === rule) ?? {};
  const word = effect === undefined ? 'refused' : effect.kind === 'answer' ? 'answered' : 'failed';
  return from === 'question'
    ? message(`simulate.${word}-by-given`, { name })
    : message(`simulate.${word}`, { rule, name });
}

/** What became of the last request. */
function verdictStep(title: Message, last: SimulatedAnswer | undefined, detail: Message): ExplainStep {
  return {
    kind: 'verdict',
    title: messageText(title),
    titleMessage: title,
    matched: null,
    detail: messageText(detail),
    detailMessage: detail,
    ruleDbId: last?.rejected === true ? last.ruleDbId : null,
    verdict: null,
    conditions: [],
  };
}

/** What all types say of one request: the first that refuses it is the one that does. */
function together(answers: readonly (SimulatedAnswer | undefined)[]): SimulatedAnswer {
  const refusing = answers.map((answer) => (answer === undefined ? null : refusedBy(answer)));
  const at = refusing.findIndex((rule) => rule !== null);
  const asked = at < 0 ? answers : answers.slice(0, at + 1);
  return {
    rejected: at >= 0,
    ruleDbId: refusing[at] ?? null,
    rejection: answers[at]?.rejection ?? null,
    delayMs: asked.reduce((sum, answer) => sum + (answer?.delayMs ?? 0), 0),
    // Who is refused goes nowhere.
    group: at >= 0 ? '' : (answers.find((answer) => answer !== undefined && answer.group !== '')?.group ?? ''),
    rules: answers.flatMap((answer) => answer?.rules ?? []),
  };
}

/** The rule that refuses for certain: one that depends on what was not said may as well let pass. Null: none does. */
function refusedBy({ rejected, ruleDbId, rules }: SimulatedAnswer): number | null {
  if (!rejected) return null;
  if (!rules.some(({ verdict }) => verdict === 'unknown')) return ruleDbId ?? 0;
  return rules.find(({ verdict }) => verdict === 'reject')?.ruleDbId ?? null;
}

/** A refusal that is none, by its own word. */
function verdictWord({ verdict, effect }: ExplainedRule): RuleVerdictWord {
  if (effect === undefined) return verdict;
  if (verdict === 'reject') return effect.kind;
  return verdict === 'would_reject' ? `would_${effect.kind}` : verdict;
}

export function stepOfRule(rule: ExplainedRule): ExplainStep {
  const { name, mode } = rule;
  const verdict = verdictWord(rule);
  const title =
    name === ''
      ? message('explain.rule-without-name', { rule: rule.ruleDbId, mode })
      : message('explain.rule', { name, mode });
  const bare = message(`explain.verdict-${verdict}`);
  const { answer } = rule;
  const said = answer === undefined ? bare : message('explain.verdict-with', { verdict: bare, answer });
  const detail =
    rule.detail === '' || verdict === 'unknown'
      ? said
      : message('explain.rule-detail', { verdict: said, detail: rule.detail });
  return {
    kind: 'rule',
    title: messageText(title),
    titleMessage: title,
    matched: rule.matched,
    detail: messageText(detail),
    detailMessage: detail,
    ruleDbId: rule.ruleDbId,
    verdict,
    conditions: rule.conditions.map(({ condition, actual, matched }) => ({
      ...conditionParts(condition),
      value: actual,
      matched,
    })),
  };
}

/** `HEADER user IN [a b]` */
export function conditionParts(condition: string): {
  readonly left: string;
  readonly operator: string;
  readonly right: string;
} {
  const [, left = condition, operator = '', right = ''] = /^(\S+ \S+) (\S+) \[(.*)\]$/s.exec(condition) ?? [];
  return { left, operator, right };
}
