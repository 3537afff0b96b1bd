import { parseConfig } from '@weft/schema';
import { mirrorDocumentSchema, parseDocument } from '@weft/schema/wire';
import { UNKNOWN_NODE } from '@weft/sdk';
import { expect, test } from 'vitest';
import { compileMirrors } from './compile.ts';
import { checkMirrorBody, fromMirrorDocument, toMirrorDocument } from './index.ts';

const rule = (more: object): string =>
  JSON.stringify({ mirrorRules: [{ ruleDbId: 1, services: ['I:1.0@DEFAULT'], targetCluster: 'shadow', ...more }] });
const addresses = (...targetAddresses: unknown[]): string => rule({ targetCluster: '', targetAddresses });
const R = 'mirrorRules[0]';

/** Documents that are refused: text, place, value as it is shown, a part of what was expected. */
test.each<[string, string, string, string | undefined, RegExp]>([
  ['rules that are an object', '{"mirrorRules":{}}', 'mirrorRules', 'an empty object', /list/],
  ['no service', rule({ services: [] }), `${R}.services`, undefined, /at least one service/],
  ['no target', rule({ targetCluster: '' }), `${R}.targetDataId`, undefined, /one of targetDataId/],
  [
    'two targets',
    rule({ targetAddresses: ['10.0.0.7:80'] }),
    `${R}.targetDataId`,
    'targetCluster, targetAddresses',
    /one of targetDataId/,
  ],
  ['a target that is no service', rule({ targetCluster: '', targetDataId: 'x' }), `${R}.targetDataId`, '"x"', /@/],
  ['a name as an address', addresses('shop:80'), `${R}.targetAddresses[0]`, '"shop:80"', /ip:port/],
  ['an address without port', addresses('10.0.0.7'), `${R}.targetAddresses[0]`, '"10.0.0.7"', /ip:port/],
  ['port 0', addresses('10.0.0.7:80', '10.0.0.7:0'), `${R}.targetAddresses[1]`, '"10.0.0.7:0"', /ip:port/],
  ['an address that is none', addresses('10.0.0.256:80'), `${R}.targetAddresses[0]`, '"10.0.0.256:80"', /ip:port/],
  ['IPv6 without brackets', addresses('fd00::7:80'), `${R}.targetAddresses[0]`, '"fd00::7:80"', /fd00::7/],
  ['101 %', rule({ percent: 101 }), `${R}.percent`, '101', /0 to 100/],
  ['no copy', rule({ amplification: 0 }), `${R}.amplification`, '0', /1 to 100/],
  ['101 copies', rule({ amplification: 101 }), `${R}.amplification`, '101', /1 to 100/],
  ['a bound of 0', rule({ maxPending: 0 }), `${R}.maxPending`, '0', /1 to/],
  ['a body of a gigabyte', rule({ maxBodyBytes: 2 ** 30 }), `${R}.maxBodyBytes`, '1073741824', /0 to 16777216/],
  ['a suffix with a blank', rule({ hostSuffix: ' x' }), `${R}.hostSuffix`, '" x"', /letters/],
  ['a header with a blank', rule({ stripHeaders: ['a b'] }), `${R}.stripHeaders[0]`, '"a b"', /token/],
  ['a header with a line end', rule({ addHeaders: { a: 'b\r\nc: d' } }), `${R}.addHeaders`, '"b\\r\\nc: d"', /control/],
  ['a name with a colon', rule({ addHeaders: { 'a:b': 'c' } }), `${R}.addHeaders`, '"a:b"', /token/],
  ...[
    'Content-Length',
    'transfer-encoding',
    'Host',
    'connection',
    'TE',
    'upgrade',
    'keep-alive',
    'trailer',
    'proxy-connection',
    'Proxy-Authorization',
  ].map((name): [string, string, string, string, RegExp] => [
    `a header ${name}`,
    rule({ addHeaders: { [name]: '5' } }),
    `${R}.addHeaders`,
    JSON.stringify(name),
    /not about framing/,
  ]),
  ['broadcast as a text', rule({ broadcast: 'yes' }), `${R}.broadcast`, '"yes"', /true or false/],
])('%s is refused with place, value and expectation', (_name, text, path, value, expected) => {
  const parsed = parseDocument('d', text, mirrorDocumentSchema);
  const problems =
    parsed.kind === 'refused'
      ? parsed.problems
      : compileMirrors([{ dataId: 'd', version: 1, value: parsed.value }], UNKNOWN_NODE).problems;
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]).toMatchObject({ file: 'd', expected: expect.stringMatching(expected) as string });
  expect(problems[0]?.value).toBe(value);
});

const BODY = { name: 'n', app: 'a', services: ['I:1.0@DEFAULT'], spec: { targetCluster: 'shadow' } };

test.each<[string, object, string]>([
  ['a watching mode', { mode: 'OBSERVE' }, 'mode'],
  ['a service that is none', { services: ['*', 'x'] }, 'services[1]'],
  ['no target', { spec: {} }, 'spec.targetDataId'],
  ['an address that is none', { spec: { targetAddresses: ['shop:80'] } }, 'spec.targetAddresses[0]'],
  ['a header with a line end', { spec: { targetCluster: 'a', addHeaders: { a: '\n' } } }, 'spec.addHeaders'],
  [
    'a header of framing',
    { spec: { targetCluster: 'a', addHeaders: { a: 'b', 'content-length': '5' } } },
    'spec.addHeaders',
  ],
  ['an unknown key', { spec: { targetCluster: 'a', target: 'b' } }, 'spec.target'],
])('a body with %s is refused at its own place', (_name, more, path) => {
  const checked = checkMirrorBody({ ...BODY, ...more });
  expect(checked.kind === 'refused' && checked.problems.map((problem) => problem.path)).toEqual([path]);
});

test.each(['10.0.0.7:80', '[fd00::7]:8080', '[::1]:1'])('%s is an address', (address) => {
  expect(checkMirrorBody({ ...BODY, spec: { targetAddresses: [address] } }).kind).toBe('ok');
});

test('a body survives the way through the document', () => {
  const bodies = [
    { ...BODY, enabled: true, services: ['I:1.0@DEFAULT', '*'], description: 'why' },
    {
      ...BODY,
      direction: 'CLIENT',
      methods: ['a', 'GET /b'],
      spec: { percent: 0.5, targetDataId: 'shop:80@Http1', amplification: 2, addHeaders: {}, stripHeaders: ['a'] },
    },
  ].map((input) => {
    const checked = checkMirrorBody(input);
    if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
    return checked.body;
  });
  const rules = bodies.map((body, index) => ({ ruleDbId: index + 1, body }));
  const document = parseConfig(JSON.parse(JSON.stringify(toMirrorDocument('a', rules))), mirrorDocumentSchema).value;
  expect(fromMirrorDocument(document)).toEqual(rules);
});
