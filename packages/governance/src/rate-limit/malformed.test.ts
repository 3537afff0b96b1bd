import { flowControlDocumentSchema, parseDocument } from '@weft/schema/wire';
import { UNKNOWN_NODE } from '@weft/sdk';
import { expect, test } from 'vitest';
import { compileLimits } from './compile.ts';
import { checkLimitBody } from './index.ts';

const GOOD = { ruleDbId: 1, threshold: 10, services: ['I:1.0@DEFAULT'] };
const rule = (more: object): string => JSON.stringify({ flowControlRules: [{ ...GOOD, ...more }] });
const condition = (more: object): string =>
  rule({ conditions: [{ type: 'HEADER', field: 'a', operation: 'EQUAL', value: ['x'], ...more }] });
const R = 'flowControlRules[0]';

/** Documents that are refused: text, place, value as it is shown, a part of what was expected. */
const MALFORMED: readonly (readonly [
  name: string,
  text: string,
  path: string,
  value: string | undefined,
  expected: RegExp,
])[] = [
  ['nothing', '', '', 'an empty text', /JSON object/],
  ['half of JSON', '{"flowControlRules":[', '', undefined, /JSON object/],
  ['a list', '[]', '', '[]', /JSON object/],
  ['null', 'null', '', 'null', /JSON object/],
  ['a number', '7', '', '7', /JSON object/],
  ['a text', '"x"', '', '"x"', /JSON object/],
  ['too much', `{"a":"${'x'.repeat(1_048_600)}"}`, '', expect.stringContaining('characters') as never, /1048576/],
  ['rules that are an object', '{"flowControlRules":{}}', 'flowControlRules', 'an empty object', /list/],
  ['rules that are a text', '{"flowControlRules":"x"}', 'flowControlRules', '"x"', /list/],
  ['a rule that is a number', '{"flowControlRules":[1]}', R, '1', /object/],
  ['a rule that is null', '{"flowControlRules":[null]}', R, 'null', /object/],
  ['an unknown type of app', '{"type":"COBOL"}', 'type', '"COBOL"', /SOFA/],
  ['enabled as a text', '{"enabled":"yes"}', 'enabled', '"yes"', /true or false/],
  ['an app name that is a number', '{"appName":1}', 'appName', '1', /text/],
  [
    'an app name that is too long',
    JSON.stringify({ appName: 'a'.repeat(200) }),
    'appName',
    expect.stringContaining('aaa') as never,
    /128/,
  ],
  ['no rule id', '{"flowControlRules":[{"threshold":1,"services":["*"]}]}', `${R}.ruleDbId`, undefined, /whole number/],
  ['a rule id that is a text', rule({ ruleDbId: '1' }), `${R}.ruleDbId`, '"1"', /whole number/],
  ['a negative rule id', rule({ ruleDbId: -1 }), `${R}.ruleDbId`, '-1', /not negative/],
  [
    'no threshold',
    '{"flowControlRules":[{"ruleDbId":1,"services":["*"]}]}',
    `${R}.threshold`,
    undefined,
    /whole number/,
  ],
  ['a threshold that is a text', rule({ threshold: 'x' }), `${R}.threshold`, '"x"', /whole number/],
  ['a negative threshold', rule({ threshold: -1 }), `${R}.threshold`, '-1', /from 0/],
  ['half a request', rule({ threshold: 0.5 }), `${R}.threshold`, '0.5', /whole number/],
  ['too large a threshold', rule({ threshold: 2_147_483_648 }), `${R}.threshold`, '2147483648', /2147483647/],
  ['no time', rule({ timeMs: 0 }), `${R}.timeMs`, '0', /from 1/],
  ['too long a time', rule({ timeMs: 3_600_001 }), `${R}.timeMs`, '3600001', /3600000/],
  ['a time with a unit', rule({ timeMs: '1s' }), `${R}.timeMs`, '"1s"', /whole number/],
  ['a negative coefficient', rule({ maxBurstRatio: -0.1 }), `${R}.maxBurstRatio`, '-0.1', /from 0 to 1000/],
  ['too large a coefficient', rule({ maxBurstRatio: 1001 }), `${R}.maxBurstRatio`, '1001', /from 0 to 1000/],
  ['an unknown mode', rule({ mode: 'FOO' }), `${R}.mode`, '"FOO"', /CONTROL/],
  ['a mode that is a number', rule({ mode: 1 }), `${R}.mode`, '1', /CONTROL/],
  [
    'an unknown kind of limit',
    rule({ thresholdType: 'bandwidth' }),
    `${R}.thresholdType`,
    '"bandwidth"',
    /invokeTimes/,
  ],
  ['an unknown direction', rule({ direction: 'UP' }), `${R}.direction`, '"UP"', /SERVER/],
  ['an address that is none', rule({ scope: { ips: ['10.0.0.7', 'x'] } }), `${R}.scope.ips[1]`, '"x"', /an address/],
  ['a network too small', rule({ scope: { ips: ['10.0.0.0/99'] } }), `${R}.scope.ips[0]`, '"10.0.0.0/99"', /network/],
  ['a label without a name', rule({ scope: { labels: { '': '' } } }), `${R}.scope.labels`, '""', /1 character/],
  ['a share of nobody', rule({ scope: { percent: 0 } }), `${R}.scope.percent`, '0', /from 1/],
  ['services as a text', rule({ services: 'I:1.0@DEFAULT' }), `${R}.services`, '"I:1.0@DEFAULT"', /list/],
  ['no service', rule({ services: [] }), `${R}.services`, undefined, /service/],
  ['an empty service', rule({ services: [''] }), `${R}.services[0]`, '""', /character/],
  ['a service without protocol', rule({ services: ['*', 'I:1.0'] }), `${R}.services[1]`, '"I:1.0"', /@/],
  ['a service without version', rule({ services: ['I@DEFAULT'] }), `${R}.services[0]`, '"I@DEFAULT"', /version/],
  ['a service with a blank', rule({ services: ['a b:80@Http1'] }), `${R}.services[0]`, '"a b:80@Http1"', /host/],
  [
    'too many services',
    rule({ services: Array.from({ length: 101 }, () => '*') }),
    `${R}.services`,
    'a list of 101',
    /100/,
  ],
  ['no method', rule({ methods: [] }), `${R}.methods`, 'an empty list', /1/],
  ['a method with a blank', rule({ methods: ['*', 'a b'] }), `${R}.methods[1]`, '"a b"', /method name/],
  ['a method with a star in it', rule({ methods: ['get*'] }), `${R}.methods[0]`, '"get*"', /alone/],
  ['a path with a star in it', rule({ methods: ['GET /a/*/b'] }), `${R}.methods[0]`, '"GET /a/*/b"', /end only/],
  ['a path with a query', rule({ methods: ['/a?b=1'] }), `${R}.methods[0]`, '"/a?b=1"', /no query/],
  ['a verb without a path', rule({ methods: ['GET a'] }), `${R}.methods[0]`, '"GET a"', /path/],
  ['an empty expression of a path', rule({ methods: ['~'] }), `${R}.methods[0]`, '"~"', /regular expression/],
  ['a path that is no expression', rule({ methods: ['~('] }), `${R}.methods[0]`, '"~("', /regular expression/],
  ['a path with look-ahead', rule({ methods: ['GET ~^/(?=a)'] }), `${R}.methods[0]`, '"GET ~^/(?=a)"', /look-around/],
  ['a wire path that is no expression', rule({ httpPath: '[' }), `${R}.httpPath`, '"["', /regular expression/],
  ['conditions that are an object', rule({ conditions: {} }), `${R}.conditions`, 'an empty object', /list/],
  [
    'too many conditions',
    rule({ conditions: Array.from({ length: 33 }, () => ({ field: 'a', value: ['x'] })) }),
    `${R}.conditions`,
    'a list of 33',
    /32/,
  ],
  ['an unknown kind of condition', condition({ type: 'BODY' }), `${R}.conditions[0].type`, '"BODY"', /SYSTEM/],
  ['an unknown operation', condition({ operation: 'LIKE' }), `${R}.conditions[0].operation`, '"LIKE"', /EQUAL/],
  ['an empty field', condition({ field: '' }), `${R}.conditions[0].field`, '""', /name/],
  ['a field with a blank', condition({ field: 'a b' }), `${R}.conditions[0].field`, '"a b"', /blanks/],
  ['no value', condition({ value: [] }), `${R}.conditions[0].value`, 'an empty list', /1/],
  ['a value that is no list', condition({ value: 'x' }), `${R}.conditions[0].value`, '"x"', /list/],
  ['a value that is a number', condition({ value: [1] }), `${R}.conditions[0].value[0]`, '1', /text/],
  ['two values for EQUAL', condition({ value: ['a', 'b'] }), `${R}.conditions[0].value`, '"a list of 2"', /one value/],
  [
    'a broken expression',
    condition({ operation: 'REGEX', value: ['('] }),
    `${R}.conditions[0].value[0]`,
    '"("',
    /regular expression/,
  ],
  [
    'a back-reference',
    condition({ operation: 'REGEX', value: ['(a)\\1'] }),
    `${R}.conditions[0].value[0]`,
    '"(a)\\\\1"',
    /back-references/,
  ],
  [
    'an unknown system field',
    condition({ type: 'SYSTEM', field: 'moon.phase' }),
    `${R}.conditions[0].field`,
    '"moon.phase"',
    /source\.ip/,
  ],
  [
    'no network',
    condition({ type: 'SYSTEM', field: 'source.ip', operation: 'IN', value: ['10.0.0.0/33'] }),
    `${R}.conditions[0].value[0]`,
    '"10.0.0.0/33"',
    /network/,
  ],
  ['a share above 100', rule({ scope: { percent: 101 } }), `${R}.scope.percent`, '101', /from 1 to 100/],
  ['a scope that is a list', rule({ scope: [] }), `${R}.scope`, 'an empty list', /object/],
  ['zones as a text', rule({ scope: { zones: 'a' } }), `${R}.scope.zones`, '"a"', /list/],
  ['labels that are no texts', rule({ scope: { labels: { a: 1 } } }), `${R}.scope.labels.a`, '1', /text/],
  [
    'a zone without threshold',
    rule({ zoneSpec: [{ zone: 'a' }] }),
    `${R}.zoneSpec[0].threshold`,
    undefined,
    /whole number/,
  ],
  ['a zone without name', rule({ zoneSpec: [{ threshold: 1 }] }), `${R}.zoneSpec[0].zone`, undefined, /text/],
  ['a status of success', rule({ reject: { status: 200 } }), `${R}.reject.status`, '200', /400 to 599/],
  [
    'a message of two lines',
    rule({ reject: { message: 'a\nb' } }),
    `${R}.reject.message`,
    '"a\\nb"',
    /control characters/,
  ],
  ['a resource that is none', rule({ services: [], Resource: { name: 'x' } }), `${R}.Resource.name`, '"x"', /service/],
  [
    'a resource of no service',
    rule({ services: [], Resource: { name: 'x:i:r' } }),
    `${R}.Resource.name`,
    '"x:i:r"',
    /service/,
  ],
  ['a resource without name', rule({ services: [], Resource: {} }), `${R}.services`, undefined, /Resource/],
];

