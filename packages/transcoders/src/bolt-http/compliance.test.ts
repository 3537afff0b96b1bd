import { parseConfig } from '@weft/schema';
import { PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { transcoderCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { REQUEST_CLASS, writeCall } from '../common/sofa/index.ts';
import { USERS } from '../common/testdata/users.ts';
import { type BoltHttpConfig, boltHttp } from './index.ts';

const call = { service: 'com.x.UserService:1.0', method: 'getUser', argTypes: ['long'], args: [7n], targetApp: '' };
const body = writeCall(call);
const answer = Buffer.from('{"id":7,"name":"Ann"}');
const examples = [
  {
    request: () => ({
      head: new PlainRequestHead(
        'bolt',
        'bolt',
        { service: call.service, method: call.method, contentLength: body.length },
        [
          [':class', REQUEST_CLASS],
          ['service', call.service],
        ],
      ),
      body,
    }),
    answer: () => ({
      head: new PlainResponseHead('Http1', 'http', 200, { contentLength: answer.length }),
      body: answer,
    }),
  },
];
const foreign = [
  new PlainRequestHead('bolt', 'bolt', { service: 'com.x.Other:1.0' }, [[':class', REQUEST_CLASS]]),
  new PlainRequestHead('bolt', 'bolt', { service: call.service }, [[':class', 'com.x.Own']]),
];
const config = parseConfig<BoltHttpConfig>({ mappings: [USERS] }, boltHttp.schema).value;

for (const { name, run } of transcoderCompliance({ transcoder: boltHttp, config, examples, foreign })) it(name, run);
