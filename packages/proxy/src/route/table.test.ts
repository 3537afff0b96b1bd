import type { RequestHead } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import type { HeaderOptionProgram, MatchProgram, RouteProgram, RouterProgram } from './program.ts';
import { redirectLocation } from './rewrite.ts';
import { RouteTable } from './table.ts';

const NONE = { add: [] as HeaderOptionProgram[], remove: [] as string[] };
const noVariables = { getVariable: (): undefined => undefined };

function request(
  path: string,
  options: { authority?: string; headers?: Record<string, string>; method?: string; service?: string } = {},
): RequestHead {
  const headers = new Map(Object.entries(options.headers ?? {}));
  return {
    family: options.service === undefined ? 'http' : 'bolt',
    path,
    authority: options.authority ?? 'example.com',
    method: options.method ?? 'GET',
    service: options.service ?? '',
    scheme: 'http',
    get: (name: string) => headers.get(name),
  } as unknown as RequestHead;
}

function match(kind: MatchProgram['kind'], value = '', more: Partial<MatchProgram> = {}): MatchProgram {
  return { kind, value, headers: [], variables: [], ...more };
}

function route(name: string, program: MatchProgram): RouteProgram {
  return {
    name,
    match: program,
    action: { kind: 'direct', status: 200, body: name },
    request: NONE,
    response: NONE,
    perFilter: {},
  };
}

function table(hosts: readonly { domains: string[]; routes: RouteProgram[] }[]): RouteTable {
  const program: RouterProgram = {
    name: 'r',
    digest: 'd',
    request: NONE,
    response: NONE,
    virtualHosts: hosts.map((host, index) => ({
      name: `h${index}`,
      request: NONE,
      response: NONE,
      perFilter: {},
      ...host,
    })),
  };
  return RouteTable.create(program);
}

describe('virtual hosts', () => {
  const all = match('prefix', '/');
  const hosts = table([
    { domains: ['*'], routes: [route('any', all)] },
    { domains: ['example.com'], routes: [route('exact', all)] },
    { domains: ['example.com:8080'], routes: [route('port', all)] },
    { domains: ['*.example.com'], routes: [route('suffix', all)] },
    { domains: ['*.long.example.com'], routes: [route('longer', all)] },
    { domains: ['*.example.com:9090'], routes: [route('suffix with port', all)] },
  ]);
  it.each([
    ['example.com', 'exact'],
    ['EXAMPLE.com', 'exact'],
    ['example.com:8080', 'port'],
    ['example.com:81', 'exact'],
    ['a.example.com', 'suffix'],
    ['a.long.example.com:1', 'longer'],
    ['a.long.example.com:9090', 'suffix with port'],
    ['other.org', 'any'],
    ['.example.com', 'any'],
    ['[::1]:80', 'any'],
    ['', 'any'],
  ])('%s is served by %s', (authority, expected) => {
    expect(hosts.match(request('/', { authority }), noVariables)?.name).toBe(expected);
  });
});

