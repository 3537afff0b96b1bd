import { HessianObject } from '@weft/hessian';
import { PlainHeaders, PlainRequestHead, TranscodeError } from '@weft/sdk';
import { expect, it } from 'vitest';
import { type MappingDocument, type ServiceMapping, ServiceMappings } from '../mapping/index.ts';
import { bindArguments, MethodFinder, toHttpRequest } from './index.ts';

const METHOD = {
  httpMethod: '',
  path: '',
  query: {},
  headers: {},
  cookies: {},
  body: '',
  resultType: '',
  errors: {},
  oneWay: false,
};
const services = (methods: Readonly<Record<string, object>>): ServiceMappings =>
  new ServiceMappings(
    [
      {
        name: '',
        service: 'com.x.Y',
        version: '',
        group: '',
        target: 'y-center@springcloud',
        defaults: { httpMethod: 'POST', path: '/{interface}/{method}', body: 'args', unlisted: false },
        methods: Object.fromEntries(Object.entries(methods).map(([key, given]) => [key, { ...METHOD, ...given }])),
        types: {},
        enums: [],
        bigNumbers: 'raw',
        dates: 'epoch',
        keepTypes: false,
      } as MappingDocument,
    ],
    'dubbo',
  );
const MAX_BODY_BYTES = 2_000_000;
const user = new HessianObject('com.x.User', [
  ['id', 7n],
  ['name', 'ä b'],
  ['state', new HessianObject('com.x.State', [['name', 'NEW']])],
]);
const made = (given: object, args: readonly unknown[]) => {
  const [service] = services({ get: given }).services;
  const method = service?.method('get', []) as NonNullable<ReturnType<NonNullable<typeof service>['method']>>;
  const { head, body } = toHttpRequest(method, args, new PlainHeaders([['operator', 'ann']]), {
    protocol: 'Http1',
    timeoutMs: 0,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  return { head, body: body.toString() };
};

it('fills path, query and headers from arguments, their fields and attachments', () => {
  const { head, body } = made(
    {
      httpMethod: 'GET',
      path: '/users/{0.id}/{0.name}/{0.state}',
      query: { flag: 'yes', q: 'n:{1}', none: '{2}' },
      headers: { 'X-Op': 'attachments.operator', 'x-name': '{0.name}', 'x-none': 'attachments.none' },
    },
    [user, true, null],
  );
  expect([head.method, head.authority, head.path, body, head.contentLength]).toEqual([
    'GET',
    'y-center',
    '/users/7/%C3%A4%20b/NEW?flag=yes&q=n%3Atrue',
    '',
    0,
  ]);
  expect([head.get('x-op'), head.get('x-name'), head.get('x-none')]).toEqual(['ann', '%C3%A4%20b', undefined]);
  expect([head.idempotent, head.oneWay]).toEqual([true, false]);
});

it('sends all arguments, one of them, or none', () => {
  expect(made({}, ['a', 1]).body).toBe('["a",1]');
  expect(made({ body: '1' }, ['a', 'b']).body).toBe('"b"');
  expect(made({ body: '0', headers: { 'content-type': 'text/plain' } }, ['a b'])).toMatchObject({ body: 'a b' });
  expect(made({ body: 'none' }, ['a']).body).toBe('');
});

it.each([[null], [''], ['..'], [undefined]])('calls no other path because a place is %j', (argument) => {
  expect(() => made({ path: '/users/{0}/delete' }, [argument])).toThrow(TranscodeError);
});

it('escapes what would end a path, a query or a header', () => {
  const { head } = made({ path: '/a/{0}', query: { q: '{0}' }, headers: { 'x-h': '{0}' } }, ['/../b?c=d&e#f\r\nx: y']);
  expect(head.path).toBe('/a/%2F..%2Fb%3Fc%3Dd%26e%23f%0D%0Ax%3A%20y?q=%2F..%2Fb%3Fc%3Dd%26e%23f%0D%0Ax%3A%20y');
  expect(head.get('x-h')).toBe('%2F..%2Fb%3Fc%3Dd%26e%23f%0D%0Ax%3A%20y');
});

it('finds the closest path, and binds fields of one object from several places', () => {
  const { services: all } = services({
    'any(java.lang.String)': { httpMethod: 'GET', path: '/users/{0}' },
    'me()': { httpMethod: 'GET', path: '/users/me' },
    'search(java.util.Map)': { httpMethod: 'GET', path: '/find/{0.kind}', query: { n: '{0.name}' } },
  });
  const finder = new MethodFinder(all);
  const find = (path: string, method = 'GET') => {
    const head = new PlainRequestHead('Http1', 'http', { method, path });
    const found = finder.find(head);
    return found === null ? null : [found.method.name, bindArguments(found, head, Buffer.alloc(0), MAX_BODY_BYTES)];
  };
  expect(find('/users/me')).toEqual(['me', []]);
  expect(find('/users/a%20b?x=1')).toEqual(['any', ['a b']]);
  expect(find('/find/x?n=y')).toEqual([
    'search',
    [
      new Map([
        ['kind', 'x'],
        ['name', 'y'],
      ]),
    ],
  ]);
  // Only what is listed can be called, and by its own path only.
  expect([find('/com.x.Y/other', 'POST'), find('/com.x.Y/me', 'POST')]).toEqual([null, null]);
  const { document } = all[0] as ServiceMapping;
  const unlisted = new ServiceMappings([{ ...document, defaults: { ...document.defaults, unlisted: true } }], 'dubbo');
  const wide = new MethodFinder(unlisted.services);
  const named = (path: string) =>
    wide.find(new PlainRequestHead('Http1', 'http', { method: 'POST', path }))?.method.name;
  expect([named('/com.x.Y/other'), named('/com.x.Y/me')]).toEqual(['other', undefined]);
  expect([find('/users'), find('/users/me', 'PUT'), find('/com.x.Y/no-method', 'POST')]).toEqual([null, null, null]);
});

it('writes as much JSON as a message may have', () => {
  const long = 'x'.repeat(MAX_BODY_BYTES);
  expect(made({}, [long.slice(4)]).body.length).toBe(MAX_BODY_BYTES);
  expect(() => made({}, [long])).toThrow(
    `limit: $[0]: more than ${MAX_BODY_BYTES} characters of JSON (max_body_bytes)`,
  );
});
