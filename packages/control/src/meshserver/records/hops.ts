import type { TraceHop } from '@weft/api';

/** A hop with what tells where it stands. */
export interface PlacedHop {
  readonly hop: Omit<TraceHop, 'offsetMs' | 'depth' | 'at'>;
  /** Unix ms, by the clock of its proxy as far as that is known. */
  readonly startMs: number;
  /** `ip:port` that the request came to; '' when it is not known. */
  readonly localAddress: string;
}

interface Node {
  readonly placed: PlacedHop;
  readonly children: Node[];
  startMs: number;
}

/** Clocks of two machines, and what is known of them, differ by a part of a second. */
const CLOCK_MS = 2000;

const endOf = ({ startMs, placed }: Pick<Node, 'startMs' | 'placed'>): number =>
  startMs + (placed.hop.durationMs ?? Number.POSITIVE_INFINITY);

/**
 * Puts the hops of a trace into the order of the calls. What a proxy sent out belongs to what came in to it, by its own
 * clock; what came in somewhere belongs to the call that was sent to that address, or to that service by that app. A hop
 * that its clock puts outside of the call that it is a part of is moved into the middle of it.
 */
export function orderHops(hops: readonly PlacedHop[]): TraceHop[] {
  const nodes = hops.map((placed): Node => ({ placed, children: [], startMs: placed.startMs }));
  nodes.sort((a, b) => a.startMs - b.startMs);
  const roots: Node[] = [];
  const answered = new Set<Node>();
  for (const node of nodes) {
    const parent = node.placed.hop.direction === 'CLIENT' ? callerWithin(node, nodes) : callOf(node, nodes, answered);
    if (parent === null) roots.push(node);
    else {
      parent.children.push(node);
      if (node.placed.hop.direction === 'SERVER') answered.add(parent);
    }
  }
  const first = roots[0]?.startMs ?? 0;
  const ordered: TraceHop[] = [];
  const visit = (node: Node, depth: number, shiftMs: number): void => {
    const startMs = node.startMs + shiftMs;
    ordered.push({
      ...node.placed.hop,
      at: new Date(startMs).toISOString(),
      offsetMs: Math.round((startMs - first) * 1000) / 1000,
      depth,
    });
    for (const child of node.children) {
      const sameClock = child.placed.hop.proxyId === node.placed.hop.proxyId;
      visit(child, depth + 1, sameClock ? shiftMs : shiftInto(node, startMs, child));
    }
  };
  for (const root of roots) visit(root, 0, 0);
  return ordered;
}

/** What came in to the same proxy and was not over: the latest of these. */
function callerWithin(node: Node, nodes: readonly Node[]): Node | null {
  let found: Node | null = null;
  for (const other of nodes) {
    const { hop } = other.placed;
    if (hop.direction !== 'SERVER' || hop.proxyId !== node.placed.hop.proxyId) continue;
    if (other.startMs <= node.startMs && endOf(other) >= node.startMs && other.startMs >= (found?.startMs ?? 0))
      found = other;
  }
  return found;
}

/** The call that was sent here: by address, else by app and service; the nearest in time that nobody has answered. */
function callOf(node: Node, nodes: readonly Node[], answered: ReadonlySet<Node>): Node | null {
  const { hop, localAddress } = node.placed;
  let found: Node | null = null;
  let best = Number.POSITIVE_INFINITY;
  for (const other of nodes) {
    const call = other.placed.hop;
    if (call.direction !== 'CLIENT' || answered.has(other)) continue;
    const sameAddress = localAddress !== '' && call.host === localAddress;
    const sameCall = call.service === hop.service && (hop.sourceApp === '' || hop.sourceApp === call.app);
    if (!sameAddress && !sameCall) continue;
    const apartMs = Math.max(0, other.startMs - node.startMs, node.startMs - endOf(other));
    if (apartMs > CLOCK_MS) continue;
    const badness = apartMs + (sameAddress ? 0 : CLOCK_MS) + Math.abs(node.startMs - other.startMs) / CLOCK_MS;
    if (badness >= best) continue;
    best = badness;
    found = other;
  }
  return found;
}

/** How far a hop is moved so that it lies within its call, ms. */
function shiftInto(call: Node, callStartMs: number, child: Node): number {
  const callMs = call.placed.hop.durationMs ?? 0;
  const ownMs = child.placed.hop.durationMs ?? 0;
  const within = child.startMs >= callStartMs && child.startMs + ownMs <= callStartMs + callMs;
  return within ? 0 : callStartMs + Math.max(0, (callMs - ownMs) / 2) - child.startMs;
}
