import type { ProtocolFixture } from '@weft/sdk/testing';
import type { DubboConfig } from '../index.ts';
import { dubbo } from '../index.ts';
import { frameBytes, map, request, text } from './frames.ts';

const oversized = request({ args: text('x'.repeat(900)) });

/** Dubbo for the compliance suite; `config` decides whether frames are gathered or cut through. */
export function fixtureFor(config: DubboConfig): ProtocolFixture<DubboConfig> {
  return {
    protocol: dubbo,
    config,
    clientBytes: (count) =>
      Buffer.concat(
        Array.from({ length: count }, (_, i) => request({ idHigh: 7, id: 100 + i, attachments: { group: 'g' } })),
      ),
    // In fastjson, which has no bytes above 127 where Hessian has.
    serverBytes: frameBytes({ flag: 0x06, status: 20, id: 1, body: Buffer.from('1\n"answer"\n') }),
    requestBody: Buffer.concat([text('question'), map({ group: 'g' })]).toString(),
    responseBody: '1\n"answer"\n',
    malformed: {
      'another protocol': Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
      'wrong magic behind the first byte': Buffer.from('dabcc2000000000000000001000000014e', 'hex'),
      'a negative length': Buffer.from('dabbc200000000000000000180000000', 'hex'),
      'an event of the size of a request': frameBytes({ flag: 0xe2, body: Buffer.alloc(300) }),
    },
    oversized: {
      'a frame over the limit': { limits: { maxFrameBytes: 800 }, bytes: oversized },
      'a body over the limit': { limits: { maxBodyBytes: 800 }, bytes: oversized },
      'a head over the limit': { limits: { maxHeadBytes: 50 }, bytes: oversized },
    },
  };
}
