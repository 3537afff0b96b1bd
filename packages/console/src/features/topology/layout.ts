/** Places nodes in layers from left to right, callers before callees; the same graph always looks the same. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 50;
/** A call has its figures in this gap. */
const LAYER_GAP = 144;
const ROW_GAP = 34;
/** Where there is room the figures of two calls stand well apart. */
const WIDE_ROW_GAP = 64;
const FEW_ROWS = 6;
/** A layer of more nodes goes into several columns. */
const MAX_ROWS = 18;
const SWEEPS = 4;

interface Edge {
  readonly source: string;
  readonly target: string;
}

export interface View {
  readonly zoom: number;
  /** What stands in the middle of the window. */
  readonly middle: Place;
  readonly width: number;
  readonly height: number;
}

export const MARGIN = 24;
/** Above and below: badges, legend and buttons. */
const LEGEND_MARGIN = 68;
/** Larger would be no easier to read. */
export const MAX_ZOOM = 1.6;

/** How a window shows all of the places, as large as it allows up to {@link MAX_ZOOM}; null while the window has none. */
export function viewOf(
  places: readonly Place[],
  window: { readonly width: number; readonly height: number } | undefined,
): View | null {
  if (places.length === 0 || window === undefined || window.width <= 2 * MARGIN || window.height <= 2 * MARGIN)
    return null;
  const { width, height } = window;
  // A graph may have more nodes than a call may have arguments.
  const end = (of: (place: Place) => number, pick: (a: number, b: number) => number): number =>
    places.map(of).reduce((a, b) => pick(a, b));
  const left = end(({ x }) => x, Math.min) - NODE_WIDTH / 2;
  const right = end(({ x }) => x, Math.max) + NODE_WIDTH / 2;
  const top = end(({ y }) => y, Math.min) - NODE_HEIGHT / 2;
  const bottom = end(({ y }) => y, Math.max) + NODE_HEIGHT / 2;
  const above = Math.max(MARGIN, Math.min(LEGEND_MARGIN, height * 0.12));
  const zoom = Math.min(MAX_ZOOM, (width - 2 * MARGIN) / (right - left), (height - 2 * above) / (bottom - top));
  return { zoom, middle: { x: (left + right) / 2, y: (top + bottom) / 2 }, width, height };
}

export function layoutGraph(nodeIds: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, Place> {
  const ids = [...nodeIds].sort();
  const known = new Set(ids);
  const links = edges.filter(({ source, target }) => source !== target && known.has(source) && known.has(target));
  const layers = layersOf(ids, links);
  order(layers, links);
  const places = new Map<string, Place>();
  const most = Math.min(MAX_ROWS, Math.max(0, ...layers.map((layer) => layer.length)));
  const rowGap = most <= FEW_ROWS ? WIDE_ROW_GAP : ROW_GAP;
  let x = 0;
  for (const layer of layers) {
    const columns = Math.max(1, Math.ceil(layer.length / MAX_ROWS));
    const rows = Math.ceil(layer.length / columns);
    layer.forEach((id, at) => {
      const column = Math.floor(at / rows);
      const inColumn = Math.min(rows, layer.length - column * rows);
      places.set(id, {
        x: x + column * (NODE_WIDTH + 40),
        y: ((at % rows) - (inColumn - 1) / 2) * (NODE_HEIGHT + rowGap),
      });
    });
    x += columns * (NODE_WIDTH + 40) - 40 + LAYER_GAP;
  }
  return places;
}

/** Layers by the longest way from a node that nobody calls; edges that close a circle do not count. */
function layersOf(ids: readonly string[], edges: readonly Edge[]): string[][] {
  const targets = new Map<string, string[]>(ids.map((id) => [id, []]));
  const callers = new Map<string, number>(ids.map((id) => [id, 0]));
  for (const { source, target } of edges) {
    targets.get(source)?.push(target);
    callers.set(target, (callers.get(target) ?? 0) + 1);
  }
  const depth = new Map<string, number>();
  const waiting = new Set(ids);
  let ready = ids.filter((id) => callers.get(id) === 0);
  while (waiting.size > 0) {
    // Only circles are left: go on with the node that the fewest wait for.
    if (ready.length === 0) {
      const next = [...waiting].sort((a, b) => (callers.get(a) ?? 0) - (callers.get(b) ?? 0))[0];
      if (next === undefined) break;
      ready = [next];
    }
    const now = ready;
    ready = [];
    for (const id of now) {
      if (!waiting.delete(id)) continue;
      for (const target of targets.get(id) ?? []) {
        if (!waiting.has(target)) continue;
        depth.set(target, Math.max(depth.get(target) ?? 0, (depth.get(id) ?? 0) + 1));
        callers.set(target, (callers.get(target) ?? 0) - 1);
        if (callers.get(target) === 0) ready.push(target);
      }
    }
  }
  const layers: string[][] = [];
  for (const id of ids) {
    const at = depth.get(id) ?? 0;
    layers[at] = [...(layers[at] ?? []), id];
  }
  return layers.filter((layer) => layer !== undefined);
}

/** Each node near the middle of its neighbours, swept to and fro: fewer crossings. */
function order(layers: string[][], edges: readonly Edge[]): void {
  const neighbours = new Map<string, string[]>();
  const link = (a: string, b: string): void => {
    const list = neighbours.get(a);
    if (list === undefined) neighbours.set(a, [b]);
    else list.push(b);
  };
  for (const { source, target } of edges) {
    link(source, target);
    link(target, source);
  }
  const rank = new Map<string, number>();
  const number = (layer: readonly string[]): void =>
    layer.forEach((id, at) => {
      rank.set(id, (at + 0.5) / layer.length);
    });
  for (const layer of layers) number(layer);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const middle = new Map(
        layer.map((id) => {
          const near = (neighbours.get(id) ?? []).map((other) => rank.get(other) ?? 0);
          return [id, near.length === 0 ? (rank.get(id) ?? 0) : near.reduce((sum, at) => sum + at, 0) / near.length];
        }),
      );
      layer.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0) || (a < b ? -1 : 1));
      number(layer);
    }
  }
}
