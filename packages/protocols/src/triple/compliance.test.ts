import { protocolCompliance } from '@weft/sdk/testing';
import { describe, it } from 'vitest';
import { http2Fixture } from './testdata/fixture.ts';

describe('tri over HTTP/2', () => {
  for (const { name, run } of protocolCompliance(http2Fixture)) it(name, run);
});
