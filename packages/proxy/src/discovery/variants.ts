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
  const said = endpoint.metadata[variants.key] ?? variants.own;
  return variants.older.every(({ value }) => value !== said);
}

/**
 * What the providers of one service speak, and what its callers are told to speak: down at once, up only after
 * `UPGRADE_HOLD_MS` in which nobody needed the older variant.
 */
export class ServiceVariants {
  readonly #variants: ProtocolVariants;
  /** The variants that this proxy can take calls in, the weakest first and the protocol itself last. */
  readonly #spoken: readonly string[];
  readonly #clock: Clock;
  #announced: string;
  #callable: readonly Endpoint[] = [];
  #cancelUpgrade: (() => void) | null = null;

  constructor(variants: ProtocolVariants, isSpoken: (protocol: string) => boolean, clock: Clock) {
    this.#variants = variants;
    const older = variants.older.filter(({ protocol }) => isSpoken(protocol));
    this.#spoken = [...older.map(({ value }) => value), variants.own];
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
    const { key, own: newest } = this.#variants;
    const said = new Set(endpoints.map(({ metadata }) => metadata[key] ?? newest));
    const weakest = this.#spoken.find((variant) => said.has(variant)) ?? newest;
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
    return this.#spoken.indexOf(variant);
  }
}
