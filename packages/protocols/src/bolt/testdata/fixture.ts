import type { Protocol } from '@weft/sdk';
import type { ProtocolFixture } from '@weft/sdk/testing';
import type { BoltConfig } from '../index.ts';
import { type FrameFields, frameBytes, sofaRequest, sofaResponse } from './frames.ts';

/** Bolt for the compliance suite, in one of its versions. */
export function fixtureFor(protocol: Protocol<BoltConfig>, version: FrameFields): ProtocolFixture<BoltConfig> {
  const oversized = sofaRequest({ ...version, content: 'x'.repeat(2000) });
  return {
    protocol,
    config: {},
    clientBytes: (count) =>
      Buffer.concat(
        Array.from({ length: count }, (_, i) => sofaRequest({ ...version, id: 100 + i, content: 'question' })),
      ),
    serverBytes: sofaResponse({ ...version, id: 1, content: 'answer' }),
    requestBody: 'question',
    responseBody: 'answer',
    malformed: {
      'another protocol': Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
      'an unknown type': frameBytes({ ...version, type: 9 }),
      'an unknown command': frameBytes({ ...version, command: 33 }),
    },
    oversized: {
      'a frame over the limit': { limits: { maxFrameBytes: 1000 }, bytes: oversized },
      'a content over the limit': { limits: { maxBodyBytes: 1000 }, bytes: oversized },
      'a head over the limit': { limits: { maxHeadBytes: 100 }, bytes: oversized },
      'more headers than allowed': { limits: { maxHeaderCount: 3 }, bytes: oversized },
    },
  };
}
