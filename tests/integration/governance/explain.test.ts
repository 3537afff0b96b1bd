import { extensions } from '@weft/app-proxy/extensions';
import { explainRequest, type RequestQuestion } from '@weft/proxy/update';
import { parseMosnConfig } from '@weft/schema';
import { expect, test } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';

const NAME = 'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.demo';

/** Asks what a listener on port 23401 does with a call of details. */
async function explain(
  attribute: string,
  value: object,
  question: Partial<RequestQuestion> = {},
  protocol = 'Http1',
  type: 'ingress' | 'egress' = 'ingress',
) {
  const document = configuration({
    listeners: [{ ...proxyListener({ type, protocol }), address: '127.0.0.1:23401' }],
    routes: [routesTo('target')],
    clusters: [cluster('target', [80])],
  });
  const documents = [
    { data_id: `${NAME}.${attribute},version=3.0@DRM`, version: 1, value: { appName: 'demo', ...value } },
  ];
  const { config } = parseMosnConfig({ ...document, governance: { app: 'demo', documents } });
  const [answer] = await explainRequest(config, extensions, {
    protocol: 'Http1',
    method: 'GET',
    authority: 'details.bookinfo:9080',
    path: '/details/0',
    scheme: '',
    service: '',
    headers: [],
    listener: '',
    ...question,
  });
  return answer;
}

test.each([
  [23_401, true],
  [9080, true],
  [9999, false],
])('a limit on port %i is for a request to the listener by name of its service: %s', async (port, matched) => {
  const answer = await explain('hijackRule', { hijackRules: [{ ruleDbId: 7, port, maxRequests: 1 }] });
  expect(answer?.rules).toMatchObject([{ ruleDbId: 7, matched, verdict: matched ? 'pass' : 'not_matched' }]);
  if (!matched)
    expect(answer?.rules[0]?.conditions).toEqual([
      {
        condition: 'REQUEST port EXACT [9999]',
        actual: '23401 (details.bookinfo:9080)',
        matched: false,
      },
    ]);
});

const conditions = [{ type: 'SYSTEM', field: 'source.ip', operation: 'IN', value: ['127.0.0.0/8'] }];
const listOf = (list: 'whiteListEnabled' | 'blackListEnabled') => ({
  rbacRules: [
    {
      service: 'details.bookinfo:9080@Http1',
      [list]: true,
      rules: [{ ruleDbId: 5, conditions, ...(list === 'whiteListEnabled' ? {} : { type: 'BLACKLIST' }) }],
    },
  ],
});

test.each([
  ['blackListEnabled', '127.0.0.1', 'reject'],
  ['blackListEnabled', '10.0.0.7', 'not_matched'],
  ['blackListEnabled', '', 'unknown'],
  ['whiteListEnabled', '127.0.0.1', 'pass'],
  ['whiteListEnabled', '10.0.0.7', 'reject'],
  ['whiteListEnabled', '', 'unknown'],
] as const)('%s of the loopback, and a caller at "%s": %s', async (list, sourceIp, verdict) => {
  const answer = await explain('rbacRule', listOf(list), { sourceIp });
  expect(answer?.rules).toMatchObject([
    { ruleDbId: 5, verdict, conditions: [{ actual: sourceIp === '' ? '(not said)' : sourceIp }] },
  ]);
});

test('that no rule of a whitelist matches is unknown while one of them may', async () => {
  const header = [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['ann'] }];
  const lists = {
    rbacRules: [
      {
        service: 'details.bookinfo:9080@Http1',
        whiteListEnabled: true,
        rules: [
          { ruleDbId: 5, conditions: header },
          { ruleDbId: 6, conditions },
        ],
      },
    ],
  };
  const verdicts = async (question: Partial<RequestQuestion>) =>
    (await explain('rbacRule', lists, question))?.rules.map(({ ruleDbId, verdict }) => [ruleDbId, verdict]);
  expect(await verdicts({})).toEqual([
    [5, 'unknown'],
    [6, 'unknown'],
  ]);
  expect(await verdicts({ sourceIp: '10.0.0.7' })).toEqual([
    [5, 'reject'],
    [6, 'not_matched'],
  ]);
  expect(await verdicts({ headers: [['user', 'ann']] })).toEqual([
    [5, 'pass'],
    [6, 'unknown'],
  ]);
});

