import { ms, osp, type RouteContract, requestSchema } from '@weft/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiFailure } from '../http/index.ts';
import { toPattern } from './gateway.ts';
import { createValidator, invalidRequest, toPointer } from './validate.ts';

const read = (route: RouteContract, parts: { params?: object; query?: object; body?: unknown }) =>
  createValidator(route)({ params: { ...parts.params }, query: { ...parts.query }, body: parts.body });

describe('a request as its contract reads it', () => {
  test('numbers and truth values of a query are read, defaults filled', () => {
    const { query } = read(ms.routes.listServices, { query: { page: '3', noProvider: 'true', keyword: '7' } });
    expect(query).toMatchObject({ page: 3, size: 20, noProvider: true, keyword: '7' });
  });

  test('a rule gets its defaults', () => {
    const { body } = read(ms.routes.createLimitRule, {
      body: { name: 'n', app: 'a', services: ['*'], spec: { threshold: 5 } },
    });
    expect(body).toMatchObject({
      direction: 'SERVER',
      methods: ['*'],
      mode: 'CONTROL',
      enabled: false,
      spec: { timeMs: 1000, maxBurstRatio: 1 },
    });
  });

  test.each([{ x: 1 }, 'junk', null, [], 0, false])('of a call that takes no body, %j is refused', (body) => {
    const params = { id: '1' };
    expect(() => read(ms.routes.enableLimitRule, { params, body })).toThrow(ApiFailure);
    for (const nothing of [undefined, {}])
      expect(read(ms.routes.enableLimitRule, { params, body: nothing }).body).toBeUndefined();
  });

  const creating = Object.entries<RouteContract>(ms.routes).filter(([name]) => /^create\w+Rule$/.test(name));
  test('there are rules of ten types', () => expect(creating).toHaveLength(10));

  test.each(creating)('%s reads null as missing: the default, or refused where there is none', (_name, route) => {
    const outcome = (body: object): unknown => {
      try {
        return read(route, { body }).body;
      } catch (error) {
        return (error as ApiFailure).fields;
      }
    };
    const base = { name: 'n', app: 'a', services: ['*'], spec: { threshold: 5 } };
    const { properties = {}, required = [] } = requestSchema(route.body as object);
    for (const key of Object.keys(properties)) {
      const { [key as 'name']: _, ...without } = base;
      if (!required.includes(key)) expect([key, outcome({ ...base, [key]: null })]).toEqual([key, outcome(without)]);
      else
        expect(outcome({ ...base, [key]: null })).toContainEqual({
          path: `/${key}`,
          message: expect.stringContaining('null counts as missing'),
        });
    }
  });

  test('enumerated values of a rule are read in any case, and kept in that of the contract', () => {
    const body = { name: 'n', app: 'a', services: ['*'], spec: { threshold: 5 }, direction: 'client', mode: 'observe' };
    expect(read(ms.routes.createLimitRule, { body }).body).toMatchObject({ direction: 'CLIENT', mode: 'OBSERVE' });
  });

  test('headers of a simulation keep the names of their user', () => {
    const body = { direction: 'SERVER', app: 'a', service: 's', headers: { 'X-User': 'vip' } };
    expect(read(ms.routes.simulateRules, { body }).body).toMatchObject({ headers: { 'X-User': 'vip' } });
  });

  test('places in bodies are JSON pointers', () => {
    const body = {
      name: 'n',
      app: 'a',
      services: ['*'],
      spec: { threshold: 5, zoneSpec: [{ zone: 'z', threshold: -1 }] },
      conditions: [{ type: 'X', field: 'f', value: ['v'] }],
    };
    let fields: readonly { path: string }[] = [];
    try {
      read(ms.routes.createLimitRule, { body });
    } catch (error) {
      fields = (error as ApiFailure).fields;
    }
    expect(fields.map(({ path }) => path).sort()).toEqual(['/conditions/0/type', '/spec/zoneSpec/0/threshold']);
  });

  test.each([
    ['', ''],
    ['spec.threshold', '/spec/threshold'],
    ['rules[12].services[0]', '/rules/12/services/0'],
    ['headers["a/b.c"]', '/headers/a~1b.c'],
  ])('%s is %s', (path, pointer) => {
    expect(toPointer(path)).toBe(pointer);
  });

  test('whatever comes is read or refused, never thrown otherwise', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))),
        (body, query) => {
          try {
            read(osp.routes.createUser, { body, query });
          } catch (error) {
            expect(error).toBeInstanceOf(ApiFailure);
            expect((error as ApiFailure).status).toBe(400);
          }
        },
      ),
      { seed: 4711, numRuns: 500 },
    );
  });
});

test.each([
  ['/rules/limit/{id}:enable', '/rules/limit/:id([^:]+)::enable'],
  ['/rules/limit:batch', '/rules/limit::batch'],
  ['/services/{serviceId}/providers:batchUpdate', '/services/:serviceId/providers::batchUpdate'],
  ['/sidecars/{proxyId}/admin/{path...}', '/sidecars/:proxyId/admin/*'],
])('the router knows %s as %s', (path, pattern) => {
  expect(toPattern(path)).toBe(pattern);
});

test('a refusal without a reason says that', () => {
  expect(invalidRequest([], 'body')).toMatchObject({ message: 'the body was refused, and nothing says why' });
});
