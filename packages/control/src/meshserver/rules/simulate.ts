import type { BodyOf, ExplainStep, ms, ReplyOf } from '@weft/api';
import type { KeyedRule, RuleKind, SimulatedRule } from './rule-kind.ts';

type Simulation = (typeof ms)['routes']['simulateRules'];

/** What the rules would do with requests, by the code that proxies have. Whoever asks gets no effect. */
export function simulate(kind: RuleKind, rules: readonly KeyedRule[], body: BodyOf<Simulation>): ReplyOf<Simulation> {
  const answers = kind.simulate(rules, {
    direction: body.direction,
    app: body.app,
    zone: body.zone ?? '',
    service: body.service,
    method: body.method ?? '',
    httpMethod: body.httpMethod ?? 'GET',
    httpPath: body.httpPath ?? '/',
    headers: body.headers ?? {},
    sourceApp: body.sourceApp ?? '',
    sourceIp: body.sourceIp ?? '',
    requests: body.requests ?? 1,
  });
  const rejected = answers.filter((answer) => answer.rejected).length;
  const last = answers.at(-1);
  const verdict = last?.rejected === true ? 'reject' : 'pass';
  const steps = (last?.rules ?? []).map(stepOfRule);
  return {
    verdict,
    passed: answers.length - rejected,
    rejected,
    wouldReject: answers.filter((answer) => answer.rules.some((rule) => rule.verdict === 'would_reject')).length,
    ruleDbId: last?.ruleDbId ?? null,
    steps: [
      ...steps,
      {
        kind: 'verdict',
        title: verdict === 'reject' ? `refused by rule ${last?.ruleDbId}` : 'passed',
        matched: null,
        detail:
          steps.length === 0
            ? `no rule is for ${body.service} in direction ${body.direction} of app ${body.app}`
            : `${answers.length - rejected} of ${answers.length} passed`,
        ruleDbId: last?.ruleDbId ?? null,
        conditions: [],
      },
    ],
  };
}

export function stepOfRule(rule: SimulatedRule): ExplainStep {
  return {
    kind: 'rule',
    title: `${rule.name === '' ? `rule ${rule.ruleDbId}` : rule.name} (${rule.mode})`,
    matched: rule.matched,
    detail: `${rule.verdict}${rule.detail === '' ? '' : `: ${rule.detail}`}`,
    ruleDbId: rule.ruleDbId,
    conditions: rule.conditions.map(({ condition, actual, matched }) => {
      // `HEADER user IN [a b]`
      const [, left = condition, operator = '', right = ''] = /^(\S+ \S+) (\S+) \[(.*)\]$/s.exec(condition) ?? [];
      return { left, operator, right, value: actual, matched };
    }),
  };
}
