import { parseConfig } from '@weft/schema';
import { parseDocument, rbacDocumentSchema } from '@weft/schema/wire';
import { UNKNOWN_NODE } from '@weft/sdk';
import { expect, test } from 'vitest';
import { compileAuth } from './compile.ts';
import { checkAuthBody, fromAuthDocument, toAuthDocument } from './index.ts';

const entry = (more: object): string =>
  JSON.stringify({
    rbacRules: [{ service: 'I:1.0@DEFAULT', whiteListEnabled: true, rules: [{ ruleDbId: 1 }], ...more }],
  });
const rule = (more: object): string => entry({ rules: [{ ruleDbId: 1, ...more }] });
const E = 'rbacRules[0]';
const R = `${E}.rules[0]`;

/** Documents that are refused: text, place, value as it is shown, a part of what was expected. */
test.each<[string, string, string, string | undefined, RegExp]>([
  ['lists that are an object', '{"rbacRules":{}}', 'rbacRules', 'an empty object', /list/],
  ['no service', '{"rbacRules":[{"rules":[]}]}', `${E}.service`, undefined, /text/],
  ['a service without protocol', entry({ service: 'I:1.0' }), `${E}.service`, '"I:1.0"', /@/],
  ['an empty service', entry({ service: '' }), `${E}.service`, '""', /character/],
  ['a switch that is a text', entry({ whiteListEnabled: 'on' }), `${E}.whiteListEnabled`, '"on"', /true or false/],
  ['the other switch', entry({ blackListEnabled: 1 }), `${E}.blackListEnabled`, '1', /true or false/],
  ['deny as a text', entry({ defaultDeny: 'yes' }), `${E}.defaultDeny`, '"yes"', /true or false/],
  ['rules that are an object', entry({ rules: {} }), `${E}.rules`, 'an empty object', /list/],
  ['no rule id', entry({ rules: [{}] }), `${R}.ruleDbId`, undefined, /whole number/],
  ['an unknown list', rule({ type: 'GREY' }), `${R}.type`, '"GREY"', /WHITELIST/],
  ['an unknown mode', rule({ mode: 'FOO' }), `${R}.mode`, '"FOO"', /CONTROL/],
  ['no method', rule({ methods: [] }), `${R}.methods`, 'an empty list', /1/],
  ['a path that is no expression', rule({ methods: ['~('] }), `${R}.methods[0]`, '"~("', /regular expression/],
  [
    'an unknown system field',
    rule({ conditions: [{ type: 'SYSTEM', field: 'moon', value: ['a'] }] }),
    `${R}.conditions[0].field`,
    '"moon"',
    /source\.ip/,
  ],
  ['an address that is none', rule({ scope: { ips: ['x'] } }), `${R}.scope.ips[0]`, '"x"', /an address/],
  [
    'no network',
    rule({ conditions: [{ field: 'source.ip', operation: 'IN', value: ['10.0.0.0/99'] }] }),
    `${R}.conditions[0].value[0]`,
    '"10.0.0.0/99"',
    /network/,
  ],
  ['a status of success', rule({ reject: { status: 200 } }), `${R}.reject.status`, '200', /400 to 599/],
  ['a share above 100', rule({ scope: { percent: 101 } }), `${R}.scope.percent`, '101', /from 1 to 100/],
])('%s is refused with place, value and expectation', (_name, text, path, value, expected) => {
  const parsed = parseDocument('d', text, rbacDocumentSchema);
  const problems =
    parsed.kind === 'refused'
      ? parsed.problems
      : compileAuth([{ dataId: 'd', version: 1, value: parsed.value }], UNKNOWN_NODE).problems;
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]).toMatchObject({ file: 'd', expected: expect.stringMatching(expected) as string });
  expect(problems[0]?.value).toBe(value);
});

const BODY = { name: 'n', app: 'a', services: ['I:1.0@DEFAULT'], spec: {} };

test.each<[string, object, string]>([
  ['another direction', { direction: 'CLIENT' }, 'direction'],
  ['a name with a line end', { name: 'a\nb' }, 'name'],
  ['a service that is none', { services: ['*', 'x'] }, 'services[1]'],
  ['a path that is no expression', { methods: ['a', '~('] }, 'methods[1]'],
  ['a condition', { conditions: [{ type: 'SYSTEM', field: 'moon', value: ['a'] }] }, 'conditions[0].field'],
  ['a status of success', { spec: { reject: { status: 200 } } }, 'spec.reject.status'],
  ['an unknown key', { spec: { allow: true } }, 'spec.allow'],
])('a body with %s is refused at its own place', (_name, more, path) => {
  const checked = checkAuthBody({ ...BODY, ...more });
  expect(checked.kind === 'refused' && checked.problems.map((problem) => problem.path)).toEqual([path]);
});

test('a body survives the way through the document', () => {
  const bodies = [
    { ...BODY, enabled: true, services: ['I:1.0@DEFAULT', '*'], description: 'why', spec: { defaultDeny: true } },
    { ...BODY, mode: 'OBSERVE', methods: ['a', 'GET /b'], spec: { type: 'BLACKLIST', granularity: 'METHOD' } },
  ].map((input) => {
    const checked = checkAuthBody(input);
    if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
    return checked.body;
  });
  const rules = bodies.map((body, index) => ({ ruleDbId: index + 1, body }));
  const document = parseConfig(JSON.parse(JSON.stringify(toAuthDocument('a', rules))), rbacDocumentSchema).value;
  expect(fromAuthDocument(document)).toEqual(rules);
});
