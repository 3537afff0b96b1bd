import { RuleDirection, type RuleRequest, type RuleServices, UNKNOWN_NODE } from '@weft/sdk';
import { expect, test } from 'vitest';
import { conditionsText, describedRequest, FlowDetail, type MatchedEntry } from './index.ts';

const SERVICE = 'details.bookinfo:9080@Http1';

function detailAt(level: 'WARN' | 'INFO' | 'DEBUG') {
  const lines: string[] = [];
  const services: RuleServices = {
    slots: [],
    node: UNKNOWN_NODE,
    detail: () => level === 'DEBUG',
    writes: (_file, of) => level === 'DEBUG' || (level === 'INFO' && of !== 'DEBUG'),
    random: () => 0,
    log: (file, of, text) => void lines.push(`${file} [${of}] ${text}`),
  };
  return { detail: new FlowDetail(services), lines };
}

const request = (atMs: number): RuleRequest =>
  describedRequest({
    protocol: 'Http1',
    host: 'details.bookinfo:9080',
    method: 'GET',
    path: '/details/0',
    atMs,
    connectionId: 1921,
    headers: { 'sofa-traceid': '0a0b', user: 'a "b"' },
    system: { 'source.ip': '11.158.125.203', 'destination.app.name': 'details' },
  });

const ENTRIES: readonly MatchedEntry[] = [
  {
    program: {
      service: SERVICE,
      method: '*',
      direction: 'CLIENT',
      conditions: [],
      resource: `${SERVICE}:o:r`,
      conditionId: '',
      ruleDbId: 1,
      name: '',
      mode: 'CONTROL',
    },
    service: SERVICE,
    method: '*',
    conditions: [{ type: 'HEADER', field: 'User', operation: 'EQUAL', value: ['vip'] }],
    matchers: [],
  },
];

const BUSINESS_INFO =
  'flowcontrol-default.log [INFO] [1921,0a0b] [AcquireBusinessInfo] contextRefinedData=map[string]interface {}{"X-CALLER-IP":"11.158.125.203", "X-TARGET-APP":"details", "loadTest":false, "requestHeaders":map[string]string{"User":"a \\"b\\""}, "system.sourceApp":"", "system.sourceIp":"11.158.125.203", "system.targetApp":"details", "system.trafficType":"online", "system.uniqueId":""}';

test('at INFO one request a second says who calls', () => {
  const { detail, lines } = detailAt('INFO');
  for (const atMs of [1000, 1001, 1999]) detail.note(RuleDirection.CLIENT, request(atMs), ENTRIES);
  expect(lines).toEqual([BUSINESS_INFO]);
  detail.note(RuleDirection.CLIENT, request(2000), ENTRIES);
  expect(lines).toEqual([BUSINESS_INFO, BUSINESS_INFO]);
});

test('at DEBUG every request does, and what it asks for', () => {
  const { detail, lines } = detailAt('DEBUG');
  for (const atMs of [1000, 1001]) detail.note(RuleDirection.CLIENT, request(atMs), ENTRIES);
  const one = [
    `flowcontrol-default.log [DEBUG] [1921,0a0b] [ParseResource] resource:&base.ResourceWrapper{name:"${SERVICE}:o:r", classification:2, flowType:1},sourceIp:11.158.125.203,targetApp:details,test:false,resType:2,trafficType:1`,
    BUSINESS_INFO,
    `flowcontrol-default.log [DEBUG] [1921,0a0b] [match] resource:${SERVICE}:o:r,key:${SERVICE}.*:o:r,conditions:[]`,
  ];
  expect(lines).toEqual([...one, ...one]);
});

test('above INFO nothing is made', () => {
  const { detail, lines } = detailAt('WARN');
  detail.note(RuleDirection.SERVER, request(1000), ENTRIES);
  expect(lines).toEqual([]);
});

test('conditions are shown as a list', () => {
  expect(
    conditionsText([
      { type: 'SYSTEM', field: 'source.ip', operation: 'IN', value: ['10.0.0.1', '10.0.0.2'] },
      { type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['vip'] },
    ]),
  ).toBe('[{SYSTEM source.ip IN [10.0.0.1 10.0.0.2]} {HEADER user EQUAL [vip]}]');
});
