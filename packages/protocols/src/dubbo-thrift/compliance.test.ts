import { protocolCompliance } from '@weft/sdk/testing';
import { describe, it } from 'vitest';
import { fixtureFor } from './testdata/fixture.ts';

for (const [name, config] of [
  ['frames gathered', {}],
  ['frames cut through', { max_gathered_frame_bytes: 0 }],
] as const) {
  describe(`dubbo-thrift, ${name}`, () => {
    for (const { name, run } of protocolCompliance(fixtureFor(config))) it(name, run);
  });
}
