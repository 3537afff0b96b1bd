import { ConfigError } from '@weft/kit';
import { TranscodeError } from '@weft/sdk';
import { expect, it } from 'vitest';
import { ServiceMappings } from './index.ts';
import type { MappingDocument } from './mapping-schema.ts';
import { fillTemplate, matchTemplate, parseTemplate } from './template.ts';

const NAMES = { interface: 'com.x.Y', method: 'get' };
const document = (more: object): MappingDocument =>
  ({
    name: '',
    service: 'com.x.Y',
    version: '',
    group: '',
    target: '',
    defaults: { httpMethod: 'POST', path: '/{interface}/{method}', body: 'args', unlisted: false },
    methods: {},
    types: {},
    enums: [],
    bigNumbers: 'raw',
    dates: 'epoch',
    keepTypes: false,
    ...more,
  }) as MappingDocument;
const method = (more: object): object => ({
  httpMethod: '',
  path: '',
  query: {},
  headers: {},
  cookies: {},
  body: '',
  resultType: '',
  errors: {},
  oneWay: false,
  ...more,
});

it.each([
  ['/users/{0}', '/users/7', ['7']],
  ['/users/{0}', '/users/', null],
  ['/users/{0}', '/users/7/8', null],
  ['/users/{0}/tags/{1.name}', '/users/7/tags/a%20b', ['7', 'a%20b']],
  ['/{interface}/{method}', '/com.x.Y/get', []],
  ['/{0}.json', '/a.json.json', ['a.json']],
  ['/a{0}b{1}', '/axbyb', ['x', 'yb']],
])('matches %s with %s', (template, path, values) => {
  expect(matchTemplate(parseTemplate(template, NAMES), path)).toEqual(values);
});

it('fills its places', () => {
  const template = parseTemplate('/{method}/{0}/{1.a.b}?x={attachments.k}', NAMES);
  expect(fillTemplate(template, ({ argument, names }) => `<${argument}:${names.join()}>`)).toBe(
    '/get/<0:>/<1:a,b>?x=<-1:k>',
  );
  expect(parseTemplate('attachments.operator', NAMES).parts).toEqual([{ argument: -1, names: ['operator'] }]);
});

it.each(['/{x}', '/{0', '/0}', '/{0}{1}', '/{0.}', '/{-1}'])('refuses %s', (template) => {
  expect(() => parseTemplate(template, NAMES)).toThrow(RangeError);
});

it('finds methods by name and types, then by name; others by the defaults where they may be called', () => {
  const listed = document({
    methods: {
      'get(long)': method({ path: '/by-id' }),
      'get(java.util.Map<java.lang.String, int>, int[])': method({ path: '/by-map' }),
      put: method({ httpMethod: 'put', path: '/put' }),
    },
  });
  const [service] = new ServiceMappings([listed], 'dubbo').services;
  const path = (name: string, types: readonly string[]) => service?.method(name, types)?.path.text;
  expect(path('get', ['long'])).toBe('/by-id');
  expect(path('get', ['java.util.Map', 'int[]'])).toBe('/by-map');
  expect([path('put', ['any']), service?.method('put', [])?.httpMethod]).toEqual(['/put', 'PUT']);
  expect([service?.method('get', ['int']), service?.method('other', [])]).toEqual([null, null]);

  const wide = document({ ...listed, defaults: { ...listed.defaults, unlisted: true } });
  const [open] = new ServiceMappings([wide], 'dubbo').services;
  expect(open?.method('get', ['int'])?.path.text).toBe('/{interface}/{method}');
  expect(open?.method('other', [])?.path.text).toBe('/{interface}/{method}');
  expect(open?.method('no such', [])).toBeNull();
  const [without] = new ServiceMappings([document({})], 'dubbo').services;
  expect(without?.method('other', [])?.path.text).toBe('/{interface}/{method}');
});

it('finds the method of a call without types where only one can be meant', () => {
  const methods = {
    'get(long)': method({ path: '/by-id' }),
    'get(java.lang.String)': method({ path: '/by-name' }),
    'get(long,int)': method({ path: '/by-both' }),
  };
  const [service] = new ServiceMappings([document({ methods })], 'dubbo').services;
  expect(service?.methodOf('get', 2)?.path.text).toBe('/by-both');
  expect(() => service?.methodOf('get', 1)).toThrow('several methods get could be meant');
  expect(() => service?.methodOf('get', -1)).toThrow(TranscodeError);
  expect(service?.methodOf('get', 3)).toBeNull();
  expect(service?.methodOf('other', 1)).toBeNull();
});

