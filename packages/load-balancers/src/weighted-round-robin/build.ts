import type { Random } from '@weft/kit';
import type { HostSet, Picker } from '@weft/sdk';
import { WeightedRoundRobinPicker } from './picker.ts';

/** Weights are read once: a change of weights builds a new picker. */
export function buildWeightedRoundRobin(hosts: HostSet, _config: unknown, random: Random): Picker {
  const weights = Float64Array.from({ length: hosts.length }, (_, i) => Math.max(hosts.weight(i), 1));
  return new WeightedRoundRobinPicker(hosts, random, (index) => weights[index] as number);
}
