import type { Logger } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import { namesOf } from '../update/index.ts';
import { resolveName } from './cluster-monitor.ts';

/** Addresses of the names that clusters have for hosts, as they were resolved last. */
export class NameTable {
  readonly addresses = new Map<string, readonly string[]>();

  /** Resolves once what is not known yet; a failure leaves the cluster without these hosts until it is tried again. */
  async resolve(config: MosnConfig, log: Logger): Promise<void> {
    for (const cluster of config.cluster_manager.clusters) {
      for (const { name } of namesOf(cluster)) {
        if (this.addresses.has(name)) continue;
        try {
          this.addresses.set(name, await resolveName(name, cluster.dns_lookup_family === 'V6_ONLY' ? 6 : 4));
        } catch (error) {
          log.warn(
            { cluster: cluster.name, name, err: error },
            'a name could not be resolved; the cluster starts without it',
          );
        }
      }
    }
  }

  /** False when the addresses are those that it has already. */
  update(name: string, addresses: readonly string[]): boolean {
    if (JSON.stringify(this.addresses.get(name)) === JSON.stringify(addresses)) return false;
    this.addresses.set(name, addresses);
    return true;
  }
}
