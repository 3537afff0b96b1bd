import type { ExplainedRule, HostSelector } from '@weft/sdk';
import { type ClusterProgram, LabelIndex } from '../cluster/index.ts';

/** Hosts that rules leave for a part of such requests. */
export interface ExplainedChoice {
  /** The labels that a rule asks for, in words; '' where it asks for none. */
  readonly group: string;
  /** Above 0, at most 100. */
  readonly percent: number;
  readonly hosts: readonly string[];
}

/** The hosts that a route leads to. */
export class RouteHosts {
  readonly #clusters: readonly { readonly addresses: readonly string[]; readonly index: LabelIndex }[];

  constructor(clusters: readonly Pick<ClusterProgram, 'hosts'>[]) {
    this.#clusters = clusters.map(({ hosts }) => ({
      addresses: hosts.map(({ address }) => address),
      index: new LabelIndex(hosts),
    }));
  }

  /** Those that have the labels and are not left out. */
  find(labels: HostSelector['labels'], leftOut: ReadonlySet<string>): string[] {
    return this.#clusters.flatMap(({ addresses, index }) =>
      index
        .find(labels)
        .map((at) => addresses[at] as string)
        .filter((address) => !leftOut.has(address)),
    );
  }
}

/** What rules say of a request, and which hosts they leave; no choices where that is all, or not known. */
export function explainWith(
  hosts: RouteHosts | undefined,
  explain: (hasHost?: (selector: HostSelector) => boolean) => ExplainedRule[],
): { readonly rules: readonly ExplainedRule[]; readonly choices: readonly ExplainedChoice[] } {
  if (hosts === undefined) return { rules: explain(), choices: [] };
  const asked = explain(({ labels }) => hosts.find(labels, NOBODY).length > 0);
  const leftOut = new Set(asked.flatMap(({ matched, leavesOut = [] }) => (matched ? leavesOut : [])));
  // A group whose hosts are all left out is empty.
  const rules = leftOut.size === 0 ? asked : explain(({ labels }) => hosts.find(labels, leftOut).length > 0);
  return {
    rules: rules.map((rule, at) =>
      rule.type === 'ROUTE' && rule.verdict === 'reject' && asked[at]?.verdict !== 'reject'
        ? { ...rule, detail: `${rule.detail}; instances that are left out do not count` }
        : rule,
    ),
    choices: choicesOf(hosts, rules, leftOut),
  };
}

function choicesOf(
  hosts: RouteHosts,
  rules: readonly ExplainedRule[],
  leftOut: ReadonlySet<string>,
): ExplainedChoice[] {
  const routing = rules.filter(({ type, mode }) => type === 'ROUTE' && mode === 'CONTROL');
  const percents = new Map<string, { labels: HostSelector['labels']; percent: number }>();
  // Which rule would choose depends on what is not said.
  if (!routing.some(({ verdict }) => verdict === 'unknown'))
    for (const { labels, text, percent } of routing.flatMap(({ groups = [] }) => groups))
      percents.set(text, { labels, percent: percent + (percents.get(text)?.percent ?? 0) });
  const choices = [...percents].map(([group, { labels, percent }]) => ({
    group,
    percent,
    hosts: hosts.find(labels, leftOut),
  }));
  const rest = choices.reduce((left, { percent }) => left - percent, FULL);
  if (rest < LEAST || routing.some(({ verdict }) => verdict === 'reject')) return choices;
  const all = hosts.find([], NOBODY);
  const others = hosts.find([], leftOut);
  if (choices.length === 0 && (others.length === 0 || others.length === all.length)) return [];
  // Where nobody else is left, a host that is left out is better than none.
  return [...choices, { group: '', percent: Math.round(1000 * rest) / 1000, hosts: others.length > 0 ? others : all }];
}

const NOBODY: ReadonlySet<string> = new Set();
const FULL = 100;
/** Shares are rounded to it. */
const LEAST = 0.001;
