import { type BodyOf, type ExplainStep, type Message, message, messageText, type ms, type ReplyOf } from '@weft/api';
import { invalid } from '../../http/index.ts';
import type { KeyedRule, RuleKind, SimulatedAnswer, SimulatedCall, SimulatedRule } from './rule-kind.ts';

type Simulation = (typeof ms)['routes']['simulateRules'];

/** Rules of one type that take part. */
export interface SimulatedKind {
  readonly kind: RuleKind;
  readonly rules: readonly KeyedRule[];
}

/** What the rules would do with requests, by the code that proxies have. Whoever asks gets no effect. */
export function simulate(kinds: readonly SimulatedKind[], body: BodyOf<Simulation>): ReplyOf<Simulation> {
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
  const byType = kinds
    .filter(({ kind, rules }) => kind.order[direction] > 0 && rules.length > 0)
    .sort((one, other) => one.kind.order[direction] - other.kind.order[direction])
    .map(({ kind, rules }) => kind.simulate(rules, call));
  const played = Math.min(requests, ...byType.map((answer) => answer.length));
  if (played < requests)
    throw invalid('/requests', `the time of a simulation was over after ${played} of them: ask for fewer`);
  const answers = Array.from({ length: requests }, (_, index) => together(byType.map((answer) => answer[index])));
  const rejected = answers.filter((answer) => answer.rejected).length;
  const last = answers.at(-1);
  const verdict = last?.rejected === true ? 'reject' : 'pass';
  const steps = (last?.rules ?? []).map(stepOfRule);
  const count = message('simulate.count', { passed: answers.length - rejected, all: answers.length });
  return {
    verdict,
    passed: answers.length - rejected,
    rejected,
    wouldReject: answers.filter((answer) => answer.rules.some((rule) => rule.verdict === 'would_reject')).length,
    ruleDbId: last?.ruleDbId ?? null,
    steps: [...steps, verdictStep(verdict, steps.length === 0 ? noRule(body) : count, last?.ruleDbId ?? null)],
  };
}

const noRule = ({ service, direction, app }: BodyOf<Simulation>): Message =>
  message('simulate.no-rule', { service, direction, app });

function verdictStep(verdict: 'pass' | 'reject', detail: Message, ruleDbId: number | null): ExplainStep {
  const title =
    verdict === 'reject' ? message('simulate.refused', { rule: ruleDbId ?? 0 }) : message('simulate.passed');
  return {
    kind: 'verdict',
    title: messageText(title),
    titleMessage: title,
    matched: null,
    detail: messageText(detail),
    detailMessage: detail,
    ruleDbId,
    conditions: [],
  };
}

/** What all types say of one request: the first that refuses it is the one that does. */
function together(answers: readonly (SimulatedAnswer | undefined)[]): SimulatedAnswer {
  const first = answers.find((answer) => answer?.rejected === true);
  return {
    rejected: first !== undefined,
    ruleDbId: first?.ruleDbId ?? null,
    rules: answers.flatMap((answer) => answer?.rules ?? []),
  };
}

export function stepOfRule(rule: SimulatedRule): ExplainStep {
  const { name, mode, verdict } = rule;
  const title =
    name === ''
      ? message('explain.rule-without-name', { rule: rule.ruleDbId, mode })
      : message('explain.rule', { name, mode });
  const detail =
    rule.detail === ''
      ? message('explain.rule-verdict', { verdict })
      : message('explain.rule-detail', { verdict, detail: rule.detail });
  return {
    kind: 'rule',
    title: messageText(title),
    titleMessage: title,
    matched: rule.matched,
    detail: messageText(detail),
    detailMessage: detail,
    ruleDbId: rule.ruleDbId,
    conditions: rule.conditions.map(({ condition, actual, matched }) => {
      // `HEADER user IN [a b]`
      const [, left = condition, operator = '', right = ''] = /^(\S+ \S+) (\S+) \[(.*)\]$/s.exec(condition) ?? [];
      return { left, operator, right, value: actual, matched };
    }),
  };
}
