import { parseConfig } from '@weft/schema';
import { PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { transcoderCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { writeValue } from '../common/dubbo/index.ts';
import { USERS } from '../common/testdata/users.ts';
import { type HttpDubboConfig, httpDubbo } from './index.ts';

const body = Buffer.from('{"id":7,"name":"Ann"}');
const answer = writeValue(new Map([['id', 7n]]));
const examples = [
  {
    request: () => ({
      head: new PlainRequestHead('Http1', 'http', { method: 'POST', path: '/users', contentLength: body.length }),
      body,
    }),
    answer: () => ({
      head: new PlainResponseHead('dubbo', 'dubbo', 200, { nativeStatus: 20, contentLength: answer.length }),
      body: answer,
    }),
  },
];
const foreign = [
  new PlainRequestHead('Http1', 'http', { method: 'PUT', path: '/users' }),
  new PlainRequestHead('Http1', 'http', { method: 'POST', path: '/users/' }),
];
const config = parseConfig<HttpDubboConfig>({ mappings: [USERS] }, httpDubbo.schema).value;

for (const { name, run } of transcoderCompliance({ transcoder: httpDubbo, config, examples, foreign })) it(name, run);
