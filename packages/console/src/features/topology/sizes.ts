/** Seconds that the topology shows when the address says nothing. */
export const SPAN_SECONDS = 900;
/** Pixels that the drawer of a node or an edge takes. */
export const DRAWER_WIDTH = 600;
