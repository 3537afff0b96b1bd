import { parseConfig } from '@weft/schema';
import { downgradeDocumentSchema, parseDocument } from '@weft/schema/wire';
import { RuleDirection, UNKNOWN_NODE } from '@weft/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describedRequest, type RequestDescription } from '../common/index.ts';
import { exampleFiles, PASS, playExample, REJECT, startRules } from '../common/test-rules.ts';
import { compileDowngrades } from './compile.ts';
import {
  checkDowngradeBody,
  downgrade,
  fromDowngradeDocument,
  type MessageWriter,
  toDowngradeDocument,
} from './index.ts';

const HELLO = 'com.example.Hello:1.0@DEFAULT';
const HOST = 'a.b:80@Http1';
const equal = (field: string, value: string, type = 'SYSTEM') => ({ type, field, operation: 'EQUAL', value: [value] });
const SERVICE = equal('destination.service.name', HELLO);
const bolt = (more: Partial<RequestDescription> = {}) =>
  describedRequest({ protocol: 'bolt', service: HELLO, method: 'sayHi', ...more });
const rule = (more: object = {}) => ({
  ruleDbId: 1,
  conditions: [SERVICE, equal('destination.method.name', 'sayHi')],
  actions: [{ type: 'REJECT', enabled: true, extension: [{}] }],
  ...more,
});
/** Knows one service with two methods; what it writes is the text itself. */
const WRITER: MessageWriter = {
  proto({ descriptorSet, service, method, isTriple, body, maxMessages }) {
    const no = (at: 'descriptorSet' | 'method' | 'body') =>
      ({ kind: 'refused', at, message: `wrong ${at}`, expected: 'another one' }) as const;
    if (descriptorSet !== 'c2V0' || service !== 'a.B') return no('descriptorSet');
    if (method !== 'Get' && (method !== 'get' || !isTriple)) return no('method');
    // A stream, with the length of each message.
    if (/^\[\d/.test(body)) {
      const messages = (JSON.parse(body) as number[]).map((length) => Buffer.alloc(length));
      return messages.length <= maxMessages ? { kind: 'written', messages } : no('body');
    }
    return body.startsWith('{') ? { kind: 'written', messages: [Buffer.from(body)] } : no('body');
  },
  emptyProblem: ({ descriptorSet, method }) =>
    descriptorSet === 'c2V0' && method === 'Want' ? 'want is missing' : null,
  java: (body) => Buffer.from(`java ${body}`),
};
const start = (...rules: object[]) => {
  const started = startRules(downgrade, rules);
  return { ...started, ask: (request = bolt()) => started.ask(request, RuleDirection.CLIENT) };
};

test('the document of a running installation degrades one method', () => {
  const { ruleDbId: _, ...anonymous } = rule();
  const { ask, lines } = start({ ...anonymous, logConfig: { level: 'WARN', enabled: true } });
  expect([ask().verdict, ask(bolt({ method: 'other' })).verdict]).toEqual([REJECT, PASS]);
  expect(ask(bolt({ service: 'x.Y:1.0@DEFAULT' })).verdict).toBe(PASS);
  expect(lines[0]).toBe('downgrade.log [WARN] [downgradeFilter] downgrade rule is active and hijack response');
});

test('an answer is an error with status and text, or a success with a body', () => {
  const { ask } = start(rule({ actions: [{ type: 'REJECT', extension: [{ status: 500, message: 'off' }] }] }));
  expect(ask().decision.rejection).toMatchObject({ word: 'downgrade', ruleDbId: 1, status: 500, message: 'off' });
  const http = describedRequest({ protocol: 'Http1', host: 'a.b:80', method: 'GET', path: '/' });
  const made = (type: string, extension: object) => {
    const { ask: askHttp } = start(
      rule({ conditions: [equal('destination.service.name', HOST)], actions: [{ type, extension: [extension] }] }),
    );
    return askHttp(http).decision.rejection?.answer;
  };
  expect(made('RETURN_NULL', {})).toEqual({ headers: [], body: '' });
  expect(made('MOCK', { body: { a: 1 } })).toEqual({
    headers: [['content-type', 'application/json']],
    body: '{"a":1}',
  });
  expect(made('MOCK', { body: 'x', headers: { 'Content-Type': 'text/plain' } })).toEqual({
    headers: [['content-type', 'text/plain']],
    body: 'x',
  });
});

test.each([
  ['OBSERVE', true],
  ['REJECT', false],
])('an action %s that is on: %s watches', (type, enabled) => {
  const { ask, lines } = start(rule({ actions: [{ type, enabled }] }));
  expect(ask().verdict).toBe(PASS);
  expect(lines).toEqual([
    'downgrade.log [INFO] [downgradeFilter] downgrade rule is active and trafficConditions matched, but mode is not reject',
  ]);
});

test('any matching rule that acts answers; watching ones see the request all the same', () => {
  const { ask, lines } = start(rule({ actions: [{ enabled: false }] }), rule({ ruleDbId: 2 }), rule({ ruleDbId: 3 }));
  expect(ask().ruleDbId).toBe(2);
  expect(lines).toHaveLength(2);
});

test('logs can be off, a hundred lines a second are the most, details are lines of requirements', () => {
  const quiet = start(rule({ logConfig: { enabled: false } }));
  quiet.ask();
  expect(quiet.lines).toEqual([]);
  const loud = start(rule());
  for (let i = 0; i < 150; i++) loud.ask();
  loud.set.tick(1000);
  expect(loud.lines).toHaveLength(101);
  const detailed = start(rule());
  detailed.showDetail();
  detailed.ask();
  expect(detailed.lines.slice(0, 2)).toEqual([
    `downgrade.log [DEBUG] [requirement][Match] equal requirement:&{destination.service.name SYSTEM ${HELLO}},actualValue:${HELLO}`,
    'downgrade.log [DEBUG] [requirement][Match] equal requirement:&{destination.method.name SYSTEM sayHi},actualValue:sayHi',
  ]);
});

test('what comes in is never degraded', () => {
  const { set } = start(rule());
  expect(set.isEmpty(RuleDirection.SERVER)).toBe(true);
  expect(set.explain(RuleDirection.SERVER, bolt())).toEqual([]);
  expect(set.explain(RuleDirection.CLIENT, bolt())).toMatchObject([
    { verdict: 'reject', detail: 'answered with an error' },
  ]);
});

test('a push is two lines', () => {
  const value = parseConfig({ appName: 'a', downgradeRules: [] }, downgradeDocumentSchema).value;
  expect(downgrade.pushLines?.('d', '{"appName":"a"}', value)).toEqual([
    { file: 'downgrade.log', level: 'INFO', text: '[downgrade] receive drm resource push d={"appName":"a"}' },
    {
      file: 'downgrade.log',
      level: 'INFO',
      text: 'local downgrade rules: &{AppName:a Enabled:true DowngradeRules:[]}',
    },
  ]);
});

const R = 'downgradeRules[0]';
const http = (action: object) => rule({ conditions: [equal('destination.service.name', HOST)], actions: [action] });
test.each<[string, object, string, string | undefined, RegExp]>([
  ['an unknown action', rule({ actions: [{ type: 'KILL' }] }), `${R}.actions[0].type`, '"KILL"', /REJECT/],
  ['an action that is a text', rule({ actions: ['REJECT'] }), `${R}.actions[0]`, '"REJECT"', /object/],
  ['a switch that is a text', rule({ enabled: 'on' }), `${R}.enabled`, '"on"', /true or false/],
  ['conditions that are an object', rule({ conditions: {} }), `${R}.conditions`, 'an empty object', /list/],
  ['an unknown field', rule({ conditions: [equal('moon', 'x')] }), `${R}.conditions[0].field`, '"moon"', /source/],
  [
    'a broken expression',
    rule({ conditions: [{ field: 'http.path', operation: 'REGEX', value: ['('] }] }),
    `${R}.conditions[0].value[0]`,
    '"("',
    /regular/,
  ],
  [
    'a status of success',
    rule({ actions: [{ extension: [{ status: 200 }] }] }),
    `${R}.actions[0].extension[0].status`,
    '200',
    /400 to 599/,
  ],
  [
    'a status that is a text',
    rule({ actions: [{ extension: [{ status: 'x' }] }] }),
    `${R}.actions[0].extension[0].status`,
    '"x"',
    /400 to 599/,
  ],
  [
    'a message of two lines',
    rule({ actions: [{ extension: [{ message: 'a\nb' }] }] }),
    `${R}.actions[0].extension[0].message`,
    '"a\\nb"',
    /control/,
  ],
  [
    'a made-up value that is not there',
    rule({ actions: [{ type: 'MOCK' }] }),
    `${R}.actions[0].extension[0].body`,
    '""',
    /JSON/,
  ],
  [
    'an empty answer for everything',
    rule({ conditions: [], actions: [{ type: 'RETURN_NULL' }] }),
    `${R}.actions[0].type`,
    '"RETURN_NULL"',
    /HTTP/,
  ],
  [
    'a header with two lines',
    http({ type: 'MOCK', extension: [{ headers: { a: 'b\r\nc: d' } }] }),
    `${R}.actions[0].extension[0].headers.a`,
    '"b\\r\\nc: d"',
    /one line/,
  ],
  [
    'a header of framing',
    http({ type: 'MOCK', extension: [{ headers: { 'Content-Length': '5' } }] }),
    `${R}.actions[0].extension[0].headers.Content-Length`,
    '"5"',
    /framing/,
  ],
  [
    'too long a body',
    http({ type: 'MOCK', extension: [{ body: 'x'.repeat(65_537) }] }),
    `${R}.actions[0].extension[0].body`,
    '65537 characters',
    /65536/,
  ],
  [
    'a message of Triple that nobody wrote',
    rule({
      conditions: [equal('destination.service.name', 'a.B@tri')],
      actions: [{ type: 'RETURN_NULL', extension: [{}] }],
    }),
    `${R}.actions[0].extension[0].messages`,
    undefined,
    /base64/,
  ],
  [
    'messages that are no base64',
    rule({
      conditions: [equal('destination.service.name', 'a.B@grpc')],
      actions: [{ type: 'MOCK', extension: [{ body: '{}', messages: ['CAE=', 'x'] }] }],
    }),
    `${R}.actions[0].extension[0].messages`,
    '["CAE=","x"]',
    /base64/,
  ],
  [
    'a value of Tars without tags',
    rule({
      conditions: [equal('destination.service.name', 'A.B@tars')],
      actions: [{ type: 'MOCK', extension: [{ body: '{"ret":1}' }] }],
    }),
    `${R}.actions[0].extension[0].body`,
    '"{\\"ret\\":1}"',
    /by tags/,
  ],
  [
    'an object for Tars, in which 5.0 has become 5',
    rule({
      conditions: [equal('destination.service.name', 'A.B@tars')],
      actions: [{ type: 'MOCK', extension: [{ body: { '0': 5.0 } }] }],
    }),
    `${R}.actions[0].extension[0].body`,
    '{"0":5}',
    /a text with the JSON/,
  ],
  [
    'a result of Thrift in no type',
    rule({
      conditions: [equal('destination.service.name', 'a.B@dubbo-thrift')],
      actions: [{ type: 'MOCK', extension: [{ body: { '0': { int: 1 } } }] }],
    }),
    `${R}.actions[0].extension[0].body`,
    '"{\\"0\\":{\\"int\\":1}}"',
    /JSON of Thrift/,
  ],
  ['an unknown level', rule({ logConfig: { level: 'LOUD' } }), `${R}.logConfig.level`, '"LOUD"', /WARN/],
  ['a share above 100', rule({ scope: { percent: 101 } }), `${R}.scope.percent`, '101', /100/],
])('%s is refused with place, value and expectation', (_name, item, path, value, expected) => {
  const parsed = parseDocument('d', JSON.stringify({ downgradeRules: [item] }), downgradeDocumentSchema);
  const problems =
    parsed.kind === 'refused'
      ? parsed.problems
      : compileDowngrades([{ dataId: 'd', version: 1, value: parsed.value }], UNKNOWN_NODE).problems;
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]).toMatchObject({ file: 'd', expected: expect.stringMatching(expected) as string });
  expect(problems[0]?.value).toBe(value);
});