test.each([
  ['Http1', 'Http1', undefined],
  ['Http2', 'gRPC', '8 RESOURCE_EXHAUSTED'],
  ['bolt', 'bolt', '4 SERVER_THREADPOOL_BUSY'],
  ['dubbo', 'dubbo', '40 BAD_REQUEST'],
  ['tars', 'tars', '-9 OVERLOAD'],
  ['dubbo-thrift', 'dubbo-thrift', '6 INTERNAL_ERROR'],
])('over %s a refused call of %s is answered with %s', async (protocol, asked, answer) => {
  const limit = { flowControlRules: [{ ruleDbId: 7, services: ['*'], threshold: 0, timeMs: 1000 }] };
  const question = asked === 'Http1' ? {} : { protocol: asked, path: '', service: 'a.B', method: 'c' };
  const [rule] = (await explain('flowControlRule', limit, question, protocol))?.rules ?? [];
  expect(rule).toMatchObject({ ruleDbId: 7, verdict: 'reject' });
  expect(rule?.answer).toBe(answer);
});

test.each([
  ['Http1', 'Http1', [undefined, undefined, undefined]],
  ['Http2', 'gRPC', ['14 UNAVAILABLE', '7 PERMISSION_DENIED', '5 NOT_FOUND']],
  ['tri', 'tri', ['14 UNAVAILABLE', '7 PERMISSION_DENIED', '5 NOT_FOUND']],
  ['bolt', 'bolt', ['4 SERVER_THREADPOOL_BUSY', '2 SERVER_EXCEPTION', '6 NO_PROCESSOR']],
  ['dubbo', 'dubbo', ['40 BAD_REQUEST', '80 SERVER_ERROR', '60 SERVICE_NOT_FOUND']],
  ['dubbo-thrift', 'dubbo-thrift', ['6 INTERNAL_ERROR', '6 INTERNAL_ERROR', '6 INTERNAL_ERROR']],
  ['tars', 'tars', ['-9 OVERLOAD', '-99 UNKNOWN', '-4 NO_SERVANT']],
])('over %s injected 503, 403 and NOT_FOUND answer %s with %s', async (protocol, asked, answers) => {
  const question = asked === 'Http1' ? {} : { protocol: asked, path: '', service: 'a.B', method: 'c' };
  for (const [index, code] of [503, 403, 'NOT_FOUND'].entries()) {
    const fault = { ruleDbId: 7, services: ['*'], faultInjectRuleItems: [{ configs: { code } }] };
    const answer = await explain('faultInjectRule', { faultInjectRules: [fault] }, question, protocol);
    expect(answer?.rules).toMatchObject([{ ruleDbId: 7, verdict: 'reject', effect: { kind: 'fault' } }]);
    expect(answer?.rules[0]?.answer).toBe(answers[index]);
  }
});

test.each([
  ['demo.Echo@grpc', { messages: ['CgNvZmY='] }, { detail: 'answered by the rule', answer: '0 OK' }],
  [
    'details.bookinfo:9080@Http2',
    {},
    {
      detail: 'answered with an error: the call is one of gRPC, and the rule has no message for it',
      answer: '14 UNAVAILABLE',
    },
  ],
])('a caller of gRPC is told what a rule for %s makes up, or why it is not', async (service, more, expected) => {
  const condition = { type: 'SYSTEM', field: 'destination.service.name', operation: 'EQUAL', value: [service] };
  const actions = [{ type: 'MOCK', extension: [{ body: '{"text":"off"}', ...more }] }];
  const rules = { downgradeRules: [{ ruleDbId: 7, conditions: [condition], actions }] };
  const call = { protocol: 'gRPC', service: 'demo.Echo', method: 'Say', path: '' };
  const answer = await explain('downgradeRule', rules, call, 'Http2', 'egress');
  expect(answer?.rules).toMatchObject([{ ruleDbId: 7, verdict: 'reject', ...expected }]);
});

test.each([
  ['tars', 'a.B@tars', '{"0":"off"}', '0 SUCCESS'],
  ['dubbo-thrift', 'a.B@dubbo-thrift', '{"0":{"str":"off"}}', undefined],
])('over %s a call is told that the rule answers it', async (protocol, service, body, said) => {
  const condition = { type: 'SYSTEM', field: 'destination.service.name', operation: 'EQUAL', value: [service] };
  const actions = [{ type: 'MOCK', extension: [{ body }] }];
  const rules = { downgradeRules: [{ ruleDbId: 7, conditions: [condition], actions }] };
  const call = { protocol, service: 'a.B', method: 'c', path: '' };
  const [rule] = (await explain('downgradeRule', rules, call, protocol, 'egress'))?.rules ?? [];
  expect(rule).toMatchObject({ ruleDbId: 7, verdict: 'reject', detail: 'answered by the rule' });
  expect(rule?.answer).toBe(said);
});
