import { EXIT } from '@weft/kit';
import { conditionLine } from '../condition-line.ts';
import type { Outcome } from '../outcome.ts';
import type { Engine, ExplainedChoice, ExplainedCluster, ExplainedRule, Explanation } from '../services.ts';
import { parseQuestion, type QuestionOptions } from './question.ts';

/** Exit code 0 when some listener has a route for the request and does not refuse to convert it, 1 when none does. */
export async function runExplain(engine: Engine, file: string, options: QuestionOptions): Promise<Outcome> {
  const question = parseQuestion(options);
  const explanations = await engine.explain(file, question);
  const found = explanations.some(({ route, action }) => route !== null && action.kind !== 'refused');
  return {
    exitCode: found ? EXIT.OK : EXIT.FAILED,
    text: explanations.map(formatExplanation).join('\n\n'),
    json: { ok: found, file, request: question, explanations },
  };
}

function formatExplanation(explanation: Explanation): string {
  const { listener, address, router, filters, rules, virtualHost, considered } = explanation;
  const lines = [`listener ${listener} (${address}), router ${router}`];
  lines.push(...rules.flatMap(formatRule));
  const refusing = rules.find(({ verdict }) => verdict === 'reject');
  if (refusing !== undefined) {
    const part = (refusing.effect?.percent ?? 100) < 100;
    const { ruleDbId } = refusing;
    lines.push(
      part
        ? `  those that rule ${ruleDbId} leaves alone go on:`
        : `  without rule ${ruleDbId}, and if no other refuses it, it would then go:`,
    );
  }
  if (filters.length > 0) lines.push(`  stream filters, not run here, may answer first: ${filters.join(', ')}`);
  lines.push(virtualHost === null ? '  virtual host: none takes this host' : `  virtual host ${virtualHost}`);
  for (const { route, matched, conditions } of considered) {
    lines.push(`  ${matched ? '✓' : '✗'} ${route}`);
    if (conditions.length === 0) lines.push('      no conditions: takes everything');
    for (const condition of conditions)
      lines.push(`      ${conditionLine({ ...condition, value: condition.value ?? null })}`);
  }
  return [...lines, ...formatAction(explanation.action).map((line) => `  ${line}`)].join('\n');
}

const RULE_WORDS: Readonly<Record<string, string>> = {
  pass: 'lets it pass',
  reject: 'refuses it',
  would_reject: 'would refuse it, but only watches',
  answer: 'answers in place of the service',
  fault: 'fails it on purpose',
  would_answer: 'would answer in place of the service, but only watches',
  would_fault: 'would fail it on purpose, but only watches',
  delay: 'delays it',
  would_delay: 'would delay it, but only watches',
  not_matched: 'is not for it',
  skipped: 'does not act',
  unknown: 'may refuse it or not',
};

function formatRule(rule: ExplainedRule): string[] {
  const { type, ruleDbId, name, resource, conditions, verdict, detail, effect, answer } = rule;
  // A refusal that is none has its own words.
  const word = effect === undefined ? verdict : verdict.replace(/reject$/, effect.kind);
  const refuses = verdict === 'unknown' ? '?' : verdict === 'reject' ? '✗' : '✓';
  const lines = [
    `  ${refuses} ${type} rule ${ruleDbId}${name === '' ? '' : ` ${JSON.stringify(name)}`} ${RULE_WORDS[word] ?? word}${answer === undefined ? '' : ` with ${answer}`} (${detail}), resource ${resource}`,
  ];
  for (const { condition, actual, matched } of conditions)
    lines.push(`      ${conditionLine({ left: condition, operator: '', right: '', value: actual, matched })}`);
  return lines;
}

function formatAction(action: Explanation['action']): string[] {
  switch (action.kind) {
    case 'none':
      return [`→ no route: answers ${action.answer ?? action.status}`];
    case 'direct':
      return [
        `→ answers ${action.answer ?? action.status}${action.body === '' ? '' : ` with ${JSON.stringify(shorten(action.body))}`}`,
      ];
    case 'refused':
      return [`✗ refuses with ${action.status}: ${action.body}`];
    case 'redirect':
      return [`→ redirects with ${action.status} to ${action.location}`];
    default: {
      const request = action.path === '' ? '' : ` as ${action.method} ${action.path}, host ${action.authority}`;
      const retries = action.retries === 0 ? 'no retries' : `up to ${action.retries} retries`;
      const timeout = action.timeoutMs === 0 ? 'default timeout' : `within ${action.timeoutMs} ms`;
      const { choices = [] } = action;
      const total = action.clusters.reduce((sum, cluster) => sum + cluster.weight, 0);
      const protocol = action.transcoder === '' ? action.protocol : `${action.protocol} by ${action.transcoder}`;
      return [
        `→ forwards${request} (${protocol}, ${timeout}, ${retries})`,
        ...(action.mapping === '' ? [] : [`    converted by ${action.mapping}`]),
        ...action.clusters.flatMap((cluster) => formatCluster(cluster, total, choices.length > 0)),
        ...(choices.length === 0
          ? []
          : ['    of the hosts, rules leave:', ...choices.map((choice) => formatChoice(choice, action.clusters))]),
      ];
    }
  }
}

function formatChoice({ group, percent, hosts }: ExplainedChoice, clusters: readonly ExplainedCluster[]): string {
  const labels = group === '' || group === '*' ? '' : ` ${group}`;
  const weights = new Map(clusters.flatMap((cluster) => cluster.hosts.map(({ address, weight }) => [address, weight])));
  const shown = hosts.map((address) => formatHost({ address, weight: weights.get(address) ?? 1 }));
  return `      ${percent} %${labels}: ${shown.join(', ') || 'none'}`;
}

const formatHost = ({ address, weight }: { readonly address: string; readonly weight: number }): string =>
  `${address}${weight === 1 ? '' : ` weight ${weight}`}`;

/** `byRules`: which of its hosts it is, rules say. */
function formatCluster(cluster: ExplainedCluster, total: number, byRules: boolean): string[] {
  const share = total > cluster.weight ? `, ${Math.round((100 * cluster.weight) / total)} % of the requests` : '';
  if (cluster.loadBalancer === null)
    return [`    cluster ${cluster.name || '(the variable has no value)'}: there is none: answers 502`];
  const hosts = [
    ...cluster.hosts.map((host) => `      ${formatHost(host)}`),
    ...cluster.names.map((name) => `      ${name} (resolved by the proxy)`),
  ];
  return [
    `    cluster ${cluster.name} (${cluster.loadBalancer}${share})`,
    ...(hosts.length === 0 ? ['      no host: answers 502'] : byRules ? [] : hosts),
  ];
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
