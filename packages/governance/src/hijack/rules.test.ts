import { parseConfig } from '@weft/schema';
import { hijackDocumentSchema, parseDocument } from '@weft/schema/wire';
import { RuleDirection, UNKNOWN_NODE } from '@weft/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describedRequest, type RequestDescription } from '../common/index.ts';
import { exampleFiles, PASS, playExample, REJECT, startRules } from '../common/test-rules.ts';
import { compileHijacks } from './compile.ts';
import { checkHijackBody, fromHijackDocument, hijack, toHijackDocument } from './index.ts';

const http = (atMs: number, more: Partial<RequestDescription> = {}) =>
  describedRequest({ protocol: 'Http1', host: 'a', method: 'GET', path: '/', localPort: 8080, atMs, ...more });
const rule = (more: object = {}) => ({ ruleDbId: 1, port: 8080, maxRequests: 100, ...more });

test('a hundred a second of three hundred reach the app', () => {
  const { ask } = startRules(hijack, [rule()]);
  let passed = 0;
  for (let i = 0; i < 3000; i++) if (ask(http((i * 10) / 3)).verdict === PASS) passed++;
  // Ten seconds, and the full bucket of the beginning.
  expect(Math.abs(passed - 1100)).toBeLessThanOrEqual(3);
});

test('a refusal: its word, the seconds to wait, its line', () => {
  const { ask, lines } = startRules(hijack, [rule({ ruleDbId: 12, maxRequests: 1 })]);
  expect([ask(http(0)).verdict, ask(http(0, { localPort: 80 })).verdict]).toEqual([PASS, PASS]);
  const refused = ask(http(1));
  expect(refused.decision.rejection).toMatchObject({ word: 'hijack', ruleDbId: 12 });
  expect(refused.decision.retryAfterSeconds).toBe(1);
  expect(lines).toEqual([
    'flowcontrol-block-stat.log [ERROR] [flow blocked] |a@Http1:i:r|HijackSlot|0|<nil>|maxPermits:1storedPermits:0genPermits:0permits:1|{"ruleDbId":12,"port":8080,"maxRequests":1,"unit":"perSecond","mode":"CONTROL"}|',
  ]);
});

test('what an earlier limit gave is given back when a later one refuses; watching ones refuse nothing', () => {
  const { ask, lines } = startRules(hijack, [
    rule({ maxRequests: 3 }),
    rule({ ruleDbId: 2, maxRequests: 1 }),
    rule({ ruleDbId: 3, maxRequests: 1, mode: 'OBSERVE' }),
  ]);
  expect(Array.from({ length: 5 }, () => ask(http(0)).ruleDbId)).toEqual([0, 2, 2, 2, 2]);
  expect(lines.filter((line) => line.includes('[flow monitored]'))).toHaveLength(4);
});

test('explains by port', () => {
  const { set, ask } = startRules(hijack, [rule({ maxRequests: 1, name: 'n' })]);
  ask(http(0));
  const said = (localPort: number) => set.explain(RuleDirection.SERVER, http(0, { localPort }));
  expect(said(8080)).toMatchObject([{ verdict: 'reject', detail: 'port 8080, 0 of 1 requests a second left' }]);
  expect(said(80)).toMatchObject([
    {
      verdict: 'not_matched',
      matched: false,
      detail: 'port 8080, the request came to 80 (a)',
      conditions: [{ condition: 'REQUEST port EXACT [8080]', actual: '80 (a)', matched: false }],
    },
  ]);
  // A port that nobody knows is none: so it is for requests, too.
  expect(said(0)).toMatchObject([{ verdict: 'not_matched' }]);
  expect(ask(http(0, { localPort: 0 })).verdict).toBe(PASS);
});

test.each([
  ['that of the listener', { localPort: 8080, host: 'details.bookinfo' }, true],
  [
    'that of the host, whatever listener the proxy has for it',
    { localPort: 23_401, host: 'details.bookinfo:8080' },
    true,
  ],
  ['that of an IPv6 host', { localPort: 23_401, host: '[::1]:8080' }, true],
  ['another of the host', { localPort: 23_401, host: 'details.bookinfo:18080' }, false],
  ['none', { localPort: 0, host: 'details.bookinfo' }, false],
])('the port of a request is %s, in judgement and explanation alike', (_name, more, isFor) => {
  const { set, ask } = startRules(hijack, [rule({ maxRequests: 1 })]);
  ask(http(0));
  const expected = isFor ? 'reject' : 'not_matched';
  expect(set.explain(RuleDirection.SERVER, http(0, more))).toMatchObject([{ verdict: expected, matched: isFor }]);
  expect(ask(http(0, more)).verdict).toBe(isFor ? REJECT : PASS);
});

