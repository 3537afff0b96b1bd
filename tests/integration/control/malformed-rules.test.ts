import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const RULE = {
  name: 'qps',
  app: 'shop',
  services: ['details.bookinfo:9080@Http1'],
  spec: { threshold: 100 },
};
const rule = (change: object): object => ({ ...RULE, ...change });
const spec = (change: object): object => rule({ spec: { threshold: 100, ...change } });
const condition = (change: object): object =>
  rule({ conditions: [{ type: 'HEADER', field: 'user', operation: 'EQUAL', value: ['a'], ...change }] });
const scope = (change: object): object => rule({ scope: change });

/** Title, body, field that is named, and what is said of it: the value found and what was expected. */
type Row = readonly [title: string, body: unknown, field: string, message: RegExp];

const ROWS: readonly Row[] = [
  ['a list instead of a rule', [], '', /found .*expected .*object/],
  ['a text instead of a rule', 'rule', '', /found "rule".*object/],
  ['no name', rule({ name: undefined }), '/name', /missing.*expected/],
  ['an empty name', rule({ name: '' }), '/name', /found ""/],
  ['a name that is too long', rule({ name: 'n'.repeat(256) }), '/name', /255/],
  ['a number for a name', rule({ name: 5 }), '/name', /found 5.*expected/],
  ['no app', rule({ app: undefined }), '/app', /missing/],
  ['an app with an underscore in front of a blank', rule({ app: 'a b' }), '/app', /found "a b"/],
  ['an app that is too long', rule({ app: 'a'.repeat(129) }), '/app', /128/],
  ['an empty app', rule({ app: '' }), '/app', /found ""/],
  ['no services', rule({ services: undefined }), '/services', /missing/],
  ['an empty list of services', rule({ services: [] }), '/services', /found .*expected/],
  ['a text instead of services', rule({ services: 'a@Http1' }), '/services', /found "a@Http1".*expected/],
  [
    'a service without protocol',
    rule({ services: ['details.bookinfo:9080'] }),
    '/services/0',
    /position 21.*found "details/,
  ],
  ['a service with two protocols', rule({ services: ['a@b@Http1'] }), '/services/0', /found "a@b@Http1".*expected/],
  ['a wrong port in a service', rule({ services: ['a:99999@Http1'] }), '/services/0', /found "a:99999@Http1".*65535/],
  ['the second service is wrong', rule({ services: ['*', 'x'] }), '/services/1', /found "x"/],
  ['an empty service', rule({ services: [''] }), '/services/0', /found ""/],
  ['too many services', rule({ services: Array.from({ length: 101 }, (_, i) => `s${i}:1@Http1`) }), '/services', /100/],
  ['an unknown direction', rule({ direction: 'BOTH' }), '/direction', /found "BOTH".*SERVER/],
  ['a number for a direction', rule({ direction: 1 }), '/direction', /found 1/],
  ['an unknown mode', rule({ mode: 'DRY' }), '/mode', /found "DRY".*CONTROL.*OBSERVE/],
  ['a text for enabled', rule({ enabled: 'maybe' }), '/enabled', /found "maybe".*expected/],
  ['a number for enabled', rule({ enabled: 2 }), '/enabled', /found 2/],
  ['an unknown key', rule({ treshold: 5 }), '/treshold', /unknown key/],
  ['no spec', rule({ spec: undefined }), '/spec', /missing/],
  ['a list for a spec', rule({ spec: [] }), '/spec', /expected/],
  ['no threshold', rule({ spec: {} }), '/spec/threshold', /missing/],
  ['a threshold below zero', spec({ threshold: -1 }), '/spec/threshold', /found -1.*from 0/],
  ['a threshold with a fraction', spec({ threshold: 1.5 }), '/spec/threshold', /found 1\.5.*whole/],
  ['a threshold above 2^31', spec({ threshold: 2_147_483_648 }), '/spec/threshold', /found 2147483648.*2147483647/],
  ['a threshold that is no number', spec({ threshold: 'many' }), '/spec/threshold', /found "many"/],
  ['an unknown kind of threshold', spec({ thresholdType: 'qps' }), '/spec/thresholdType', /found "qps".*invokeTimes/],
  ['no unit of time', spec({ timeMs: 0 }), '/spec/timeMs', /found 0.*from 1/],
  ['a unit of time above an hour', spec({ timeMs: 3_600_001 }), '/spec/timeMs', /3600000/],
  ['a coefficient below zero', spec({ maxBurstRatio: -0.5 }), '/spec/maxBurstRatio', /found -0\.5/],
  ['a coefficient above its bound', spec({ maxBurstRatio: 1001 }), '/spec/maxBurstRatio', /1000/],
  ['a coefficient that is no number', spec({ maxBurstRatio: {} }), '/spec/maxBurstRatio', /expected/],
  ['a zone without a name', spec({ zoneSpec: [{ zone: '', threshold: 1 }] }), '/spec/zoneSpec/0/zone', /found ""/],
  ['a zone without a threshold', spec({ zoneSpec: [{ zone: 'Z' }] }), '/spec/zoneSpec/0/threshold', /missing/],
  ['an object for the zones', spec({ zoneSpec: { Z: 1 } }), '/spec/zoneSpec', /expected/],
  ['a status below 400', spec({ reject: { status: 200 } }), '/spec/reject/status', /found 200.*400/],
  ['a status above 599', spec({ reject: { status: 600 } }), '/spec/reject/status', /found 600.*599/],
  ['a message with a line feed', spec({ reject: { message: 'a\nb' } }), '/spec/reject/message', /control characters/],
  ['a message that is too long', spec({ reject: { message: 'x'.repeat(513) } }), '/spec/reject/message', /512/],
  ['an unknown kind of condition', condition({ type: 'COOKIE' }), '/conditions/0/type', /found "COOKIE".*SYSTEM/],
  ['a condition without a field', condition({ field: undefined }), '/conditions/0/field', /missing/],
  ['a field with a blank', condition({ field: 'a b' }), '/conditions/0/field', /found "a b".*blanks/],
  [
    'an unknown system field',
    condition({ type: 'SYSTEM', field: 'source.port' }),
    '/conditions/0/field',
    /source\.port/,
  ],
  ['an unknown comparison', condition({ operation: 'LIKE' }), '/conditions/0/operation', /found "LIKE".*EQUAL/],
  ['no value', condition({ value: [] }), '/conditions/0/value', /expected/],
  ['a value that is missing', condition({ value: undefined }), '/conditions/0/value', /missing/],
  [
    'an expression that does not close',
    condition({ operation: 'REGEX', value: ['(a'] }),
    '/conditions/0/value/0',
    /\(a/,
  ],
  [
    'an expression that looks around',
    condition({ operation: 'REGEX', value: ['(?=a)b'] }),
    '/conditions/0/value/0',
    /found.*expected/,
  ],
  [
    'an expression that refers back',
    condition({ operation: 'REGEX', value: ['(a)\\1'] }),
    '/conditions/0/value/0',
    /found.*expected/,
  ],
  ['33 conditions', rule({ conditions: new Array(33).fill({ field: 'user', value: ['a'] }) }), '/conditions', /32/],
  ['an object for the conditions', rule({ conditions: {} }), '/conditions', /expected/],
  ['a share above 100', scope({ percent: 101 }), '/scope/percent', /found 101.*100/],
  ['a share below 0', scope({ percent: -1 }), '/scope/percent', /found -1/],
  ['a text for the zones of the scope', scope({ zones: 7 }), '/scope/zones', /found 7/],
  ['labels as a list', scope({ labels: ['v1'] }), '/scope/labels', /expected/],
  ['an unknown key of the scope', scope({ zone: ['Z'] }), '/scope/zone', /unknown key/],
  ['an expression as method that does not close', rule({ methods: ['~(a'] }), '/methods/0', /~\(a/],
  ['an empty method', rule({ methods: [''] }), '/methods/0', /found ""/],
];

describe('a rule that is not one', () => {
  let plane: TestPlane;
  let token = '';
  beforeAll(async () => {
    plane = await startTestPlane({ ruleKinds });
    token = (await plane.admin.client.osp.createToken({ body: { name: 't' } })).secret;
  });
  afterAll(() => plane.stop());

  const send = (path: string, body: unknown): Promise<Response> =>
    fetch(`${plane.baseUrl}/openapi/v1/ms/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });

  test('there are sixty at least', () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(60);
  });

  test.each(ROWS)('%s: names the field, the value and what was expected', async (_title, body, field, message) => {
    const response = await send('rules/limit', body);
    const answer = (await response.json()) as { code: string; fields: { path: string; message: string }[] };
    expect([response.status, answer.code]).toEqual([400, 'INVALID']);
    expect(answer.fields.map(({ path }) => path)).toContain(field);
    const found = answer.fields.filter(({ path }) => path === field).map((item) => item.message);
    expect(found.join('\n')).toMatch(message);
    // The form asks by another way and must hear the same.
    const preview = await send('rules/limit:preview', body);
    expect(((await preview.json()) as { fields: unknown }).fields).toEqual(answer.fields);
  });

  test('nothing of it was stored or pushed', async () => {
    expect((await plane.admin.client.ms.listLimitRules()).total).toBe(0);
    expect(plane.plane.context.drm.list('000001')).toEqual([]);
  });
});