test('there are sixty of them', () => {
  expect(MALFORMED.length).toBeGreaterThanOrEqual(60);
});

test.each(MALFORMED)('%s is refused with place, value and expectation', (_name, text, path, value, expected) => {
  const parsed = parseDocument('d', text, flowControlDocumentSchema);
  const problems =
    parsed.kind === 'refused'
      ? parsed.problems
      : compileLimits([{ dataId: 'd', version: 1, value: parsed.value }], UNKNOWN_NODE).problems;
  expect(problems.map((problem) => problem.path)).toContain(path);
  const problem = problems.find((item) => item.path === path);
  expect(problem).toMatchObject({
    file: 'd',
    expected: expect.stringMatching(expected) as string,
    message: expect.stringMatching(/./) as string,
  });
  if (value === undefined) expect(problem?.value).toBe(undefined);
  else expect(problem?.value).toEqual(value);
});

test.each<[string, object, string]>([
  ['an expression that does not compile', { methods: ['GET /a', '~('] }, 'methods[1]'],
  ['a service that is none', { services: ['*', 'x'] }, 'services[1]'],
  [
    'a condition',
    { conditions: [{ type: 'SYSTEM', field: 'x', operation: 'EQUAL', value: ['a'] }] },
    'conditions[0].field',
  ],
  ['a status of success', { spec: { threshold: 1, reject: { status: 200 } } }, 'spec.reject.status'],
  [
    'a zone twice',
    {
      spec: {
        threshold: 1,
        zoneSpec: ['a', 'b', 'a'].map((zone) => ({ zone, threshold: 2 })),
      },
    },
    'spec.zoneSpec[2].zone',
  ],
  ['a name of blanks', { name: '   ' }, 'name'],
  ['a name that begins with a blank', { name: ' a' }, 'name'],
  ['a name that ends with a blank', { name: 'a\u00a0' }, 'name'],
  ['a name that turns the text around', { name: 'a\u202eb' }, 'name'],
  ['a name of nothing that is seen', { name: '\u3164' }, 'name'],
  ['a name of a mark that stands on nothing', { name: '\u0301' }, 'name'],
  ['a name with a separator of lines', { name: 'a\u2028b' }, 'name'],
  ['an unknown key', { foo: 1 }, 'foo'],
  ['no spec', { spec: undefined }, 'spec'],
])('a body with %s is refused at its own place', (_name, more, path) => {
  const body = { name: 'n', app: 'a', direction: 'SERVER', services: ['*'], spec: { threshold: 1 }, ...more };
  const checked = checkLimitBody(body);
  expect(checked.kind === 'refused' && checked.problems.map((problem) => problem.path)).toEqual([path]);
});

test.each(['a', 'reviews qps', 'é', '评论限流', 'e\u0301', '🚦 red', '*', 'a'.repeat(255)])('%j is a name', (name) => {
  const checked = checkLimitBody({ name, app: 'a', direction: 'SERVER', services: ['*'], spec: { threshold: 1 } });
  expect(checked).toMatchObject({ kind: 'ok', body: { name } });
});
