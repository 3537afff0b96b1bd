import { parseConfig } from '@weft/schema';
import { PlainRequestHead, PlainResponseHead } from '@weft/sdk';
import { transcoderCompliance } from '@weft/sdk/testing';
import { expect, it } from 'vitest';
import { writeOutcome } from '../common/sofa/index.ts';
import { USERS } from '../common/testdata/users.ts';
import { type HttpBoltConfig, httpBolt } from './index.ts';

const body = Buffer.from('{"id":7,"name":"Ann"}');
const answer = writeOutcome(new Map([['id', 7n]]));
const examples = [
  {
    request: () => ({
      head: new PlainRequestHead('Http1', 'http', { method: 'POST', path: '/users', contentLength: body.length }),
      body,
    }),
    answer: () => ({
      head: new PlainResponseHead('bolt', 'bolt', 200, { nativeStatus: 0, contentLength: answer.length }),
      body: answer,
    }),
  },
];
const foreign = [
  new PlainRequestHead('Http1', 'http', { method: 'PUT', path: '/users' }),
  new PlainRequestHead('Http1', 'http', { method: 'PUT', path: '/x' }, [['x-sofa-service', 'com.x.Other:1.0']]),
];
const config = parseConfig<HttpBoltConfig>({ mappings: [USERS] }, httpBolt.schema).value;

for (const { name, run } of transcoderCompliance({ transcoder: httpBolt, config, examples, foreign })) it(name, run);

it('needs the types of every method that is listed', () => {
  const untyped = parseConfig<HttpBoltConfig>(
    { mappings: [{ service: 'com.x.Y', methods: { get: {} } }] },
    httpBolt.schema,
  );
  const problems = [expect.objectContaining({ path: 'mappings[0].methods["get"]' })];
  expect(() => httpBolt.create(untyped.value)).toThrow(expect.objectContaining({ problems }));
});
