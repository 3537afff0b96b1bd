import { WheelTimer } from '@weft/kit';
import { type HeaderMap, type StreamFilter, Verdict } from '@weft/sdk';
import { PROCESS } from '@weft/telemetry/stats';
import type { StreamFilters } from '../filter/index.ts';
import type { Exchange } from './exchange.ts';
import { Flag } from './flags.ts';
import { Phase } from './phase.ts';

/** `next` has no filter left. */
export const ALL_PASSED = -1;

/**
 * The stream filters of one request: calls them in order, catches what they throw and says what they decided. What follows
 * from a decision is the exchange's. Requests without filters have no such object.
 */
export class FilterRun {
  readonly #exchange: Exchange;
  readonly #entries: StreamFilters['entries'];
  readonly #filters: StreamFilters['filters'];
  /** The filter that is next in this phase. */
  #next = 0;
  #timers: WheelTimer[] | null = null;

  constructor(exchange: Exchange, chain: StreamFilters) {
    this.#exchange = exchange;
    this.#entries = chain.entries;
    this.#filters = chain.filters;
  }

  /** A phase begins: its first filter is next. */
  restart(): void {
    this.#next = 0;
  }

  /** Calls the next filter of a request phase; `ALL_PASSED` when there is none. */
  next(phase: Phase): Verdict | typeof ALL_PASSED {
    const index = this.#next;
    const filter = this.#filters[index];
    if (filter === undefined) return ALL_PASSED;
    this.#next = index + 1;
    const exchange = this.#exchange;
    try {
      switch (phase) {
        case Phase.BEFORE_ROUTE:
          return filter.beforeRoute === undefined ? Verdict.CONTINUE : filter.beforeRoute(exchange);
        case Phase.AFTER_ROUTE:
          return filter.afterRoute === undefined ? Verdict.CONTINUE : filter.afterRoute(exchange);
        default:
          return filter.afterChooseHost === undefined ? Verdict.CONTINUE : filter.afterChooseHost(exchange);
      }
    } catch (error) {
      return this.#fault(index, error);
    }
  }

  /** Bytes of the request; false when they go no further. */
  requestData(chunk: Uint8Array, end: boolean): boolean {
    for (let i = 0; i < this.#filters.length; i++) {
      if (!this.#passes(i, (filter, exchange) => filter.onRequestData?.(exchange, chunk, end))) return false;
    }
    return true;
  }

  /** The head of the response; false when it goes no further. */
  response(): boolean {
    for (let i = this.#filters.length - 1; i >= 0; i--) {
      const verdict = this.#call(i, (filter, exchange) => filter.onResponse?.(exchange));
      if (this.#exchange.done) return false;
      if (verdict === Verdict.CONTINUE) continue;
      if (verdict === Verdict.STOP) return true;
      this.#exchange.terminate();
      return false;
    }
    return true;
  }

  responseData(chunk: Uint8Array, end: boolean): boolean {
    for (let i = this.#filters.length - 1; i >= 0; i--) {
      if (!this.#passes(i, (filter, exchange) => filter.onResponseData?.(exchange, chunk, end))) return false;
    }
    return true;
  }

  responseTrailers(trailers: HeaderMap): boolean {
    for (let i = this.#filters.length - 1; i >= 0; i--) {
      if (!this.#passes(i, (filter, exchange) => filter.onResponseTrailers?.(exchange, trailers))) return false;
    }
    return true;
  }

  /** The request is over: nothing of the filters' own happens any more, and each hears of it once. */
  complete(): void {
    const exchange = this.#exchange;
    if (this.#timers !== null) for (const timer of this.#timers) exchange.context.timers.cancel(timer);
    for (let i = this.#filters.length - 1; i >= 0; i--) {
      try {
        this.#filters[i]?.onComplete?.(exchange);
      } catch (error) {
        this.#count(i, error);
      }
    }
  }

  delay(delayMs: number, callback: () => void): void {
    const exchange = this.#exchange;
    const timer = new WheelTimer(() => exchange.guardTimer(callback));
    this.#timers ??= [];
    this.#timers.push(timer);
    exchange.context.timers.arm(timer, delayMs);
  }

  /** Whether a body hook lets the request go on; anything but CONTINUE ends it. */
  #passes(index: number, call: (filter: StreamFilter, exchange: Exchange) => Verdict | undefined): boolean {
    const verdict = this.#call(index, call);
    if (this.#exchange.done) return false;
    if (verdict === Verdict.CONTINUE) return true;
    this.#exchange.terminate();
    return false;
  }

  #call(index: number, call: (filter: StreamFilter, exchange: Exchange) => Verdict | undefined): Verdict {
    try {
      return call(this.#filters[index] as StreamFilter, this.#exchange) ?? Verdict.CONTINUE;
    } catch (error) {
      return this.#fault(index, error);
    }
  }

  #fault(index: number, error: unknown): Verdict {
    this.#count(index, error);
    const exchange = this.#exchange;
    exchange.flags |= Flag.FilterFault;
    if (this.#entries[index]?.onFault === 'open') return Verdict.CONTINUE;
    exchange.fail('extension_failed', 500, Flag.FilterFault);
    return Verdict.REPLIED;
  }

  #count(index: number, error: unknown): void {
    const { plane } = this.#exchange;
    plane.process[PROCESS.extension_faults]!++;
    plane.onFilterFault(this.#entries[index]?.name ?? '', error);
  }
}
