import type { Random } from '@weft/kit';
import type { HostSet, Picker } from '@weft/sdk';
import { EdfPicker } from '../common/edf.ts';
import { weightsEqual } from '../common/eligible.ts';
import { ChoicesPicker } from './picker.ts';

export interface LeastRequestConfig {
  /** Hosts drawn per pick, 1..100. Default 2. */
  readonly choice_count?: number;
  /** Exponent of the requests in flight, 0..10. Default 1. */
  readonly active_request_bias?: number;
}

/** With equal weights the best of a few at random, with different ones a schedule by weight / (requests + 1) ^ bias. */
export function buildLeastRequest(hosts: HostSet, config: LeastRequestConfig | undefined, random: Random): Picker {
  if (weightsEqual(hosts)) return new ChoicesPicker(hosts, random, config?.choice_count ?? 2);
  const bias = config?.active_request_bias ?? 1;
  const load =
    bias === 1
      ? (index: number) => hosts.activeRequests(index) + 1
      : (index: number) => (hosts.activeRequests(index) + 1) ** bias;
  return new EdfPicker(hosts, random, (index) => Math.max(hosts.weight(index), 1) / load(index));
}
