import { protocolCompliance } from '@weft/sdk/testing';
import { describe, it } from 'vitest';
import { CLIENT_PREFACE } from '../common/h2/index.ts';
import { http2 } from './index.ts';
import { data, frame, GET, headers, POST, settings } from './testing.ts';

const HELLO = Buffer.concat([
  CLIENT_PREFACE,
  settings([
    [3, 100],
    [4, 65_535],
    [2, 0],
  ]),
  frame(8, 0, 0, '0001ff00'),
]);

describe('http2', () => {
  const suite = protocolCompliance({
    protocol: http2,
    config: {},
    clientBytes: (count) =>
      Buffer.concat([
        HELLO,
        ...Array.from({ length: count }, (_, i) =>
          Buffer.concat([
            headers(2 * i + 1, [...POST, ['content-length', '11'], ['cookie', 'a=1']], false),
            data(2 * i + 1, 'hello '),
            data(2 * i + 1, 'world', true),
          ]),
        ),
      ]),
    serverBytes: Buffer.concat([
      settings([[3, 128]]),
      frame(4, 1, 0),
      headers(
        1,
        [
          [':status', '200'],
          ['content-type', 'text/plain'],
        ],
        false,
      ),
      data(1, 'good '),
      data(1, 'day', false),
      headers(1, [['x-sum', '8']]),
    ]),
    requestBody: 'hello world',
    responseBody: 'good day',
    malformed: {
      'a wrong preface': Buffer.from('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'),
      'HTTP/1.1': Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
      'a frame over 16 KiB': Buffer.concat([HELLO, frame(0, 0, 1, Buffer.alloc(16_385))]),
      'a wrong header block': Buffer.concat([HELLO, frame(1, 5, 1, 'ffffffffffff')]),
      'an even stream': Buffer.concat([HELLO, headers(2, GET)]),
    },
    oversized: {
      'a header block without end': {
        limits: { maxHeadBytes: 1024 },
        bytes: Buffer.concat([HELLO, frame(1, 1, 1, Buffer.alloc(16_000)), frame(9, 0, 1, Buffer.alloc(16_000))]),
      },
    },
  });
  for (const { name, run } of suite) it(name, run);
});
