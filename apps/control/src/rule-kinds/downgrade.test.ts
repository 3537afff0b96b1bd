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
