export { EdgeSum } from './edge-sum.ts';
export { EDGE_BOUNDS_MS, type EdgeDelta, type EdgeKey, EdgeOutcome, EdgeTable, OTHER_SERVICE } from './edge-table.ts';
