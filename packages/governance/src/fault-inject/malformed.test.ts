import { parseConfig } from '@weft/schema';
import { faultDocumentSchema, parseDocument } from '@weft/schema/wire';
import { UNKNOWN_NODE } from '@weft/sdk';
import { expect, test } from 'vitest';
import { compileFaults } from './compile.ts';
import { checkFaultBody, fromFaultDocument, toFaultDocument } from './index.ts';

const rule = (more: object): string =>
  JSON.stringify({
    faultInjectRules: [{ ruleDbId: 1, services: ['I:1.0@DEFAULT'], faultInjectRuleItems: [{}], ...more }],
  });
const item = (more: object): string => rule({ faultInjectRuleItems: [more] });
const R = 'faultInjectRules[0]';
const I = `${R}.faultInjectRuleItems[0]`;

/** Documents that are refused: text, place, value as it is shown, a part of what was expected. */
test.each<[string, string, string, string | undefined, RegExp]>([
  ['rules that are an object', '{"faultInjectRules":{}}', 'faultInjectRules', 'an empty object', /list/],
  ['no fault', rule({ faultInjectRuleItems: [] }), `${R}.faultInjectRuleItems`, 'an empty list', /1/],
  ['an unknown fault', item({ ruleType: 'CRASH' }), `${I}.ruleType`, '"CRASH"', /ABORT/],
  ['a status of no protocol', item({ configs: { code: 99 } }), `${I}.configs.code`, '99', /200 to 599/],
  ['an informational status', item({ configs: { code: 100 } }), `${I}.configs.code`, '100', /200 to 599/],
  ['too large a status', item({ configs: { code: 600 } }), `${I}.configs.code`, '600', /200 to 599/],
  ['half a status', item({ configs: { code: 500.5 } }), `${I}.configs.code`, '500.5', /200 to 599/],
  ['an unknown status name', item({ configs: { code: 'BROKEN' } }), `${I}.configs.code`, '"BROKEN"', /UNAVAILABLE/],
  ['success by its name', item({ configs: { code: 'OK' } }), `${I}.configs.code`, '"OK"', /UNAVAILABLE/],
  ['a status that is a list', item({ configs: { code: [500] } }), `${I}.configs.code`, '[500]', /200 to 599/],
  ['no delay', item({ ruleType: 'DELAY' }), `${I}.configs.fixedDelay`, '0', /from 1/],
  ['too long a delay', item({ configs: { fixedDelay: 3_600_001 } }), `${I}.configs.fixedDelay`, '3600001', /3600000/],
  ['a negative share', item({ configs: { faultPercent: -1 } }), `${I}.configs.faultPercent`, '-1', /from 0 to 100/],
  ['too large a share', item({ configs: { faultPercent: 101 } }), `${I}.configs.faultPercent`, '101', /from 0 to 100/],
  ['an unknown action', item({ action: { type: 'KILL' } }), `${I}.action.type`, '"KILL"', /REJECT/],
  ['an unknown traffic type', rule({ trafficType: 'x' }), `${R}.trafficType`, '"x"', /i/],
  ['too long an expiry', rule({ ttlSeconds: 2_592_001 }), `${R}.ttlSeconds`, '2592001', /2592000/],
  [
    'a condition of the fault',
    item({ trafficConditions: [{ type: 'SYSTEM', field: 'moon', value: ['a'] }] }),
    `${I}.trafficConditions[0].field`,
    '"moon"',
    /source\.ip/,
  ],
  [
    'a condition of the rule',
    rule({ conditions: [{ type: 'SYSTEM', field: 'moon', value: ['a'] }] }),
    `${R}.conditions[0].field`,
    '"moon"',
    /source\.ip/,
  ],
  ['no service', rule({ services: [] }), `${R}.services`, undefined, /service/],
  ['a service without protocol', rule({ services: ['I:1.0'] }), `${R}.services[0]`, '"I:1.0"', /@/],
  ['a path that is no expression', rule({ methods: ['~('] }), `${R}.methods[0]`, '"~("', /regular expression/],
  ['an unknown mode', rule({ mode: 'FOO' }), `${R}.mode`, '"FOO"', /CONTROL/],
])('%s is refused with place, value and expectation', (_name, text, path, value, expected) => {
  const parsed = parseDocument('d', text, faultDocumentSchema);
  const problems =
    parsed.kind === 'refused'
      ? parsed.problems
      : compileFaults([{ dataId: 'd', version: 1, value: parsed.value }], UNKNOWN_NODE).problems;
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]).toMatchObject({ file: 'd', expected: expect.stringMatching(expected) as string });
  expect(problems[0]?.value).toBe(value);
});

const BODY = { name: 'n', app: 'a', direction: 'SERVER', services: ['*'], spec: {} };

test.each<[string, object, string]>([
  ['no delay', { spec: { ruleType: 'DELAY' } }, 'spec.fixedDelay'],
  ['a status of no protocol', { spec: { code: 42 } }, 'spec.code'],
  ['an unknown status name', { spec: { rpcStatus: 'NO' } }, 'spec.rpcStatus'],
  ['a condition', { conditions: [{ type: 'SYSTEM', field: 'moon', value: ['a'] }] }, 'conditions[0].field'],
  ['an unknown key', { spec: { delay: 3 } }, 'spec.delay'],
])('a body with %s is refused at its own place', (_name, more, path) => {
  const checked = checkFaultBody({ ...BODY, ...more });
  expect(checked.kind === 'refused' && checked.problems.map((problem) => problem.path)).toEqual([path]);
});

test('a body survives the way through the document', () => {
  const conditions = [{ type: 'HEADER', field: 'a', operation: 'EQUAL', value: ['b'] }];
  const bodies = [
    { ...BODY, enabled: true, conditions, spec: { rpcStatus: 'UNAVAILABLE', faultPercent: 12.5 } },
    { ...BODY, mode: 'OBSERVE', methods: ['GET /a', 'b'], spec: { ruleType: 'DELAY', fixedDelay: 9, ttlSeconds: 60 } },
  ].map((input) => {
    const checked = checkFaultBody(input);
    if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
    return checked.body;
  });
  const rules = bodies.map((body, index) => ({ ruleDbId: index + 1, body }));
  const document = parseConfig(JSON.parse(JSON.stringify(toFaultDocument('a', rules))), faultDocumentSchema).value;
  expect(fromFaultDocument(document)).toEqual(rules);
});
