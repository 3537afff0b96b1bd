import type { NetworkFilterDefinition, StreamFilterDefinition } from './filter/index.ts';
import type { GovernanceRule } from './governance-rule/index.ts';
import type { HealthChecker } from './health-checker/index.ts';
import type { LoadBalancer } from './load-balancer/index.ts';
import type { Protocol } from './protocol/index.ts';
import type { TranscoderDefinition } from './transcoder/index.ts';

/**
 * Every kind of extension and its definition type. The type of a configuration is known to its own definition alone: what
 * others hand over is what its schema has checked.
 */
export interface ExtensionKinds {
  protocol: Protocol;
  'stream-filter': StreamFilterDefinition;
  'network-filter': NetworkFilterDefinition;
  transcoder: TranscoderDefinition;
  'load-balancer': LoadBalancer;
  'health-checker': HealthChecker;
  'governance-rule': GovernanceRule;
}

export type ExtensionKind = keyof ExtensionKinds;

/** One line of the list of extensions: loaded on first use, by name. */
export interface ExtensionEntry<Kind extends ExtensionKind = ExtensionKind> {
  readonly kind: Kind;
  /** As in configurations. */
  readonly name: string;
  readonly load: () => Promise<ExtensionKinds[Kind]>;
}
