/** Resource limits of a cluster on this thread; 0 = unlimited. */
export interface CircuitLimits {
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
}

/**
 * Use of the limited resources, counted for the whole proxy: one shared cell per resource, changed with atomics where there is
 * more than one thread, so that a limit holds whatever their number. Beside it each thread counts what it holds itself (it alone
 * writes that cell), so that what a dead thread held can be given back.
 *
 *     cells: RESOURCE_CELLS of the whole proxy, then RESOURCE_CELLS of thread 0, of thread 1, …
 */
export class ResourceCounters {
  readonly #cells: Int32Array;
  readonly #own: number;
  readonly #alone: boolean;
  readonly limits: CircuitLimits;

  constructor(cells: Int32Array, thread: number, limits: CircuitLimits) {
    this.#cells = cells;
    this.#own = RESOURCE_CELLS * (1 + thread);
    this.#alone = cells.length === 2 * RESOURCE_CELLS;
    this.limits = limits;
  }

  /** Whether the resource is limited; an unlimited one is not counted, which keeps atomics off the common path. */
  limited(resource: Resource): boolean {
    return this.#limit(resource) > 0;
  }

  /** Counts one more unless the limit is reached. Each success is ended by one `release`. */
  acquire(resource: Resource): boolean {
    if (this.#add(resource, 1) < this.#limit(resource)) {
      this.#cells[this.#own + resource]!++;
      return true;
    }
    this.#add(resource, -1);
    return false;
  }

  release(resource: Resource): void {
    this.#cells[this.#own + resource]!--;
    this.#add(resource, -1);
  }

  count(resource: Resource): number {
    return Atomics.load(this.#cells, resource);
  }

  /** What was counted before. */
  #add(resource: Resource, change: number): number {
    const cells = this.#cells;
    if (!this.#alone) return Atomics.add(cells, resource, change);
    const before = cells[resource] as number;
    cells[resource] = before + change;
    return before;
  }

  #limit(resource: Resource): number {
    switch (resource) {
      case Resource.CONNECTIONS:
        return this.limits.maxConnections;
      case Resource.PENDING:
        return this.limits.maxPendingRequests;
      case Resource.REQUESTS:
        return this.limits.maxRequests;
      default:
        return this.limits.maxRetries;
    }
  }
}

export const Resource = { CONNECTIONS: 0, PENDING: 1, REQUESTS: 2, RETRIES: 3 } as const;
export type Resource = (typeof Resource)[keyof typeof Resource];
/** Cells that one cluster needs for the proxy, and again for each thread. */
export const RESOURCE_CELLS = 4;

/** Bytes of the cells of one cluster. */
export function resourceBytes(threads: number): number {
  return Int32Array.BYTES_PER_ELEMENT * RESOURCE_CELLS * (1 + threads);
}

/** Gives back what a thread held when it died. Only while that thread does not run. */
export function releaseThread(cells: Int32Array, thread: number): void {
  for (let resource = 0; resource < RESOURCE_CELLS; resource++) {
    Atomics.sub(cells, resource, Atomics.exchange(cells, RESOURCE_CELLS * (1 + thread) + resource, 0));
  }
}