describe('bodies', () => {
  const BODY = { name: 'n', app: 'a', services: [HELLO], spec: {} };
  const PROTO = { action: 'MOCK', body: '{"a":1}', descriptorSet: 'c2V0' };
  test.each<[string, object, string]>([
    ['another direction', { direction: 'SERVER' }, 'direction'],
    ['a service that is none', { services: ['*', 'x'] }, 'services[1]'],
    ['a path that is no expression', { methods: ['a', '~('] }, 'methods[1]'],
    ['a condition', { methods: ['a'], conditions: [equal('moon', 'a')] }, 'conditions[0].field'],
    ['a made-up answer of every service', { services: ['*'], spec: { action: 'RETURN_NULL' } }, 'services[0]'],
    ['one of what is no service', { services: [HELLO, 'Ratings'], spec: { action: 'RETURN_NULL' } }, 'services[1]'],
    [
      'one of an unknown protocol',
      { services: [HELLO, 'a.B:1:g@mine'], spec: { action: 'MOCK', body: '1' } },
      'services[1]',
    ],
    ['a value of Tars without tags', { services: ['A.B@tars'], spec: { action: 'MOCK', body: '1' } }, 'spec.body'],
    [
      'a tag of Tars that is there twice',
      { services: ['A.B@tars'], spec: { action: 'MOCK', body: '{"0":1,"0":2}' } },
      'spec.body',
    ],
    [
      'a tag of Tars that is out of range',
      { services: ['A.B@tars'], spec: { action: 'MOCK', body: '{"256":1}' } },
      'spec.body',
    ],
    [
      'a value of Thrift without its type',
      { services: ['a.B@dubbo-thrift'], spec: { action: 'MOCK', body: '{"0":1}' } },
      'spec.body',
    ],
    [
      'a value of Tars for two services',
      { services: ['A.B@tars', 'A.C@tars'], spec: { action: 'MOCK', body: '{"0":null}' } },
      'spec.body',
    ],
    ['a value of Thrift that is not there', { services: ['a.B@dubbo-thrift'], spec: { action: 'MOCK' } }, 'spec.body'],
    [
      'a deep value of Tars',
      { services: ['A.B@tars'], spec: { action: 'MOCK', body: `{"0":${'['.repeat(51)}${']'.repeat(51)}}` } },
      'spec.body',
    ],
    [
      'a Triple service of unknown kind',
      { services: ['a.B@tri'], spec: { action: 'RETURN_NULL' } },
      'spec.tripleInterface',
    ],
    [
      'a Java value that is no JSON',
      { services: ['a.B@tri'], spec: { action: 'MOCK', tripleInterface: 'JAVA', body: 'x' } },
      'spec.body',
    ],
    [
      'a message without descriptors',
      { services: ['a.B@grpc'], methods: ['Get'], spec: { action: 'MOCK', body: '{}' } },
      'spec.descriptorSet',
    ],
    [
      'descriptors that are no base64',
      { spec: { action: 'MOCK', body: '{}', descriptorSet: 'c2-0' } },
      'spec.descriptorSet',
    ],
    ['descriptors of another service', { services: ['a.C@grpc'], methods: ['Get'], spec: PROTO }, 'spec.descriptorSet'],
    ['a message for every method', { services: ['a.B@grpc'], spec: PROTO }, 'methods[0]'],
    ['a method that is not described', { services: ['a.B@grpc'], methods: ['Get', 'get'], spec: PROTO }, 'methods[1]'],
    [
      'a value that does not fit',
      { services: ['a.B@grpc'], methods: ['Get'], spec: { ...PROTO, body: '[]' } },
      'spec.body',
    ],
    ['no value', { services: ['a.B@grpc'], methods: ['Get'], spec: { ...PROTO, body: '' } }, 'spec.body'],
    [
      'a header that is the status of gRPC',
      { services: ['a.B@grpc'], methods: ['Get'], spec: { ...PROTO, headers: { 'Grpc-Status': '5' } } },
      'spec.headers.Grpc-Status',
    ],
    [
      'more messages than an answer may have',
      { services: ['a.B@grpc'], methods: ['Get'], spec: { ...PROTO, body: `[${'0,'.repeat(1000)}0]` } },
      'spec.body',
    ],
    [
      'messages that are too long',
      { services: ['a.B@grpc'], methods: ['Get'], spec: { ...PROTO, body: '[100000,100000]' } },
      'spec.body',
    ],
    [
      'null where the message has to have fields',
      { services: ['a.B@grpc'], methods: ['Want'], spec: { ...PROTO, action: 'RETURN_NULL' } },
      'spec.action',
    ],
    ['a value that is not there', { spec: { action: 'MOCK' } }, 'spec.body'],
    ['a value that is no JSON', { spec: { action: 'MOCK', body: 'pong' } }, 'spec.body'],
    ['a number that nothing holds', { spec: { action: 'MOCK', body: '[9223372036854775808]' } }, 'spec.body'],
    ['a deep value', { spec: { action: 'MOCK', body: `${'['.repeat(51)}${']'.repeat(51)}` } }, 'spec.body'],
    [
      'a text of HTTP that is broken JSON',
      { services: [HOST], spec: { action: 'MOCK', body: '{"a":[}' } },
      'spec.body',
    ],
    ['no text of HTTP', { services: [HOST], spec: { action: 'MOCK' } }, 'spec.body'],
    [
      'broken JSON under its own name',
      {
        services: [HOST],
        spec: { action: 'MOCK', body: '{', headers: { 'Content-Type': 'application/problem+json; charset=utf-8' } },
      },
      'spec.body',
    ],
    ['a status of success', { spec: { status: 200 } }, 'spec.status'],
    ['an unknown key', { spec: { answer: '' } }, 'spec.answer'],
  ])('with %s are refused at their own place', (_name, more, path) => {
    const checked = checkDowngradeBody({ ...BODY, ...more }, WRITER);
    expect(checked.kind === 'refused' && checked.problems.map((problem) => problem.path)).toEqual([path]);
  });

  test('with a service that answers cannot be made up for say so of the service', () => {
    const problemOf = (service: string) => {
      const checked = checkDowngradeBody({ ...BODY, services: [service], spec: { action: 'RETURN_NULL' } }, WRITER);
      return checked.kind === 'refused' ? checked.problems[0] : undefined;
    };
    expect(problemOf('Ratings')).toMatchObject({ value: '"Ratings"', expected: expect.stringContaining('`@Http1`') });
    const expected = expect.stringMatching(/^a service of HTTP, .*; or the action REJECT$/) as string;
    expect(problemOf('a.B:1:g@mine')).toMatchObject({
      value: '"a.B:1:g@mine"',
      message: 'how a.B:1:g@mine writes an answer is not known',
      expected,
    });
    expect(problemOf('*')).toMatchObject({ value: '"*"', message: '* is no single service', expected });
  });

  test.each([
    ['com.example.Echo:1.0@DEFAULT', { action: 'RETURN_NULL' }],
    ['com.example.Echo:1.0@dubbo', { action: 'MOCK', body: '{"id":9223372036854775807,"of":[1.5,null]}' }],
    ['com.example.Echo:1.0@dubbo', { action: 'MOCK', body: `${'['.repeat(50)}${']'.repeat(50)}` }],
    ['Demo.Echo.Obj@tars', { action: 'RETURN_NULL' }],
    ['Demo.Echo.Obj@tars', { action: 'MOCK', body: '{"0":"off","1":[{"0":1}]}' }],
    ['com.example.Echo@dubbo-thrift', { action: 'RETURN_NULL' }],
    ['com.example.Echo@dubbo-thrift', { action: 'MOCK', body: '{"0":{"lst":["i32",1,7]}}' }],
    [HOST, { action: 'MOCK', body: ' "off"\n' }],
    [HOST, { action: 'MOCK', body: '<off/>', headers: { 'Content-Type': 'application/xml' } }],
    [HOST, { action: 'MOCK', body: '{"a":1}\n{', headers: { 'content-type': 'application/json-seq' } }],
    [HOST, { action: 'MOCK', body: '', headers: { 'content-type': 'text/plain' } }],
    [HOST, { action: 'RETURN_NULL', body: '{' }],
    [HOST, { action: 'REJECT', body: '{' }],
  ])('for %s may make answers up', (service, spec) => {
    expect(checkDowngradeBody({ ...BODY, services: [service], methods: ['a'], spec }, WRITER).kind).toBe('ok');
  });

  const JSON_HEADER = [['content-type', 'application/json']];
  const hex = (text: string) => Buffer.from(text).toString('hex');
  test.each([
    ['a.B@grpc', 'Get', PROTO, '{"a":1}', hex('{"a":1}')],
    ['a.B@grpc', '*', { action: 'RETURN_NULL' }, '{}', ''],
    ['a.B:1.0@tri', 'get', PROTO, '{"a":1}', hex('{"a":1}')],
    ['a.B@tri', '*', { action: 'RETURN_NULL', tripleInterface: 'PROTO' }, '{}', ''],
    ['a.B@tri', '*', { action: 'RETURN_NULL', tripleInterface: 'JAVA' }, 'null', hex('java null')],
    ['a.B@tri', '*', { action: 'MOCK', tripleInterface: 'JAVA', body: '[1]' }, '[1]', hex('java [1]')],
  ])('for %s.%s become messages, and JSON for those who ask over HTTP', (service, method, spec, body, message) => {
    const asked = { ...BODY, enabled: true, services: [service], methods: [method], spec };
    const checked = checkDowngradeBody(asked, WRITER);
    if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
    const document = toDowngradeDocument('a', [{ ruleDbId: 1, body: checked.body }], WRITER);
    const { value } = parseConfig(JSON.parse(JSON.stringify(document)), downgradeDocumentSchema);
    const { set, ask } = start(...value.downgradeRules);
    const called = method === '*' ? 'any' : method;
    const name = service.replace(/@grpc$/, '');
    const call = describedRequest({ protocol: 'grpc', service: name, method: called, path: `/a.B/${called}` });
    const answer = ask(call).decision.rejection?.answer;
    expect(answer).toMatchObject({ body, headers: JSON_HEADER });
    expect(answer?.messages?.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual([message]);
    expect(set.explain(RuleDirection.CLIENT, call)[0]?.effect).toMatchObject({ kind: 'answer', hasMessages: true });
  });

  test('survive the way through the document', () => {
    const rules = [
      {
        ...BODY,
        enabled: true,
        services: [HELLO, '*'],
        methods: ['a', '*'],
        conditions: [equal('u', 'v', 'HEADER')],
        spec: { status: 500, message: 'm' },
      },
      {
        ...BODY,
        mode: 'OBSERVE',
        services: [HOST],
        methods: ['GET /a/*'],
        spec: { action: 'MOCK', body: '[]', headers: { a: 'b' }, logLevel: 'WARN' },
      },
    ].map((input, index) => {
      const checked = checkDowngradeBody(input, WRITER);
      if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
      return { ruleDbId: index + 1, body: checked.body };
    });
    const text = JSON.stringify(toDowngradeDocument('a', rules, WRITER));
    expect(fromDowngradeDocument(parseConfig(JSON.parse(text), downgradeDocumentSchema).value)).toEqual(rules);
  });
});

test('agrees with a search through all rules', () => {
  const wild = fc.record({
    method: fc.option(fc.constantFrom('a', 'b')),
    user: fc.option(fc.constantFrom('x', 'y')),
    acts: fc.boolean(),
    enabled: fc.boolean(),
  });
  const call = fc.record({ method: fc.constantFrom('a', 'b', 'c'), user: fc.constantFrom('', 'x', 'y') });
  fc.assert(
    fc.property(fc.array(wild, { maxLength: 25 }), fc.array(call, { maxLength: 6 }), (wilds, calls) => {
      const rules = wilds.map(({ method, user, acts, enabled }, index) => ({
        ruleDbId: index + 1,
        enabled,
        actions: [{ enabled: acts }],
        conditions: [
          SERVICE,
          ...(method === null ? [] : [equal('destination.method.name', method)]),
          ...(user === null ? [] : [equal('user', user, 'HEADER')]),
        ],
      }));
      const { ask } = start(...rules);
      for (const { method, user } of calls) {
        const refused = wilds.some(
          (item) =>
            item.enabled &&
            item.acts &&
            (item.method === null || item.method === method) &&
            (item.user === null || item.user === user),
        );
        expect(ask(bolt({ method, headers: user === '' ? {} : { user } })).verdict).toBe(refused ? REJECT : PASS);
      }
    }),
    { seed: 3, numRuns: 200 },
  );
});

const folder = new URL('./examples/', import.meta.url);
test('there are examples', () => expect(exampleFiles(folder).length).toBeGreaterThanOrEqual(3));
test.each(exampleFiles(folder))('example %s does what it says', (file) => {
  playExample(
    new URL(file, folder),
    downgrade,
    (input) => checkDowngradeBody(input, WRITER),
    (app, rules) => toDowngradeDocument(app, rules, WRITER),
  );
});
