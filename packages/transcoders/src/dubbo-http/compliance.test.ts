import { parseConfig } from '@weft/schema';
import { PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { transcoderCompliance } from '@weft/sdk/testing';
import { it } from 'vitest';
import { writeArguments } from '../common/dubbo/index.ts';
import { USERS } from '../common/testdata/users.ts';
import { type DubboHttpConfig, dubboHttp } from './index.ts';

const body = writeArguments([7n]);
const answer = Buffer.from('{"id":7,"name":"Ann"}');
const examples = [
  {
    request: () => ({
      head: new PlainRequestHead('dubbo', 'dubbo', { method: 'getUser', contentLength: body.length }, [
        ['service', USERS.service],
        ['version', '1.0'],
        [':types', 'J'],
      ]),
      body,
    }),
    answer: () => ({
      head: new PlainResponseHead('Http1', 'http', 200, { contentLength: answer.length }),
      body: answer,
    }),
  },
];
const foreign = [new PlainRequestHead('dubbo', 'dubbo', { method: 'getUser' }, [['service', 'com.x.Other']])];
const config = parseConfig<DubboHttpConfig>({ mappings: [USERS] }, dubboHttp.schema).value;

for (const { name, run } of transcoderCompliance({ transcoder: dubboHttp, config, examples, foreign })) it(name, run);
