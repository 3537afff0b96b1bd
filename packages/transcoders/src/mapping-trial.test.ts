import { parseConfig } from '@weft/schema';
import { expect, it } from 'vitest';
import { boltHttp } from './bolt-http/index.ts';
import type { MappingDocument } from './common/mapping/index.ts';
import { type TrialAnswer, type TrialRequest, tryMapping } from './common/trial/index.ts';
import { dubboHttp } from './dubbo-http/index.ts';
import { httpBolt } from './http-bolt/index.ts';
import { httpDubbo } from './http-dubbo/index.ts';

const { mappings } = parseConfig<{ mappings: MappingDocument[] }>(
  {
    mappings: [
      {
        service: 'com.x.Users',
        version: '1.0',
        target: 'users@springcloud',
        methods: {
          'get(long)': {
            httpMethod: 'GET',
            path: '/users/{0}',
            headers: { 'x-operator': 'attachments.operator' },
            resultType: 'com.x.User',
            errors: { '409': 'com.x.Taken' },
          },
        },
        types: { 'com.x.User': { id: 'long' } },
      },
    ],
  },
  dubboHttp.schema,
).value;
const mapping = mappings[0] as MappingDocument;
const ask = (more: Partial<TrialRequest>): TrialRequest => ({
  service: '',
  method: '',
  types: [],
  path: '',
  headers: {},
  body: '',
  ...more,
});
const say = (more: Partial<TrialAnswer>): TrialAnswer => ({
  status: 200,
  headers: {},
  body: '',
  exception: '',
  ...more,
});

it.each([
  [dubboHttp, 20],
  [boltHttp, 0],
])('shows what a call of $name becomes, and its answer', (transcoder, ok) => {
  const sample = ask({ method: 'get', body: '[9007199254740993]', headers: { operator: 'ann' } });
  const trial = tryMapping(transcoder, mapping, sample, say({ body: '{"id":7,"name":"Ann"}' }));
  expect(trial).toMatchObject({
    problem: '',
    request: {
      method: 'GET',
      path: '/users/9007199254740993',
      headers: { host: 'users', 'x-operator': 'ann' },
      body: '',
    },
    answer: { status: ok, body: '{"@type":"com.x.User","id":7,"name":"Ann"}', exception: '' },
  });
  expect(
    tryMapping(transcoder, mapping, sample, say({ status: 409, body: '{"message":"taken"}' })).answer,
  ).toMatchObject({ status: ok, body: 'taken', exception: 'com.x.Taken' });
  expect(tryMapping(transcoder, mapping, sample, null)).toMatchObject({ answer: null, problem: '' });
  expect(tryMapping(transcoder, mapping, sample, say({ body: '{' })).problem).toMatch(/^transcode_response: /);
  const other = { ...sample, method: 'other' };
  expect(tryMapping(transcoder, mapping, other, null)).toMatchObject({
    request: null,
    problem: 'transcode_request: other is no method of the mapping',
  });
});

it.each([
  [httpDubbo, 20],
  [httpBolt, 0],
])('shows what a request becomes by $name, and its answer', (transcoder, ok) => {
  const sample = ask({ method: 'GET', path: '/users/7' });
  const trial = tryMapping(transcoder, mapping, sample, say({ status: ok, body: '{"id":7}' }));
  expect(trial).toMatchObject({
    problem: '',
    request: { service: 'com.x.Users:1.0', method: 'get', types: ['long'], body: '[7]' },
    answer: { status: 200, headers: { 'content-type': 'application/json' }, body: '{"id":7}' },
  });
  const thrown = say({ status: ok, exception: 'com.x.Taken', body: 'taken' });
  expect(tryMapping(transcoder, mapping, sample, thrown).answer).toMatchObject({
    status: 409,
    body: '{"code":409,"message":"taken","exception":"com.x.Taken"}',
  });
  expect(tryMapping(transcoder, mapping, ask({ method: 'GET', path: '/other' }), null).problem).toBe(
    `${transcoder.name} takes no call of this service or path`,
  );
});

it('says what is wrong with a sample', () => {
  const problem = (more: Partial<TrialRequest>) =>
    tryMapping(dubboHttp, mapping, ask({ method: 'get', ...more }), null).problem;
  expect(problem({ body: '{}' })).toBe('the sample: body: the arguments are a JSON array');
  expect(problem({ body: '["x"]' })).toMatch(/^the sample: /);
  expect(problem({ body: '[1]', types: ['java.util.List<'] })).toMatch(/^the sample: types java\.util\.List<: /);
  expect(problem({ body: '[1]', types: ['long', 'long'] })).toBe(
    'the sample: types: 1 expected, as many as arguments, and 2 found',
  );
});
