import type { Random } from '@weft/kit';
import type { HostSet, PickContext } from '@weft/sdk';

/** First eligible host from `start` on, cyclic; one that was tried before only when there is no other; -1 for none. */
export function scanFrom(hosts: HostSet, context: PickContext, start: number): number {
  const length = hosts.length;
  let fallback = -1;
  for (let step = 0, index = start; step < length; step++, index++) {
    if (index === length) index = 0;
    if (!hosts.available(index)) continue;
    if (!context.tried(index)) return index;
    if (fallback < 0) fallback = index;
  }
  return fallback;
}

/**
 * An eligible host at random, in proportion to `share`; a tried one only when there is no other; -1 for none. Walks all
 * hosts twice: for the rare case that drawing one by one did not find any.
 */
export function drawEligible(
  hosts: HostSet,
  context: PickContext,
  random: Random,
  share: (index: number) => number,
): number {
  return draw(hosts, context, random, share, false) ?? draw(hosts, context, random, share, true) ?? -1;
}

function draw(
  hosts: HostSet,
  context: PickContext,
  random: Random,
  share: (index: number) => number,
  withTried: boolean,
): number | undefined {
  let total = 0;
  for (let i = 0; i < hosts.length; i++) if (hosts.available(i) && (withTried || !context.tried(i))) total += share(i);
  if (total === 0) return undefined;
  let rest = random.next() * total;
  let last: number | undefined;
  for (let i = 0; i < hosts.length; i++) {
    if (!hosts.available(i) || (!withTried && context.tried(i))) continue;
    last = i;
    rest -= share(i);
    if (rest < 0) break;
  }
  return last;
}

export const EQUAL_SHARE = (_index: number): number => 1;

export function weightsEqual(hosts: HostSet): boolean {
  for (let i = 1; i < hosts.length; i++) if (hosts.weight(i) !== hosts.weight(0)) return false;
  return true;
}
