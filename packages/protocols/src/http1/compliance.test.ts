import { protocolCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { http1 } from './index.ts';

const request = 'POST /ask?a=1 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 8\r\nX-Test: yes\r\n\r\nquestion';
const fixture = {
  protocol: http1,
  config: {},
  clientBytes: (count: number) => Buffer.from(request.repeat(count)),
  serverBytes: Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nans\r\n3\r\nwer\r\n0\r\n\r\n'),
  requestBody: 'question',
  responseBody: 'answer',
  malformed: {
    'no version': Buffer.from('GET /\r\n\r\n'),
    'two lengths': Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'),
  },
  oversized: {
    'a long head': {
      limits: { maxHeadBytes: 100 },
      bytes: Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(200)}\r\n\r\n`),
    },
  },
};
for (const { name, run } of protocolCompliance(fixture)) it(name, run);
