/** Resource limits of a cluster on this thread; 0 = unlimited. */
export interface CircuitLimits {
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
}

/**
 * Use of the limited resources, counted for the whole proxy: one shared cell per resource, changed with atomics, so
 * that a limit holds whatever the number of threads.
 */
export class ResourceCounters {
  readonly #cells: Int32Array;
  readonly #at: number;
  readonly limits: CircuitLimits;

  constructor(cells: Int32Array, at: number, limits: CircuitLimits) {
    this.#cells = cells;
    this.#at = at;
    this.limits = limits;
  }

  /** Whether the resource is limited; an unlimited one is not counted, which keeps atomics off the common path. */
  limited(resource: Resource): boolean {
    return this.#limit(resource) > 0;
  }

  /** Counts one more unless the limit is reached. Each success is ended by one `release`. */
  acquire(resource: Resource): boolean {
    if (Atomics.add(this.#cells, this.#at + resource, 1) < this.#limit(resource)) return true;
    Atomics.sub(this.#cells, this.#at + resource, 1);
    return false;
  }

  release(resource: Resource): void {
    Atomics.sub(this.#cells, this.#at + resource, 1);
  }

  count(resource: Resource): number {
    return Atomics.load(this.#cells, this.#at + resource);
  }

  /** The same use under other limits, after a reload. */
  with(limits: CircuitLimits): ResourceCounters {
    return new ResourceCounters(this.#cells, this.#at, limits);
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
/** Cells that one cluster needs. */
export const RESOURCE_CELLS = 4;
