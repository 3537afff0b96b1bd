import { protocolCompliance } from '@weft/sdk/testing';
import { describe, it } from 'vitest';
import { bolt, boltv2 } from './index.ts';
import { fixtureFor } from './testdata/fixture.ts';

for (const [protocol, version] of [
  [bolt, { proto: 1 }],
  [boltv2, { proto: 2, ver1: 1, switches: 1 }],
  [boltv2, { proto: 2, ver1: 2, switches: 1 }],
] as const) {
  describe(`${protocol.name} ${JSON.stringify(version)}`, () => {
    for (const { name, run } of protocolCompliance(fixtureFor(protocol, version))) it(name, run);
  });
}