test('never has more in flight than the limit, whatever comes and goes', () => {
  const step = fc.record({ comes: fc.boolean(), pick: fc.nat(), port: fc.constantFrom(8080, 8081) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 80 }), (maxRequests, steps) => {
      const { ask } = startRules(hijack, [rule({ maxRequests, unit: 'concurrency' })]);
      const open: ReturnType<typeof ask>[] = [];
      for (const { comes, pick, port } of steps) {
        if (!comes && open.length > 0) open.splice(pick % open.length, 1)[0]?.end(1);
        else {
          const request = ask(http(0, { localPort: port }));
          const limited = port === 8080;
          expect(request.verdict).toBe(limited && open.length >= maxRequests ? REJECT : PASS);
          if (limited && request.verdict === PASS) open.push(request);
        }
      }
    }),
    { seed: 9, numRuns: 200 },
  );
});

const R = 'hijackRules[0]';
test.each<[string, object, string, string | undefined, RegExp]>([
  ['no port', { ruleDbId: 1, maxRequests: 1 }, `${R}.port`, undefined, /whole number/],
  ['port 0', rule({ port: 0 }), `${R}.port`, '0', /from 1/],
  ['too large a port', rule({ port: 65_536 }), `${R}.port`, '65536', /65535/],
  ['a port that is a text', rule({ port: 'http' }), `${R}.port`, '"http"', /whole number/],
  ['no maximum', { ruleDbId: 1, port: 1 }, `${R}.maxRequests`, undefined, /whole number/],
  ['a negative maximum', rule({ maxRequests: -1 }), `${R}.maxRequests`, '-1', /from 0/],
  ['too large a maximum', rule({ maxRequests: 2_147_483_648 }), `${R}.maxRequests`, '2147483648', /2147483647/],
  ['half a request', rule({ maxRequests: 0.5 }), `${R}.maxRequests`, '0.5', /whole number/],
  ['an unknown unit', rule({ unit: 'perHour' }), `${R}.unit`, '"perHour"', /perSecond/],
  ['the other direction', rule({ direction: 'CLIENT' }), `${R}.direction`, '"CLIENT"', /SERVER/],
  ['a service without protocol', rule({ services: ['x'] }), `${R}.services[0]`, '"x"', /@/],
  ['a status of success', rule({ reject: { status: 200 } }), `${R}.reject.status`, '200', /400 to 599/],
  ['an unknown mode', rule({ mode: 'FOO' }), `${R}.mode`, '"FOO"', /CONTROL/],
])('%s is refused with place, value and expectation', (_name, item, path, value, expected) => {
  const parsed = parseDocument('d', JSON.stringify({ hijackRules: [item] }), hijackDocumentSchema);
  const problems =
    parsed.kind === 'refused'
      ? parsed.problems
      : compileHijacks([{ dataId: 'd', version: 1, value: parsed.value }], UNKNOWN_NODE).problems;
  expect(problems.map((problem) => problem.path)).toEqual([path]);
  expect(problems[0]).toMatchObject({ file: 'd', expected: expect.stringMatching(expected) as string });
  expect(problems[0]?.value).toBe(value);
});

const BODY = { name: 'n', app: 'a', spec: { port: 80, maxRequests: 1 } };
test.each<[string, object, string]>([
  ['too large a maximum', { spec: { port: 80, maxRequests: 2_147_483_648 } }, 'spec.maxRequests'],
  ['another direction', { direction: 'CLIENT' }, 'direction'],
  ['a service that is none', { services: ['x'] }, 'services[0]'],
  ['a status of success', { spec: { port: 80, maxRequests: 1, reject: { status: 200 } } }, 'spec.reject.status'],
])('a body with %s is refused at its own place', (_name, more, path) => {
  const checked = checkHijackBody({ ...BODY, ...more });
  expect(checked.kind === 'refused' && checked.problems.map((problem) => problem.path)).toEqual([path]);
});

test('a body survives the way through the document', () => {
  const rules = [
    { ...BODY, enabled: true },
    { ...BODY, mode: 'OBSERVE', methods: ['GET /a', 'b'], spec: { port: 81, maxRequests: 2, unit: 'concurrency' } },
  ].map((input, index) => {
    const checked = checkHijackBody(input);
    if (checked.kind === 'refused') throw new Error(JSON.stringify(checked.problems));
    return { ruleDbId: index + 1, body: checked.body };
  });
  const text = JSON.stringify(toHijackDocument('a', rules));
  expect(fromHijackDocument(parseConfig(JSON.parse(text), hijackDocumentSchema).value)).toEqual(rules);
});

const folder = new URL('./examples/', import.meta.url);
test('there are examples', () => expect(exampleFiles(folder).length).toBeGreaterThanOrEqual(3));
test.each(exampleFiles(folder))('example %s does what it says', (file) => {
  playExample(new URL(file, folder), hijack, checkHijackBody, toHijackDocument);
});
