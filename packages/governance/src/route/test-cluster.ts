/** What the tests of routing share: hosts with labels, asked as the engine asks them. Not shipped. */
import type { OpenRequest } from '../common/test-rules.ts';

export type Labels = Readonly<Record<string, string>>;

export interface TestHost {
  readonly name: string;
  readonly labels: Labels;
  readonly healthy: boolean;
}

/** Hosts that a request may go to: a list, or who refuses it. */
export type Reached = readonly string[] | { readonly refusedBy: number };

/** Tries the selectors of a request as the engine does, and ends it. */
export function reach({ decision, end }: OpenRequest, hosts: readonly TestHost[]): Reached {
  const choice = decision.hosts;
  const healthy = hosts.filter((host) => host.healthy);
  let reached: Reached = healthy.map(({ name }) => name);
  if (choice.count > 0) {
    choice.result = choice.refusal === null ? 2 : 3;
    if (choice.refusal !== null) reached = { refusedBy: choice.refusal.ruleDbId };
    for (let i = 0; i < choice.count; i++) {
      const { labels } = choice.at(i);
      const found = healthy.filter((host) => labels.every(([name, value]) => host.labels[name] === value));
      if (found.length === 0) continue;
      choice.result = 1;
      choice.takenIndex = i;
      reached = found.map(({ name }) => name);
      break;
    }
  }
  decision.outcome.hostAddress = '10.0.0.1:80';
  end(0);
  return reached;
}
