import type { StreamFilter, StreamFilterFactory } from '@weft/sdk';

/** One entry of a listener's `stream_filters`, instantiated. */
export interface ChainEntry {
  readonly name: string;
  readonly onFault: 'open' | 'closed';
  /** Variables of its own that the filter sets. */
  readonly variables?: readonly string[];
  readonly factory: StreamFilterFactory;
}

/** The filters of one stream, in configured order. */
export interface StreamFilters {
  readonly entries: readonly ChainEntry[];
  readonly filters: readonly StreamFilter[];
}

/** The stream filters of a listener. Replaced as a whole on reload; streams in progress keep theirs. */
export class FilterChain {
  readonly #entries: readonly ChainEntry[];
  readonly #variables: ReadonlySet<string>;

  constructor(entries: readonly ChainEntry[]) {
    this.#entries = entries;
    this.#variables = new Set(entries.flatMap(({ variables = [] }) => variables));
  }

  /** Whether a filter of the chain has a variable of this name. */
  declares(name: string): boolean {
    return this.#variables.has(name);
  }

  get empty(): boolean {
    return this.#entries.length === 0;
  }

  /** The filters of a new stream; null when no filter wants it, which then costs nothing further. */
  create(): StreamFilters | null {
    const filters: StreamFilter[] = [];
    const entries: ChainEntry[] = [];
    for (const entry of this.#entries) {
      const filter = entry.factory();
      if (filter === null) continue;
      filters.push(filter);
      entries.push(entry);
    }
    return filters.length === 0 ? null : { entries, filters };
  }
}
