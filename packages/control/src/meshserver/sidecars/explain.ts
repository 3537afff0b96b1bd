import type { BodyOf, ExplainResult, ExplainStep, ms } from '@weft/api';
import { invalid } from '../../http/index.ts';
import type { SimulatedRule } from '../rules/rule-kind.ts';
import { stepOfRule } from '../rules/simulate.ts';

/** The question as the admin interface of a proxy takes it. */
export function explainUrl(body: BodyOf<(typeof ms)['routes']['explain']>): string {
  const query = new URLSearchParams({ protocol: body.protocol });
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') query.set(name, value);
  };
  set('listener', body.listener);
  set('method', body.method);
  set('host', body.authority);
  set('path', body.path);
  set('service', body.service);
  for (const [name, value] of Object.entries(body.headers ?? {})) {
    if (name === '' || name.includes(':'))
      throw invalid('/headers', `found the name "${name}", expected one without ":"`);
    query.append('header', `${name}:${value}`);
  }
  return `/api/v1/explain?${query}`;
}

interface Explained {
  readonly listener: string;
  readonly address: string;
  readonly router: string;
  readonly rules?: readonly SimulatedRule[];
  readonly virtualHost: string | null;
  readonly considered: readonly {
    readonly route: string;
    readonly matched: boolean;
    readonly conditions: readonly unknown[];
  }[];
  readonly route: string | null;
  readonly action: {
    readonly kind: string;
    readonly status?: number;
    readonly location?: string;
    readonly clusters?: readonly {
      readonly name: string;
      readonly loadBalancer: string | null;
      readonly hosts: readonly { readonly address: string; readonly weight: number }[];
    }[];
  };
}

/** The answer of a proxy in steps, one listener after the other. */
export function explainResult(proxyId: string, raw: unknown): ExplainResult {
  const listeners = (raw as { listeners?: readonly Explained[] }).listeners ?? [];
  const steps = listeners.flatMap(stepsOf);
  const verdicts = listeners.map(verdictOf);
  const { text, ok } = verdicts.find((verdict) => verdict.ok) ??
    verdicts[0] ?? { text: 'no listener of this proxy takes such a request', ok: false };
  return { proxyId, verdict: text, ok, steps: [...steps, step('verdict', text, null, '')], raw };
}

function stepsOf(explained: Explained): ExplainStep[] {
  const { listener, address, router, rules = [], virtualHost, considered, route, action } = explained;
  const steps = [
    step('listener', `${listener} on ${address}`, true, `router ${router}`),
    ...rules.map(stepOfRule),
    step('route', `virtual host ${virtualHost ?? 'none'}`, virtualHost !== null, ''),
    ...considered.map(
      (item): ExplainStep => ({
        ...step('route', item.route, item.matched, item.route === route ? 'this one is taken' : ''),
        conditions: item.conditions.map(conditionOf),
      }),
    ),
  ];
  for (const cluster of action.clusters ?? []) {
    steps.push(
      step(
        'cluster',
        cluster.name,
        cluster.loadBalancer !== null,
        cluster.loadBalancer === null
          ? 'there is no such cluster'
          : `${cluster.loadBalancer}, ${cluster.hosts.length} hosts`,
      ),
    );
    for (const host of cluster.hosts.slice(0, 50))
      steps.push(step('host', host.address, null, `weight ${host.weight}`));
  }
  return steps;
}

function conditionOf(condition: unknown): ExplainStep['conditions'][number] {
  const item = condition as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string =>
    value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return {
    left: text(item['left'] ?? item['subject'] ?? item['condition'] ?? item['what']),
    operator: text(item['operator'] ?? item['op']),
    right: text(item['right'] ?? item['expected']),
    value: item['value'] === undefined && item['actual'] === undefined ? null : text(item['value'] ?? item['actual']),
    matched: item['matched'] === true,
  };
}

function verdictOf({ listener, rules = [], action }: Explained): { readonly text: string; readonly ok: boolean } {
  const refusing = rules.find((rule) => rule.verdict === 'reject');
  if (refusing !== undefined)
    return {
      text: `${listener}: refused by rule ${refusing.ruleDbId} ${refusing.name}: ${refusing.detail}`,
      ok: false,
    };
  switch (action.kind) {
    case 'forward': {
      const names = (action.clusters ?? []).map(({ name }) => name).join(', ');
      const hosts = (action.clusters ?? []).flatMap((cluster) => cluster.hosts.map(({ address }) => address));
      return {
        text: `${listener}: forwarded to ${names}${hosts.length === 0 ? ', which has no host' : ` (${hosts.slice(0, 5).join(', ')})`}`,
        ok: hosts.length > 0,
      };
    }
    case 'redirect':
      return { text: `${listener}: redirected to ${action.location}`, ok: true };
    case 'direct':
      return { text: `${listener}: answered by the proxy with ${action.status}`, ok: true };
    default:
      return { text: `${listener}: no route; answered by the proxy with ${action.status}`, ok: false };
  }
}

function step(kind: string, title: string, matched: boolean | null, detail: string): ExplainStep {
  return { kind, title, matched, detail, ruleDbId: null, conditions: [] };
}
