import { fuseDocumentSchema, parseDocument } from '@weft/schema/wire';
import { UNKNOWN_NODE } from '@weft/sdk';
import { expect, test } from 'vitest';
import { compileFuses } from './compile.ts';
import { checkFuseBody } from './index.ts';

const rule = (more: object): string =>
  JSON.stringify({ fuseRules: [{ ruleDbId: 1, threshold: 50, services: ['I:1.0@DEFAULT'], ...more }] });
const R = 'fuseRules[0]';

/** Documents that are refused: text, place, value as it is shown, a part of what was expected. */
test.each<[string, string, string, string | undefined, RegExp]>([
  ['rules that are an object', '{"fuseRules":{}}', 'fuseRules', 'an empty object', /list/],
  ['no rule id', '{"fuseRules":[{"threshold":1,"services":["*"]}]}', `${R}.ruleDbId`, undefined, /whole number/],
  ['no threshold', '{"fuseRules":[{"ruleDbId":1,"services":["*"]}]}', `${R}.threshold`, undefined, /number/],
  ['a threshold that is a text', rule({ threshold: 'x' }), `${R}.threshold`, '"x"', /number/],
  ['no per cent', rule({ threshold: 0 }), `${R}.threshold`, '0', /above 0/],
  ['too many per cent', rule({ threshold: 101 }), `${R}.threshold`, '101', /at most 100/],
  ['a ratio above 1', rule({ threshold: 1.5, thresholdUnit: 'ratio' }), `${R}.threshold`, '1.5', /at most 1/],
  ['no response time', rule({ triggerType: 'avgRt', threshold: 0.5 }), `${R}.threshold`, '0.5', /from 1/],
  [
    'no per cent of a zone',
    rule({ zoneSpec: [{ zone: 'a', threshold: 0 }] }),
    `${R}.zoneSpec[0].threshold`,
    '0',
    /above 0/,
  ],
  ['an unknown trigger', rule({ triggerType: 'slowest' }), `${R}.triggerType`, '"slowest"', /errorRatio/],
  ['an unknown unit', rule({ thresholdUnit: 'permille' }), `${R}.thresholdUnit`, '"permille"', /percent/],
  ['too short a window', rule({ triggerWindowMillis: 999 }), `${R}.triggerWindowMillis`, '999', /from 1000/],
  ['too long a window', rule({ triggerWindowMillis: 600_001 }), `${R}.triggerWindowMillis`, '600001', /600000/],
  ['no calls', rule({ floorRequestCount: 0 }), `${R}.floorRequestCount`, '0', /from 1/],
  ['half a call', rule({ floorRequestCount: 1.5 }), `${R}.floorRequestCount`, '1.5', /whole number/],
  ['no open time', rule({ meltWindowMillis: 0 }), `${R}.meltWindowMillis`, '0', /from 1000/],
  ['too long an open time', rule({ meltWindowMillis: 3_600_001 }), `${R}.meltWindowMillis`, '3600001', /3600000/],
  ['no probe', rule({ probeNum: 0 }), `${R}.probeNum`, '0', /from 1/],
  ['too many probes', rule({ probeNum: 1001 }), `${R}.probeNum`, '1001', /1000/],
  ['an unknown algorithm', rule({ meltAlgorithm: 'magic' }), `${R}.meltAlgorithm`, '"magic"', /classic/],
  ['an unknown recovery', rule({ recoveryAlgorithm: 'magic' }), `${R}.recoveryAlgorithm`, '"magic"', /classic/],
  ['codes that are texts', rule({ errorCodes: ['x'] }), `${R}.errorCodes[0]`, '"x"', /whole number/],
  ['an unknown mode', rule({ mode: 'FOO' }), `${R}.mode`, '"FOO"', /CONTROL/],
  ['an unknown direction', rule({ direction: 'UP' }), `${R}.direction`, '"UP"', /SERVER/],
  ['no service', rule({ services: [] }), `${R}.services`, undefined, /service/],
  ['a service without protocol', rule({ services: ['I:1.0'] }), `${R}.services[0]`, '"I:1.0"', /@/],
  ['a path that is no expression', rule({ methods: ['~('] }), `${R}.methods[0]`, '"~("', /regular expression/],
  ['a status of success', rule({ reject: { status: 200 } }), `${R}.reject.status`, '200', /400 to 599/],
])('%s is refused with place, value and expectation', (_name, text, path, value, expected) => {
  const parsed = parseDocument('d', text, fuseDocumentSchema);
  const problems =
    parsed.kind === 'refused'
      ? parsed.problems
      : compileFuses([{ dataId: 'd', version: 1, value: parsed.value }], UNKNOWN_NODE).problems;
  expect(problems.map((problem) => problem.path)).toContain(path);
  const problem = problems.find((item) => item.path === path);
  expect(problem).toMatchObject({ file: 'd', expected: expect.stringMatching(expected) as string });
  expect(problem?.value).toBe(value);
});

test.each<[string, object, string]>([
  ['a name with a line end', { name: 'a\nb' }, 'name'],
  ['too many per cent', { spec: { threshold: 200 } }, 'spec.threshold'],
  ['a status of success', { spec: { threshold: 1, reject: { status: 200 } } }, 'spec.reject.status'],
  ['a service that is none', { services: ['*', 'x'] }, 'services[1]'],
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
  ['an unknown key', { spec: { threshold: 1, probes: 3 } }, 'spec.probes'],
])('a body with %s is refused at its own place', (_name, more, path) => {
  const checked = checkFuseBody({
    name: 'n',
    app: 'a',
    direction: 'SERVER',
    services: ['*'],
    spec: { threshold: 1 },
    ...more,
  });
  expect(checked.kind === 'refused' && checked.problems.map((problem) => problem.path)).toEqual([path]);
});