describe('routes', () => {
  it('takes the first match in declared order, however the candidates are found', () => {
    const routes = [
      route('0 exact', match('path', '/a/b')),
      route('1 prefix /a/', match('prefix', '/a/')),
      route('2 header', match('prefix', '/', { headers: [{ name: 'x-v', value: '2', regex: false }] })),
      route('3 prefix /a/b', match('prefix', '/a/b')),
      route('4 regex', match('regex', '^/re[0-9]+$')),
      route('5 path', match('path', '/re1')),
      route('6 rest', match('prefix', '/')),
    ];
    const one = table([{ domains: ['*'], routes }]);
    const name = (path: string, headers = {}): string | undefined =>
      one.match(request(path, { headers }), noVariables)?.name;
    expect(name('/a/b')).toBe('0 exact');
    expect(name('/a/b?q')).toBe('0 exact');
    expect(name('/a/c', { 'x-v': '2' })).toBe('1 prefix /a/');
    expect(name('/z', { 'x-v': '2' })).toBe('2 header');
    expect(name('/re1')).toBe('4 regex');
    expect(name('/re1x')).toBe('6 rest');
    expect(name('/A/b')).toBe('6 rest');
  });

  it('agrees with asking every route in turn, over many random tables', () => {
    let seed = 99;
    const random = (bound: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed % bound;
    };
    const paths = ['/', '/a', '/a/', '/a/b', '/a/bc', '/b/c/d', '/b', '/ab/c'];
    for (let round = 0; round < 300; round++) {
      const routes = Array.from({ length: 1 + random(12) }, (_, index) => {
        const kind = (['prefix', 'path', 'prefix', 'headers'] as const)[random(4)] as MatchProgram['kind'];
        const headers =
          kind === 'headers' || random(4) === 0 ? [{ name: 'service', value: String(random(3)), regex: false }] : [];
        // Equal and regular conditions on two more headers; an empty value is one that nobody sends.
        for (const name of ['x-v', 'X-W']) {
          const value = ['0', '1', '2', '', '[01]'][random(12)];
          if (value !== undefined) headers.push({ name, value, regex: value === '[01]' });
        }
        return route(String(index), match(kind, kind === 'headers' ? '' : paths[random(paths.length)], { headers }));
      });
      const one = table([{ domains: ['*'], routes }]);
      for (const path of paths) {
        const sent: Record<string, string> = { service: String(random(3)) };
        if (random(3) > 0) sent['x-v'] = String(random(3));
        if (random(3) > 0) sent['x-w'] = String(random(3));
        const asked = request(path, { headers: sent });
        const naive = routes.find((item) => {
          for (const { name, value, regex } of item.match.headers) {
            const own = asked.get(name.toLowerCase());
            if (regex ? own === undefined || !/[01]/.test(own) : own !== value) return false;
          }
          if (item.match.kind === 'prefix') return path.startsWith(item.match.value);
          return item.match.kind === 'path' ? path === item.match.value : true;
        });
        expect(one.match(asked, noVariables)?.name).toBe(naive?.name);
      }
    }
  });

  it('joins variables from left to right', () => {
    const variables = [
      { name: 'a', value: '1', regex: false, join: 'and' as const },
      { name: 'b', value: '^2', regex: true, join: 'or' as const },
      { name: 'c', value: '3', regex: false, join: 'and' as const },
    ];
    const one = table([{ domains: ['*'], routes: [route('v', match('variables', '', { variables }))] }]);
    const matches = (values: Record<string, string>): boolean =>
      one.match(request('/'), { getVariable: (name) => values[name] }) !== null;
    expect(matches({ a: '1', c: '3' })).toBe(true);
    expect(matches({ b: '22', c: '3' })).toBe(true);
    expect(matches({ a: '1' })).toBe(false);
    expect(matches({})).toBe(false);
  });

  it('explains with the conditions that decided', () => {
    const one = table([
      {
        domains: ['*'],
        routes: [
          route('first', match('prefix', '/x', { headers: [{ name: 'x-v', value: '1', regex: false }] })),
          route('second', match('prefix', '/')),
        ],
      },
    ]);
    const told = one.explain(request('/x', { headers: { 'x-v': '2' } }), noVariables);
    expect(told.route?.name).toBe('second');
    expect(told.considered[0]).toEqual({
      route: 'first',
      matched: false,
      conditions: [
        { left: 'path', operator: 'starts with', right: '/x', value: '/x', matched: true },
        { left: 'header x-v', operator: 'equals', right: '1', value: '2', matched: false },
      ],
    });
  });
});

describe('redirects', () => {
  it.each([
    [{ scheme: 'https', host: '', path: '' }, 'example.com:80', 'https://example.com/p?q=1'],
    [{ scheme: '', host: 'other:443', path: '/n' }, 'example.com', 'http://other/n?q=1'],
    [{ scheme: '', host: '', path: '/n' }, 'example.com:8080', 'http://example.com:8080/n?q=1'],
  ])('%j from %s goes to %s', (parts, authority, expected) => {
    expect(redirectLocation({ kind: 'redirect', status: 301, ...parts }, request('/p?q=1', { authority }))).toBe(
      expected,
    );
  });
});
