import type { SidecarRecord } from '../sidecars/sidecars.ts';

/** What a rule does at a proxy at present, beyond what it counts. */
export type LiveState = 'breaker-open' | 'isolating';

const BEGINS: Readonly<Record<string, LiveState>> = {
  'fuse.open': 'breaker-open',
  'fuse.half': 'breaker-open',
  'isolate.begin': 'isolating',
  'isolate.out': 'isolating',
};
const ENDS: ReadonlySet<string> = new Set(['fuse.close', 'isolate.end', 'isolate.back']);
const RULE = /\brule (\d+)\b/;

/**
 * What began at a proxy and has not ended, by the events that it told. A rule that is off ends what it did without an
 * event, and a proxy that was started again begins with nothing.
 */
export function liveStates(
  { node, events }: Pick<SidecarRecord, 'node' | 'events'>,
  isOn: (ruleDbId: number) => boolean,
): ReadonlySet<LiveState> {
  const open = new Map<string, LiveState>();
  for (const { atMs, kind, message } of events) {
    const begun = BEGINS[kind];
    if ((begun === undefined && !ENDS.has(kind)) || atMs < node.startedAtMs) continue;
    // What follows the colon says why.
    const [about = ''] = message.split(': ');
    if (begun === undefined) open.delete(about);
    else if (isOn(Number(RULE.exec(about)?.[1]))) open.set(about, begun);
  }
  return new Set(open.values());
}
