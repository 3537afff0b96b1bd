import type { ProtocolFixture } from '@weft/sdk/testing';
import { type TripleConfig, triple } from '../index.ts';
import { data, frame, headers, PREFACE, request, SETTINGS } from './frames.ts';

const HELLO = Buffer.concat([PREFACE, SETTINGS]);
const PATH = '/org.example.Greeter/hello';

export const http2Fixture: ProtocolFixture<TripleConfig> = {
  protocol: triple,
  config: {},
  // In JSON: to gRPC a refusal is an answer with status 200.
  clientBytes: (count) =>
    Buffer.concat([
      HELLO,
      ...Array.from({ length: count }, (_, i) =>
        Buffer.concat([
          headers(2 * i + 1, request(PATH, [['tri-service-version', '1.0']], 'application/json')),
          data(2 * i + 1, 'hello world', true),
        ]),
      ),
    ]),
  serverBytes: Buffer.concat([
    SETTINGS,
    frame(4, 1, 0, ''),
    headers(1, [
      [':status', '200'],
      ['content-type', 'application/grpc+proto'],
    ]),
    data(1, 'good day'),
    headers(1, [['grpc-status', '0']], true),
  ]),
  requestBody: 'hello world',
  responseBody: 'good day',
  malformed: {
    'a wrong preface': Buffer.from('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'),
    'an even stream': Buffer.concat([HELLO, headers(2, request(PATH), true)]),
  },
  oversized: {
    'a header block without end': {
      limits: { maxHeadBytes: 1024 },
      bytes: Buffer.concat([HELLO, frame(1, 1, 1, Buffer.alloc(16_000)), frame(9, 0, 1, Buffer.alloc(16_000))]),
    },
  },
};
