import type { Random } from '@weft/kit';
import type { JsonSchema } from '../schema.ts';

/** The hosts of a cluster as a balancer sees them: columns, indexed 0..length-1, fixed for the life of a picker. */
export interface HostSet {
  readonly length: number;
  /** 1..1000. */
  weight(index: number): number;
  /** Healthy, not ejected. Changes under a living picker. */
  available(index: number): boolean;
  /** Requests in flight from this thread. */
  activeRequests(index: number): number;
  /** Connections of this thread. */
  activeConnections(index: number): number;
  /** `ip:port`, stable over rebuilds. */
  address(index: number): string;
}

/** One request that needs a host. */
export interface PickContext {
  /** Hosts tried before by this request are not picked again while another is available. */
  tried(index: number): boolean;
  /** 0 for the first attempt. */
  readonly attempt: number;
}

/** Built on the slow path, read on the request path. */
export interface Picker {
  /** Index of a host, or -1 when none is available. */
  pick(context: PickContext): number;
}

export interface LoadBalancer<Config = unknown> {
  readonly kind: 'load-balancer';
  /** The name in `lb_type`, such as `LB_ROUNDROBIN`. */
  readonly name: string;
  /** Schema of `lbconfig` as this policy reads it. */
  readonly schema: JsonSchema;
  /** Called whenever hosts or weights change; health is asked through `hosts` at pick time. */
  build(hosts: HostSet, config: Config, random: Random): Picker;
}

export function defineLoadBalancer<Config>(definition: Omit<LoadBalancer<Config>, 'kind'>): LoadBalancer<Config> {
  return Object.freeze({ kind: 'load-balancer' as const, ...definition });
}
