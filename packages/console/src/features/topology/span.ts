/** Seconds that the topology shows when the address says nothing. */
export const SPAN_SECONDS = 900;
