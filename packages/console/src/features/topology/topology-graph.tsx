import { CompressOutlined, MinusOutlined, PlusOutlined } from '@ant-design/icons';
import { Graph } from '@antv/g6';
import { Button, Space } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../../i18n/index.ts';
import type { Topology, TopologyEdge } from '../../services/topology.ts';
import { useTimeRange } from '../../ui/time-span.tsx';
import { edgeOf, type GraphTexts, type LabelPlace, nodeOf } from './graph-style.ts';
import { HoverCard, type Hovered } from './hover-card.tsx';
import { layoutGraph, MARGIN, NODE_WIDTH, type Place, viewOf } from './layout.ts';
import { Legend } from './legend.tsx';
import { DRAWER_WIDTH, SPAN_SECONDS } from './sizes.ts';

interface TopologyGraphProps {
  readonly topology: Topology;
  readonly nodeMetrics: boolean;
  readonly edgeMetrics: boolean;
  /** Id of the node whose edges stay in focus. */
  readonly focus: string | undefined;
  /** Id of the edge whose drawer is open. */
  readonly edge: string | undefined;
  readonly onNode: (id: string) => void;
  readonly onEdge: (id: string) => void;
}

/** Above this many nodes edges go without labels while the canvas moves, so that it moves smoothly. */
const MANY_NODES = 60;

