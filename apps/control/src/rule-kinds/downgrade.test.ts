import { type Message, problemMessage } from '@weft/api';
import type { AnyRuleBody } from '@weft/control';
import { expect, it } from 'vitest';
import { downgradeRuleKind } from './downgrade.ts';

/** `echo.proto`: package demo; message Reply { string text = 1; }; service Echo { rpc Say(Reply) returns (Reply); }. */
const DESCRIPTOR_SET =
  'ClgKCmVjaG8ucHJvdG8SBGRlbW8iEwoFUmVwbHkSCgoEdGV4dBgBKAkyJwoERWNobxIfCgNTYXkSCy5kZW1vLlJlcGx5GgsuZGVtby5SZXBseWIGcHJvdG8z';

const check = (service: string, spec: object) =>
  downgradeRuleKind.check({ name: 'n', app: 'a', enabled: true, services: [service], methods: ['Say'], spec });

function detailsOf(service: string, spec: object): unknown {
  const checked = check(service, spec);
  if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
  const rules = [{ ruleDbId: 7, body: checked.body as AnyRuleBody, version: 1 }];
  const document = downgradeRuleKind.toDocument('a', rules) as {
    readonly downgradeRules: readonly { readonly actions: readonly { readonly extension: unknown }[] }[];
  };
  expect(downgradeRuleKind.documentProblems(JSON.stringify(document))).toEqual([]);
  return document.downgradeRules[0]?.actions[0]?.extension;
}

it('sends proxies the messages that it wrote by the descriptor set, and not the set', () => {
  const spec = { action: 'MOCK', body: '{"text":"off"}', descriptorSet: DESCRIPTOR_SET };
  const expected = { body: '{"text":"off"}', headers: {}, messages: ['CgNvZmY='] };
  expect(detailsOf('demo.Echo@grpc', spec)).toEqual([expected]);
  expect(detailsOf('demo.Echo:1.0@tri', spec)).toEqual([expected]);
  expect(detailsOf('demo.Echo@grpc', { action: 'RETURN_NULL' })).toEqual([{ body: '{}', messages: [''] }]);
});

it('sends what stands for null in a Java interface', () => {
  const spec = { action: 'RETURN_NULL', tripleInterface: 'JAVA' };
  const message = '0a086865737369616e3412014e1a106a6176612e6c616e672e4f626a656374';
  expect(detailsOf('demo.Echo@tri', spec)).toEqual([
    { body: 'null', tripleInterface: 'JAVA', messages: [Buffer.from(message, 'hex').toString('base64')] },
  ]);
});

it('says of what does not fit where it stands, what was found and what to do', () => {
  const spec = { action: 'MOCK', body: '{"text":1}', descriptorSet: DESCRIPTOR_SET };
  expect(check('demo.Echo@grpc', spec)).toEqual({
    kind: 'refused',
    problems: [
      {
        file: '',
        path: 'spec.body',
        value: '"{\\"text\\":1}"',
        message: 'no message of that type: demo.Reply.text: text expected, a number found',
        expected: 'the JSON of what the method returns, a demo.Reply',
      },
    ],
  });
});

it.each([
  [
    ['Say'],
    {},
    'spec.descriptorSet',
    'messages of gRPC are not described, so that no answer of demo.Echo@grpc can be written',
    'in base64 what `protoc --include_imports --descriptor_set_out=/dev/stdout FILE.proto` prints, or RETURN_NULL, or REJECT',
  ],
  [
    ['*'],
    { descriptorSet: DESCRIPTOR_SET },
    'methods[0]',
    'each method answers with messages of a type of its own',
    'the name of a method in place of `*`, and a rule for each type of answers',
  ],
  [
    ['Sa*'],
    { descriptorSet: DESCRIPTOR_SET },
    'methods[0]',
    '`*` within a method name',
    'the whole name of a method, one in each entry, or `*` alone for all methods',
  ],
])('says at %j of %j what to do, in other languages, too', (methods, more, path, message, expected) => {
  const spec = { action: 'MOCK', body: '{"text":"off"}', ...more };
  const checked = downgradeRuleKind.check({ name: 'n', app: 'a', services: ['demo.Echo@grpc'], methods, spec });
  expect(checked).toMatchObject({ kind: 'refused', problems: [{ path, message, expected }] });
  const said = problemMessage(`${message} (expected ${expected})`);
  expect(said?.params).toMatchObject({
    what: { id: expect.stringMatching(/^wrong/) },
    expected: { id: expect.stringMatching(/^expected/) },
  });
});

/** Parameters in words of ours that no other language would say. */
const unknownIn = ({ params }: Message): string[] =>
  Object.entries(params).flatMap(([name, value]) => {
    if (typeof value === 'object') return unknownIn(value);
    return ['what', 'why', 'wanted', 'found', 'fault'].includes(name) ? [String(value)] : [];
  });

it.each([
  ['{"text":1}', {}],
  ['{"text":{}}', {}],
  ['{"stars":1}', {}],
  ['[]', {}],
  ['"a"', {}],
  ['pong', {}],
  ['{"text":"a"', {}],
  ['{"text":"a","text":"b"}', {}],
  ['{}', { descriptorSet: 'AAAA' }],
  ['{}', { descriptorSet: '?' }],
  ['{}', { descriptorSet: DESCRIPTOR_SET.replace('BGRlbW8i', 'BGRlbW9i') }],
])('what is wrong with %j %j can be said in another language', (body, more) => {
  const checked = check('demo.Echo@grpc', { action: 'MOCK', body, descriptorSet: DESCRIPTOR_SET, ...more });
  if (checked.kind !== 'refused') throw new Error(`${body} was taken`);
  for (const { message, expected } of checked.problems) {
    const said = problemMessage(`${message} (expected ${expected})`);
    expect([message, said?.params['what']]).toEqual([message, expect.objectContaining({ params: expect.anything() })]);
    expect([message, said && unknownIn(said)]).toEqual([message, []]);
  }
});

it('sends fields of Tars and Thrift as the JSON that they were given in', () => {
  const tars = { action: 'MOCK', body: '{"0":[{"0":"Emma","1":4.5}],"1":1}' };
  expect(detailsOf('Demo.Ratings.RatingsObj@tars', tars)).toEqual([{ body: tars.body, headers: {} }]);
  const thrift = { action: 'MOCK', body: '{"0":{"i32":0}}' };
  expect(detailsOf('shop.Stock$Iface@dubbo-thrift', thrift)).toEqual([{ body: thrift.body, headers: {} }]);
  expect(detailsOf('shop.Stock$Iface@dubbo-thrift', { action: 'RETURN_NULL' })).toEqual([{}]);
});

it('says where in the fields of Tars and Thrift the fault is', () => {
  const problemOf = (service: string, body: string): unknown => {
    const checked = check(service, { action: 'MOCK', body });
    return checked.kind === 'refused' ? checked.problems.map(({ path, message }) => [path, message]) : [];
  };
  expect(problemOf('Demo.Ratings.RatingsObj@tars', '{"0":{"name":1}}')).toEqual([
    ['spec.body', 'no answer of Tars: $.0: "name" is no tag, 0 to 255'],
  ]);
  expect(problemOf('shop.Stock$Iface@dubbo-thrift', '{"0":{"i32":"5"}}')).toEqual([
    ['spec.body', 'no answer of Thrift: $.0.i32: a whole number of 32 bits expected, "5" found'],
  ]);
});
