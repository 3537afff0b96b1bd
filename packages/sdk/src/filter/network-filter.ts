import type { JsonSchema } from '../schema.ts';

/** Which protocols a listener speaks and how their requests are routed: what a terminal network filter comes down to. */
export interface TerminalPlan {
  /** Protocol names in the order of detection; `Auto` stands for all that can be detected. */
  readonly protocols: readonly string[];
  /** Configuration per protocol name, not yet validated. */
  readonly protocolConfig: Readonly<Record<string, unknown>>;
  /** Name of a router configuration, or '' when `routes` is given. */
  readonly routerName: string;
  /** Fixed routing by addresses, first match wins; for protocols without requests. */
  readonly routes: readonly AddressRoute[];
  /** When detection fails the connection goes to the next network filter instead of being closed. */
  readonly fallThrough: boolean;
  /** ms; 0 = the listener's own. */
  readonly idleTimeoutMs: number;
}

export interface AddressRoute {
  readonly clusterName: string;
  /** CIDR blocks; empty = any. */
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  /** Inclusive ranges; empty = any. */
  readonly sourcePorts: readonly (readonly [from: number, to: number])[];
  readonly destinationPorts: readonly (readonly [from: number, to: number])[];
}

export interface NetworkFilterDefinition<Config = unknown> {
  readonly kind: 'network-filter';
  /** The `type` in `filter_chains[].filters`. */
  readonly name: string;
  readonly schema: JsonSchema;
  /** Pure: configuration in, plan out. Runs on the control thread. */
  plan(config: Config): TerminalPlan;
}

export function defineNetworkFilter<Config>(
  definition: Omit<NetworkFilterDefinition<Config>, 'kind'>,
): NetworkFilterDefinition<Config> {
  return Object.freeze({ kind: 'network-filter' as const, ...definition });
}