export function TopologyGraph(props: TopologyGraphProps) {
  const { t, format, language } = useI18n();
  const { topology, nodeMetrics, edgeMetrics, focus, edge: openEdge } = props;
  const { spanSeconds } = useTimeRange(SPAN_SECONDS);
  const element = useRef<HTMLDivElement>(null);
  const graph = useRef<Graph>(null);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const handlers = useRef(props);
  handlers.current = props;
  /** A window of another size shows the whole graph again, unless somebody has chosen what to see. */
  const chosen = useRef(false);
  /** One after the other: two at a time would each move what the other has measured. */
  const moving = useRef(Promise.resolve());
  const arrange = (made: Graph, of: ReadonlyMap<string, Place>): void => {
    moving.current = moving.current
      .then(async () => {
        if (graph.current !== made) return;
        if (chosen.current) made.resize();
        else await fit(made, of);
        await reveal(made, handlers.current);
      })
      .catch(() => undefined);
  };

  // Another set of nodes and edges is laid out anew; other figures of the same set only redraw.
  const shape = `${topology.nodes.map((node) => node.id).join(' ')}|${topology.edges.map((edge) => edge.id).join(' ')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the layout depends on the shape alone
  const places = useMemo(
    () =>
      layoutGraph(
        topology.nodes.map((node) => node.id),
        topology.edges,
      ),
    [shape],
  );
  const data = useMemo(() => {
    const texts: GraphTexts = { t, format, nodeMetrics, edgeMetrics, span: format.span(spanSeconds * 1000) };
    const near = neighbours(topology, focus);
    return {
      nodes: topology.nodes.map((node) =>
        nodeOf(node, places.get(node.id) ?? { x: 0, y: 0 }, texts, near !== null && !near.has(node.id)),
      ),
      // What is drawn later covers: the figures of a short way stand over the lines of those that reach further.
      edges: byRise(topology.edges, places).map((edge) =>
        edgeOf(
          edge,
          texts,
          labelPlaceOf(edge, topology.edges, places),
          near !== null && edge.source !== focus && edge.target !== focus,
        ),
      ),
    };
  }, [topology, places, t, format, nodeMetrics, edgeMetrics, spanSeconds, focus]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a graph is made anew for another shape or language only
  useEffect(() => {
    if (element.current === null) return;
    const made = new Graph({
      container: element.current,
      animation: false,
      zoomRange: [0.1, 2.5],
      data,
      behaviors: [
        'drag-canvas',
        'zoom-canvas',
        { type: 'drag-element', shadow: false },
        ...(topology.nodes.length > MANY_NODES
          ? [
              {
                type: 'optimize-viewport-transform',
                debounce: 150,
                shapes: (type: string) => type === 'node',
              },
            ]
          : []),
      ],
    });
    made.on('node:pointerenter', (event) => setHovered({ kind: 'node', id: idOf(event) }));
    made.on('edge:pointerenter', (event) => setHovered({ kind: 'edge', id: idOf(event) }));
    made.on('node:pointerleave', () => setHovered(null));
    made.on('edge:pointerleave', () => setHovered(null));
    made.on('node:click', (event) => handlers.current.onNode(idOf(event)));
    made.on('edge:click', (event) => handlers.current.onEdge(idOf(event)));
    let over = false;
    chosen.current = false;
    const choose = (): void => {
      chosen.current = true;
    };
    made.on('canvas:dragstart', choose);
    made.on('canvas:wheel', choose);
    const watch = new ResizeObserver(() => arrange(made, places));
    watch.observe(element.current);
    const ready = made
      .render()
      .then(async () => {
        if (over) return;
        // The library puts its canvases before everything else in the order of the tab key, and there is nothing to do on them.
        for (const canvas of element.current?.querySelectorAll('canvas') ?? []) canvas.removeAttribute('tabindex');
        graph.current = made;
        arrange(made, places);
      })
      // A page that is left before its graph is drawn ends it.
      .catch(() => undefined);
    return () => {
      over = true;
      watch.disconnect();
      graph.current = null;
      void ready.then(() => made.destroy());
    };
  }, [shape, language]);

  useEffect(() => {
    const current = graph.current;
    if (current === null) return;
    const moved = (id: string | undefined) =>
      id !== undefined && current.hasNode(id) ? current.getElementPosition(id) : null;
    current.updateNodeData(
      data.nodes.map((node) => {
        const at = moved(node.id);
        return at === null ? node : { ...node, style: { ...node.style, x: at[0], y: at[1] } };
      }),
    );
    current.updateEdgeData(data.edges);
    void current.draw().catch(() => undefined);
  }, [data]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a drawer that opens or closes, and nothing else
  useEffect(() => {
    if (graph.current !== null) arrange(graph.current, places);
  }, [focus, openEdge]);

  const zoom = (factor: number): void => {
    chosen.current = true;
    void graph.current?.zoomBy(factor);
  };
  const showAll = (): void => {
    chosen.current = false;
    if (graph.current !== null) arrange(graph.current, places);
  };
  return (
    <div className="weft-graph">
      {/* The graph changes how its element is positioned: the one around it grows with the window. */}
      <div className="weft-graph-canvas">
        <div
          ref={element}
          role="img"
          aria-label={t('topology.graph-label', { nodes: topology.nodes.length, edges: topology.edges.length })}
        />
      </div>
      {hovered !== null && <HoverCard topology={topology} of={hovered} />}
      <Legend />
      <Space.Compact className="weft-graph-tools" orientation="vertical">
        <Button aria-label={t('topology.zoom-in')} icon={<PlusOutlined />} onClick={() => zoom(1.25)} />
        <Button aria-label={t('topology.zoom-out')} icon={<MinusOutlined />} onClick={() => zoom(0.8)} />
        <Button aria-label={t('topology.fit')} icon={<CompressOutlined />} onClick={showAll} />
      </Space.Compact>
    </div>
  );
}

/** All nodes in the middle of the window, as large as it allows. */
async function fit(graph: Graph, places: ReadonlyMap<string, Place>): Promise<void> {
  const view = viewOf([...places.values()], graph.getCanvas().getContainer()?.getBoundingClientRect());
  if (view === null) return;
  graph.resize();
  await graph.zoomTo(view.zoom, false);
  const [x = 0, y = 0] = graph.getViewportByCanvas([view.middle.x, view.middle.y]);
  await graph.translateBy([view.width / 2 - x, view.height / 2 - y], false);
}

function idOf(event: unknown): string {
  return String((event as { target?: { id?: string } }).target?.id ?? '');
}

/** A drawer lies over the right of a narrow window: what it is about stands left of it. */
async function reveal(graph: Graph, { topology, focus, edge }: TopologyGraphProps): Promise<void> {
  const open = topology.edges.find(({ id }) => id === edge);
  const ids = [focus, open?.source, open?.target].filter((id) => id !== undefined && graph.hasNode(id));
  const canvas = graph.getCanvas().getContainer()?.getBoundingClientRect();
  if (ids.length === 0 || canvas === undefined) return;
  const ends = ids.map((id) => graph.getViewportByCanvas(graph.getElementPosition(id as string))[0] ?? 0);
  const right = Math.max(...ends) + (NODE_WIDTH / 2) * graph.getZoom() + MARGIN;
  const free = Math.min(canvas.right, window.innerWidth - DRAWER_WIDTH) - canvas.left;
  if (right > free) await graph.translateBy([free - right, 0], false);
}

/** Figures stand where an edge is alone: at the target of a caller of several, at the source where several call one. */
function labelPlaceOf(
  edge: TopologyEdge,
  all: readonly TopologyEdge[],
  places: ReadonlyMap<string, Place>,
): LabelPlace {
  const siblings = all.filter(({ source }) => source === edge.source).length;
  const rivals = all.filter(({ target }) => target === edge.target).length;
  const rise = riseOf(edge, places);
  if (rise === 0 || (siblings > 1 && rivals > 1)) return { end: 'middle', above: true };
  // A line that rises comes to its target from below and leaves its source upwards: the other side is free.
  return rivals === 1 ? { end: 'target', above: rise > 0 } : { end: 'source', above: rise < 0 };
}

const riseOf = ({ source, target }: TopologyEdge, places: ReadonlyMap<string, Place>): number =>
  (places.get(source)?.y ?? 0) - (places.get(target)?.y ?? 0);

/** The steepest first. */
function byRise(edges: readonly TopologyEdge[], places: ReadonlyMap<string, Place>): TopologyEdge[] {
  return [...edges].sort((a, b) => Math.abs(riseOf(b, places)) - Math.abs(riseOf(a, places)));
}

/** The focus and who calls it or is called by it; null without focus. */
function neighbours(topology: Topology, focus: string | undefined): ReadonlySet<string> | null {
  if (focus === undefined || !topology.nodes.some((node) => node.id === focus)) return null;
  const near = new Set([focus]);
  for (const edge of topology.edges) {
    if (edge.source === focus) near.add(edge.target);
    if (edge.target === focus) near.add(edge.source);
  }
  return near;
}
