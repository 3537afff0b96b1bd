import { type HostSelector, type RequestHead, RuleDirection, type RuleSlot, type RuleTrace, runSteps } from '@weft/sdk';
import { type RequestPeer, RequestView } from './request-view.ts';
import type { Rules } from './rules.ts';

/** What the rules in force say of a request now, from the code and the state that decide. Takes nothing. `hasHost`: of the hosts of its route. */
export function explainRules(
  rules: Rules,
  direction: 'SERVER' | 'CLIENT',
  head: RequestHead,
  peer: RequestPeer = { remoteAddress: '', localAddress: '' },
  hasHost?: (selector: HostSelector) => boolean,
): RuleTrace[] {
  const side = RuleDirection[direction];
  const view = new RequestView(side, rules.node);
  view.point(head, peer, rules.now());
  return [...rules.compiled()]
    .sort((a, b) => a.rule.order[direction] - b.rule.order[direction])
    .flatMap(({ rule, program, slots }) => {
      const views: RuleSlot[] = slots.map(({ place }) => rules.slots.view(place));
      const services = {
        slots: views,
        node: rules.node,
        detail: () => false,
        writes: () => false,
        random: () => 0,
        log: () => {},
      };
      const set = runSteps(rule.instantiate(program, services));
      const notice = rules.controls.notice(rule.type);
      if (notice !== undefined) set.onNotice?.(notice);
      return set.explain(side, view, undefined, hasHost);
    });
}
