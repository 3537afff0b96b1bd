import type { Random } from '@weft/kit';
import type { HostSet, Picker } from '@weft/sdk';
import { RoundRobinPicker } from './picker.ts';

/** Begins anywhere: proxies that start together must not all call the first host. */
export function buildRoundRobin(hosts: HostSet, _config: unknown, random: Random): Picker {
  return new RoundRobinPicker(hosts, hosts.length === 0 ? 0 : random.below(hosts.length));
}
