import type { Endpoint } from '@weft/distribution';
import type { Clock } from '@weft/kit';
import type { ProtocolVariants } from '@weft/sdk';

/**
 * How long callers are told an older variant after its last provider has gone, ms: providers that are replaced one after
 * the other do not make callers change to and fro.
 */
export const UPGRADE_HOLD_MS = 30_000;

/** Whether a provider speaks the protocol itself, and no older relative of it. */
export function speaksOwn(endpoint: Pick<Endpoint, 'metadata'>, variants: ProtocolVariants): boolean {
  return !variants.older.includes(endpoint.metadata[variants.key] ?? variants.own);
}

/** The weakest variant that any of the providers speaks. */
export function weakestOf(endpoints: readonly Pick<Endpoint, 'metadata'>[], variants: ProtocolVariants): string {
  let weakest = variants.older.length;
  for (const { metadata } of endpoints) {
    const rank = variants.older.indexOf(metadata[variants.key] ?? variants.own);
    if (rank >= 0 && rank < weakest) weakest = rank;
  }
  return variants.older[weakest] ?? variants.own;
}

/**
 * What the providers of one service speak, and what its callers are told to speak: down at once, up only after
 * `UPGRADE_HOLD_MS` in which nobody needed the older variant.
 */
export class ServiceVariants {
  readonly #variants: ProtocolVariants;
  readonly #clock: Clock;
  #announced: string;
  #callable: readonly Endpoint[] = [];
  #cancelUpgrade: (() => void) | null = null;

  constructor(variants: ProtocolVariants, clock: Clock) {
    this.#variants = variants;
    this.#clock = clock;
    this.#announced = variants.own;
  }

  /** What callers are told. */
  get announced(): string {
    return this.#announced;
  }

  /** Providers that speak the protocol itself: nothing is translated to an older one. */
  get callable(): readonly Endpoint[] {
    return this.#callable;
  }

  /** A new list of providers. */
  update(endpoints: readonly Endpoint[]): void {
    const own = endpoints.filter((endpoint) => speaksOwn(endpoint, this.#variants));
    this.#callable = own.length === endpoints.length ? endpoints : own;
    const weakest = weakestOf(endpoints, this.#variants);
    this.stop();
    if (this.#rank(weakest) <= this.#rank(this.#announced)) this.#announced = weakest;
    else
      this.#cancelUpgrade = this.#clock.schedule(UPGRADE_HOLD_MS, () => {
        this.#cancelUpgrade = null;
        this.#announced = weakest;
      });
  }

  stop(): void {
    this.#cancelUpgrade?.();
    this.#cancelUpgrade = null;
  }

  #rank(variant: string): number {
    const rank = this.#variants.older.indexOf(variant);
    return rank < 0 ? this.#variants.older.length : rank;
  }
}
