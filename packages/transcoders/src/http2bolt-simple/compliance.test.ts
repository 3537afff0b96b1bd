import { PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { transcoderCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { http2boltSimple } from './index.ts';

const body = Buffer.from('any');
const examples = [
  {
    request: () => ({
      head: new PlainRequestHead('Http1', 'http', { method: 'POST', path: '/', contentLength: 3 }, [['service', 's']]),
      body,
    }),
    answer: () => ({
      head: new PlainResponseHead('bolt', 'bolt', 200, { nativeStatus: 0, contentLength: 3 }, [['X-Own', 'yes']]),
      body,
    }),
  },
];

for (const { name, run } of transcoderCompliance({ transcoder: http2boltSimple, config: {}, examples })) it(name, run);
