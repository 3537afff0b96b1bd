/** Mappings are tried: over the interface, with no proxy and no traffic. */
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startTestPlane, type TestPlane } from '@weft/control/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const SPEC = {
  service: 'com.x.Users',
  version: '1.0',
  target: 'users@springcloud',
  methods: { 'get(long)': { httpMethod: 'GET', path: '/users/{0}', errors: { '409': 'com.x.Taken' } } },
} as const;
const mapping = { name: 'users', app: '*', spec: SPEC };

let plane: TestPlane;
beforeAll(async () => {
  plane = await startTestPlane({ ruleKinds });
});
afterAll(() => plane.stop());

test('each way, with an answer and with none', async () => {
  const { ms } = plane.admin.client;
  expect(
    await ms.tryMapping({
      body: {
        transcoder: 'http_dubbo',
        mapping,
        request: { method: 'GET', path: '/users/7' },
        answer: { body: '{"id":7}' },
      },
    }),
  ).toMatchObject({
    problem: '',
    request: { service: 'com.x.Users:1.0', method: 'get', types: ['long'], body: '[7]' },
    answer: { status: 200, body: '{"id":7}' },
  });
  expect(
    await ms.tryMapping({
      body: {
        transcoder: 'bolt_http',
        mapping,
        request: { method: 'get', body: '[7]' },
        answer: { status: 409, body: '{"message":"taken"}' },
      },
    }),
  ).toMatchObject({
    request: { method: 'GET', path: '/users/7' },
    answer: { exception: 'com.x.Taken', body: 'taken' },
  });
  expect(
    await ms.tryMapping({ body: { transcoder: 'dubbo_http', mapping, request: { method: 'put', body: '[]' } } }),
  ).toEqual({ request: null, answer: null, problem: 'transcode_request: put is no method of the mapping' });
  expect((await ms.listMappingRules({})).items).toEqual([]);
});

test('a mapping that is wrong is refused with its place, and one that a transcoder cannot use with what it needs', async () => {
  const { ms } = plane.admin.client;
  const request = { method: 'GET', path: '/users/7' };
  const wrong = { name: 'users', app: '*', spec: { ...SPEC, methods: { 'get(long)': { path: '/{1}' } } } };
  await expect(ms.tryMapping({ body: { transcoder: 'http_dubbo', mapping: wrong, request } })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('/mapping/spec/methods/get(long)/path') as string,
  });
  const untyped = { name: 'users', app: '*', spec: { ...SPEC, methods: { get: { path: '/users/{0}' } } } };
  const { problem } = await ms.tryMapping({ body: { transcoder: 'http_bolt', mapping: untyped, request } });
  expect(problem).toMatch(/methods\["get"\].*SOFARPC finds a method by the types/);
});

test('requests that proxies remember are not played by it', async () => {
  const { ms } = plane.admin.client;
  await expect(ms.backtestRule({ body: { rule: { ...mapping, type: 'MAPPING' } as never } })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('conversion mappings decide about no request') as string,
  });
});

test('why says that it is asked for by its name, and nothing about requests', async () => {
  const { ms } = plane.admin.client;
  const { ruleDbId } = await ms.createMappingRule({ body: { ...mapping, enabled: true } });
  const { findings } = await ms.whyRule({ query: { type: 'mapping', id: ruleDbId } });
  expect(findings.map(({ code, result }) => [code, result])).toEqual([
    ['warning.no-proxy', 'fail'],
    ['why.by-name', 'ok'],
  ]);
  await ms.deleteMappingRule({ params: { id: ruleDbId } });
});

test('the preview says what it does, and warns of methods without types', async () => {
  const { ms } = plane.admin.client;
  expect(await ms.previewMappingRule({ body: mapping })).toMatchObject({
    text: 'com.x.Users over HTTP at users@springcloud: 1 method',
  });
  const loose = { name: 'users', app: '*', spec: { service: 'com.x.Users', methods: { get: {} } } };
  const { warnings } = await ms.previewMappingRule({ body: loose });
  expect(warnings).toContainEqual(expect.stringContaining('no types of parameters for get'));
});

test('one for every application says which ones have their own instead, or would once it is on', async () => {
  const { ms } = plane.admin.client;
  const own = (body: object) => ms.createMappingRule({ body: { ...mapping, app: 'shop', enabled: true, ...body } });
  const said = async () => {
    const { warnings } = await ms.previewMappingRule({ body: mapping });
    return warnings.filter((text) => text.startsWith('without effect'));
  };
  const made = [
    await own({ app: 'other', spec: { ...SPEC, service: 'com.x.Others' }, name: 'others' }),
    await own({ app: 'off', name: 'mine', enabled: false }),
  ];
  const off =
    'without effect for off once a mapping of the application itself is on, which is off now and has this name, or is for this service, version and group';
  expect(await said()).toEqual([off]);
  made.push(await own({ app: 'shop', name: 'also', enabled: false }));
  expect(await said()).toEqual([off.replace('for off', 'for off, shop')]);
  made.push(await own({ name: 'mine' }), await own({ app: 'kiosk', spec: { ...SPEC, service: 'com.x.Others' } }));
  expect(await said()).toEqual([
    'without effect for kiosk, shop: a mapping of the application itself has this name, or is for this service, version and group',
    off,
  ]);
  for (const { ruleDbId: id } of made) await ms.deleteMappingRule({ params: { id } });
});

test('one for a service that another one is for is refused with the place where it was written', async () => {
  const { ms } = plane.admin.client;
  const first = await ms.createMappingRule({ body: { ...mapping, app: 'shop', name: 'first', enabled: true } });
  const second = { ...mapping, app: 'shop', name: 'second' };
  await expect(ms.createMappingRule({ body: { ...second, enabled: true } })).rejects.toMatchObject({
    status: 400,
    fields: [
      {
        path: '/spec/service',
        message:
          '"second": mapping first is for the same service, version and group (found "com.x.Users", expected one mapping for each that is on)',
      },
    ],
  });
  const off = await ms.createMappingRule({ body: second });
  for (const { ruleDbId: id } of [first, off]) await ms.deleteMappingRule({ params: { id } });
});
