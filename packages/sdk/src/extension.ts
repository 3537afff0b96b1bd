import type { NetworkFilterDefinition, StreamFilterDefinition } from './filter/index.ts';
import type { GovernanceRule } from './governance-rule/index.ts';
import type { HealthChecker } from './health-checker/index.ts';
import type { LoadBalancer } from './load-balancer/index.ts';
import type { Protocol } from './protocol/index.ts';
import type { TranscoderDefinition } from './transcoder/index.ts';

/** Every kind of extension and its definition type. */
export interface ExtensionKinds {
  protocol: Protocol<never>;
  'stream-filter': StreamFilterDefinition<never>;
  'network-filter': NetworkFilterDefinition<never>;
  transcoder: TranscoderDefinition<never>;
  'load-balancer': LoadBalancer<never>;
  'health-checker': HealthChecker<never>;
  'governance-rule': GovernanceRule<never, unknown>;
}

export type ExtensionKind = keyof ExtensionKinds;

/** One line of the list of extensions: loaded on first use, by name. */
export interface ExtensionEntry<Kind extends ExtensionKind = ExtensionKind> {
  readonly kind: Kind;
  /** As in configurations. */
  readonly name: string;
  readonly load: () => Promise<ExtensionKinds[Kind]>;
}