it('goes by interface, version and group, and covers everything where it is empty', () => {
  const mappings = new ServiceMappings(
    [document({ version: '1.0', group: 'g' }), document({ service: 'com.x.Z' })],
    'dubbo',
  );
  expect(mappings.find('com.x.Y', '1.0', 'g')?.document.group).toBe('g');
  expect(mappings.find('com.x.Y', '2.0', 'g')).toBeNull();
  expect(mappings.find('com.x.Y', '1.0', '')).toBeNull();
  expect([mappings.knows('com.x.Y', '1.0'), mappings.knows('com.x.Z', 'any'), mappings.knows('com.x.A', '')]).toEqual([
    true,
    true,
    false,
  ]);
  const open = new ServiceMappings([], 'dubbo');
  expect(open.find('any.Service', '', '')?.authority).toBe('any.Service');
  expect(open.find('no service', '', '')).toBeNull();
});

it('forgets none of the services that were asked for, and keeps no more than it may', () => {
  const open = new ServiceMappings([], 'dubbo');
  const first = open.find('com.x.S0', '', '');
  for (let i = 0; i < 1000; i++) expect(open.find(`com.x.S${i}`, '', '')?.document.service).toBe(`com.x.S${i}`);
  expect(open.find('com.x.S0', '', '')).toBe(first);
  expect(open.find('com.x.S999', '', '')).not.toBe(open.find('com.x.S999', '', ''));
});

it.each([
  [{ 'get()x': method({}) }, 'mappings[0].methods["get()x"]'],
  [{ 'get(long)': method({ path: 'users' }) }, 'mappings[0].methods["get(long)"].path'],
  [{ 'get(long)': method({ path: '/{1}' }) }, 'mappings[0].methods["get(long)"].path'],
  [{ get: method({ path: '/a b' }) }, 'mappings[0].methods["get"].path'],
  [{ get: method({ path: '/a\r\nx: y' }) }, 'mappings[0].methods["get"].path'],
  [{ get: method({ httpMethod: 'GET /x' }) }, 'mappings[0].methods["get"].httpMethod'],
  [{ get: method({ query: { a: '{x}' } }) }, 'mappings[0].methods["get"].query.a'],
  [{ 'get(long)': method({ body: '1' }) }, 'mappings[0].methods["get(long)"].body'],
  [{ get: method({ body: 'all' }) }, 'mappings[0].methods["get"].body'],
  [{ get: method({ cookies: { s: 'x{0}' } }) }, 'mappings[0].methods["get"].cookies.s'],
  [{ get: method({ headers: { Host: 'a.test' } }) }, 'mappings[0].methods["get"].headers'],
  [{ get: method({ headers: { 'a b': 'c' } }) }, 'mappings[0].methods["get"].headers'],
  [{ get: method({ errors: { '200': 'com.x.E' } }) }, 'mappings[0].methods["get"].errors'],
  [{ get: method({ resultType: 'java.util.List<' }) }, 'mappings[0].methods["get"].resultType'],
  [
    { 'a(long)': method({ path: '/u/{0}' }), 'b(int,int)': method({ path: '/u/{1}' }) },
    'mappings[0].methods["b(int,int)"].path',
  ],
  // By the defaults both are POST /com.x.Y/a.
  [{ 'a(long)': method({}), 'a(int)': method({}) }, 'mappings[0].methods["a(int)"].path'],
])('refuses %j with its place', (methods, path) => {
  const places = (): string[] => {
    try {
      new ServiceMappings([document({ methods })], 'dubbo');
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map((problem) => problem.path);
      throw error;
    }
    return [];
  };
  expect(places()).toEqual([path]);
});

it.each<[documents: readonly object[], path: string]>([
  [[{ service: 'com.x.Y\r\nx: y' }], 'mappings[0].service'],
  [[{ target: 'users\r\nx: y@springcloud' }], 'mappings[0].target'],
  [[{}, { version: '1.0' }, { version: '1.0' }], 'mappings[2].service'],
])('refuses mappings %j with their place', (documents, path) => {
  const create = () => new ServiceMappings(documents.map(document), 'dubbo');
  expect(create).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ path })] }));
});
