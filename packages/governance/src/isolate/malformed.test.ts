import { parseConfig } from '@weft/schema';
import { isolateDocumentSchema, parseDocument } from '@weft/schema/wire';
import { UNKNOWN_NODE } from '@weft/sdk';
import { expect, test } from 'vitest';
import { compileIsolations } from './compile.ts';
import { checkIsolateBody, fromIsolateDocument, toIsolateDocument } from './index.ts';

const rule = (more: object): string =>
  JSON.stringify({ faultToleranceRules: [{ ruleDbId: 1, leastExceptionRate: 20, ...more }] });
const R = 'faultToleranceRules[0]';

/** Documents that are refused: text, place, value as it is shown, a part of what was expected. */
test.each<[string, string, string, string | undefined, RegExp]>([
  ['rules that are an object', '{"faultToleranceRules":{}}', 'faultToleranceRules', 'an empty object', /list/],
  ['no rule id', '{"faultToleranceRules":[{"leastExceptionRate":1}]}', `${R}.ruleDbId`, undefined, /whole number/],
  ['no ratio', '{"faultToleranceRules":[{"ruleDbId":1}]}', `${R}.leastExceptionRate`, undefined, /number/],
  ['a ratio of 0', rule({ leastExceptionRate: 0 }), `${R}.leastExceptionRate`, '0', /above 0, at most 100/],
  ['a ratio above 100', rule({ leastExceptionRate: 101 }), `${R}.leastExceptionRate`, '101', /0 to 100/],
  ['a ratio as a text', rule({ leastExceptionRate: '20' }), `${R}.leastExceptionRate`, '"20"', /number/],
  ['a window of 1 s', rule({ timeWindow: 1 }), `${R}.timeWindow`, '1', /more than 1/],
  ['a window of 61 s', rule({ timeWindow: 61 }), `${R}.timeWindow`, '61', /1 to 60/],
  ['half a call', rule({ leastWindowCount: 0.5 }), `${R}.leastWindowCount`, '0.5', /whole number/],
  ['a negative multiple', rule({ exceptionRateMultiple: -1 }), `${R}.exceptionRateMultiple`, '-1', /0 to 1000/],
  ['a negative count', rule({ maxIpCount: -1 }), `${R}.maxIpCount`, '-1', /0 to 65535/],
  ['a share above 1', rule({ maxIpRatio: 1.5 }), `${R}.maxIpRatio`, '1.5', /0 to 1/],
  ['a recovery below 1 s', rule({ recoverTime: 999 }), `${R}.recoverTime`, '999', /1000 to/],
  ['a code that is a name', rule({ exceptionTypes: ['502'] }), `${R}.exceptionTypes[0]`, '"502"', /whole number/],
  ['an unknown side', rule({ direction: 'BOTH' }), `${R}.direction`, '"BOTH"', /CLIENT/],
  ['an unknown mode', rule({ mode: 'FOO' }), `${R}.mode`, '"FOO"', /CONTROL/],
  ['a service that is none', rule({ services: ['x'] }), `${R}.services[0]`, '"x"', /@/],
  [
    'an unknown system field',
    rule({ conditions: [{ type: 'SYSTEM', field: 'moon', value: ['a'] }] }),
    `${R}.conditions[0].field`,
    '"moon"',
    /source\.ip/,
  ],
])('%s is refused with place, value and expectation', (_name, text, path, value, expected) => {
  const parsed = parseDocument('d', text, isolateDocumentSchema);
  const problems =
    parsed.kind === 'refused'
      ? parsed.problems
      : compileIsolations([{ dataId: 'd', version: 1, value: parsed.value }], UNKNOWN_NODE).problems;
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]).toMatchObject({ file: 'd', expected: expect.stringMatching(expected) as string });
  expect(problems[0]?.value).toBe(value);
});

const BODY = { name: 'n', app: 'a', spec: { leastExceptionRate: 20 } };

test.each<[string, object, string]>([
  ['an unknown side', { direction: 'BOTH' }, 'direction'],
  ['a name with a line end', { name: 'a\nb' }, 'name'],
  ['a service that is none', { services: ['*', 'x'] }, 'services[1]'],
  ['a window of 1 s', { spec: { leastExceptionRate: 20, timeWindow: 1 } }, 'spec.timeWindow'],
  ['a window of 61 s', { spec: { leastExceptionRate: 20, timeWindow: 61 } }, 'spec.timeWindow'],
  ['a ratio of 0', { spec: { leastExceptionRate: 0 } }, 'spec.leastExceptionRate'],
  ['an unknown key', { spec: { leastExceptionRate: 20, rate: 1 } }, 'spec.rate'],
])('a body with %s is refused at its own place', (_name, more, path) => {
  const checked = checkIsolateBody({ ...BODY, ...more });
  expect(checked.kind === 'refused' && checked.problems.map((problem) => problem.path)).toEqual([path]);
});

test.each(['CLIENT', 'SERVER'])('the side %s comes back from its document as it was', (direction) => {
  const checked = checkIsolateBody({ ...BODY, direction });
  if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
  const document = parseConfig(
    toIsolateDocument('a', [{ ruleDbId: 7, body: checked.body }]),
    isolateDocumentSchema,
  ).value;
  expect(fromIsolateDocument(document)).toEqual([{ ruleDbId: 7, body: checked.body }]);
});

test.each([{ timeWindow: 1.5 }, { timeWindow: 60 }, { leastExceptionRate: 100 }])('%o is taken', (spec) => {
  expect(checkIsolateBody({ ...BODY, spec: { ...BODY.spec, ...spec } }).kind).toBe('ok');
});

test('a body survives the way through the document', () => {
  const bodies = [
    { ...BODY, enabled: true, services: ['I:1.0@DEFAULT', '*'], description: 'why' },
    {
      ...BODY,
      mode: 'MONITOR',
      methods: ['a', 'GET /b'],
      conditions: [{ field: 'destination.app.name', value: ['shop'] }],
      spec: { leastExceptionRate: 0.5, timeWindow: 1.5, maxIpRatio: 1, exceptionTypes: [502] },
    },
  ].map((input) => {
    const checked = checkIsolateBody(input);
    if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
    return checked.body;
  });
  const rules = bodies.map((body, index) => ({ ruleDbId: index + 1, body }));
  const document = parseConfig(JSON.parse(JSON.stringify(toIsolateDocument('a', rules))), isolateDocumentSchema).value;
  expect(fromIsolateDocument(document)).toEqual(rules);
});
