import type { ProtocolFixture } from '@weft/sdk/testing';
import { type TarsConfig, tars } from '../index.ts';
import { answer, buffer, frame, hex, request } from './frames.ts';

/** The suite has bodies as text: what follows the buffer begins with bytes above 127, so its frames end there. */
const QUESTION = buffer(7, Buffer.from('question'));
const ANSWER = buffer(6, Buffer.from('answer'));
const oversized = request({ content: buffer(7, Buffer.alloc(900, 'x')) });

/** Tars for the compliance suite; `config` decides whether frames are gathered or cut through. */
export function fixtureFor(config: TarsConfig): ProtocolFixture<TarsConfig> {
  return {
    protocol: tars,
    config,
    clientBytes: (count) => Buffer.concat(Array.from({ length: count }, () => request())),
    serverBytes: answer(),
    requestBody: QUESTION.toString(),
    responseBody: ANSWER.toString(),
    malformed: {
      'another protocol': Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
      'a length below that of a head': hex('00000004'),
      'a frame without names': frame(hex('1001 2c 3c 4001')),
      'fields out of order': frame(hex('1001 3c 2c 4001 56 01 61 66 01 62')),
      'a name that is a number': frame(hex('1001 2c 3c 4001 5001 66 01 62 7d0001')),
      'a text beyond the frame': frame(hex('1001 2c 3c 4001 56 01 61 66 ff 62')),
      'a struct among the first fields': frame(hex('1001 2c 3a 0b 4001 56 01 61 66 01 62')),
    },
    oversized: {
      'a frame over the limit': { limits: { maxFrameBytes: 800 }, bytes: oversized },
      'a body over the limit': { limits: { maxBodyBytes: 800 }, bytes: oversized },
      'a head over the limit': { limits: { maxHeadBytes: 40 }, bytes: oversized },
    },
  };
}
