import type { Random } from '@weft/kit';
import type { HostSet, Picker } from '@weft/sdk';
import { RandomPicker } from './picker.ts';

export function buildRandom(hosts: HostSet, _config: unknown, random: Random): Picker {
  return new RandomPicker(hosts, random);
}
