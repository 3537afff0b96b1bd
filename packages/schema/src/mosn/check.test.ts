import { ConfigError, type ConfigProblem } from '@weft/kit';
import { describe, expect, test } from 'vitest';
import { parseMosnConfig } from '../load/load-config-file.ts';

const toA = { match: { prefix: '/' }, route: { cluster_name: 'a' } };
const proxy = { type: 'proxy', config: { downstream_protocol: 'Http1', router_config_name: 'routes' } };
const listener = { name: 'front', address: '127.0.0.1:2045', bind_port: true, filter_chains: [{ filters: [proxy] }] };

interface Parts {
  readonly listeners?: readonly object[];
  readonly host?: object;
  readonly hosts?: readonly object[];
  readonly routes?: readonly object[];
  readonly clusters?: readonly object[];
  readonly weft?: object;
}

function problems(parts: Parts): readonly ConfigProblem[] {
  const document = {
    servers: [
      {
        listeners: parts.listeners ?? [listener],
        routers: [
          {
            router_config_name: 'routes',
            virtual_hosts: parts.hosts ?? [{ domains: ['*'], routers: parts.routes ?? [toA], ...parts.host }],
          },
        ],
      },
    ],
    cluster_manager: { clusters: parts.clusters ?? [{ name: 'a', hosts: [{ address: '127.0.0.1:80' }] }] },
    ...(parts.weft === undefined ? {} : { weft: parts.weft }),
  };
  try {
    parseMosnConfig(JSON.parse(JSON.stringify(document)));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const route = 'servers[0].routers[0].virtual_hosts[0].routers[0]';
const tcp = (config: object): object => ({
  ...listener,
  filter_chains: [{ filters: [{ type: 'tcp_proxy', config }] }],
});

test('a configuration that is right has no problems', () => {
  expect(problems({})).toEqual([]);
  expect(problems({ listeners: [], clusters: [], routes: [] })).toEqual([]);
});

describe('names', () => {
  test('are told apart', () => {
    expect(problems({ clusters: [{ name: 'a' }, { name: 'a' }] })).toMatchObject([
      { path: 'cluster_manager.clusters[1].name', value: '"a"', message: 'two clusters have this name' },
    ]);
    const second = { ...listener, address: '127.0.0.1:2046' };
    expect(problems({ listeners: [listener, second] })).toMatchObject([{ path: 'servers[0].listeners[1].name' }]);
  });

  test('that lead nowhere are refused with what there is and what was meant', () => {
    expect(
      problems({ clusters: [{ name: 'backend' }], routes: [{ ...toA, route: { cluster_name: 'bakend' } }] }),
    ).toEqual([
      {
        file: '',
        path: `${route}.route.cluster_name`,
        value: '"bakend"',
        message: 'there is no such cluster',
        expected: 'one of backend',
        hint: 'did you mean "backend"?',
      },
    ]);
    expect(problems({ clusters: [] })).toMatchObject([{ expected: 'a cluster; there is none' }]);
    const clusters = Array.from({ length: 12 }, (_, index) => ({ name: `c${index}` }));
    expect(problems({ clusters })[0]?.expected).toMatch(/c9, …$/);
  });

  test('in filters are found whatever the case of type and keys', () => {
    const filter = { type: 'PROXY', config: { Router_Config_Name: 'rotes' } };
    expect(problems({ listeners: [{ ...listener, filter_chains: [{ filters: [filter] }] }] })).toMatchObject([
      {
        path: 'servers[0].listeners[0].filter_chains[0].filters[0].config.router_config_name',
        hint: 'did you mean "routes"?',
      },
    ]);
    expect(problems({ listeners: [tcp({ cluster: 'b' })] })).toMatchObject([{ value: '"b"' }]);
    expect(problems({ listeners: [tcp({ cluster: '', routes: [{ Cluster: 'a' }, { CLUSTER: 'b' }] })] })).toMatchObject(
      [{ path: 'servers[0].listeners[0].filter_chains[0].filters[0].config.routes[1].Cluster', value: '"b"' }],
    );
  });

  test('of weighted clusters are looked up, and weights add up to something', () => {
    const weighted = (name: string, weight: number) => ({ cluster: { name, weight } });
    const action = (...list: object[]) => ({ routes: [{ ...toA, route: { weighted_clusters: list } }] });
    expect(problems(action(weighted('a', 1)))).toEqual([]);
    expect(problems(action(weighted('a', 0)))).toMatchObject([{ message: 'all weights are 0' }]);
    expect(problems(action(weighted('b', 1)))).toMatchObject([
      { path: `${route}.route.weighted_clusters[0].cluster.name`, message: 'there is no such cluster' },
    ]);
  });
});

describe('addresses', () => {
  const address = (text: string) => problems({ listeners: [{ ...listener, address: text }] })[0]?.message ?? '';
  const host = (text: string) => problems({ clusters: [{ name: 'a', hosts: [{ address: text }] }] })[0]?.message ?? '';

  test.each(['127.0.0.1:80', ':80', '0.0.0.0:0', '[::]:80', '[fe80::1%eth0]:80', 'localhost:80'])(
    '%s listens',
    (text) => {
      expect(address(text)).toBe('');
    },
  );

  test.each([
    ['127.0.0.1', 'not an address'],
    ['::1:80', 'not an address'],
    ['[::1]', 'not an address'],
    ['127.0.0.1:http', 'not an address'],
    ['a b:80', 'not an address'],
    ['127.0.0.1:65536', 'not a port'],
    ['256.0.0.1:80', 'not an IPv4 address'],
  ])('%s does not', (text, message) => {
    expect(address(text)).toBe(message);
  });

  test.each(['10.0.0.7:80', 'web.example:80', '[fd00::1]:80', 'unix:/run/a.sock', '1.2.3:80'])(
    '%s is a host',
    (text) => {
      expect(host(text)).toBe('');
    },
  );

  test.each([
    [':80', 'the address of a host needs a host'],
    ['10.0.0.7:0', 'not a port'],
    ['10.0.0.700:80', 'not an IPv4 address'],
    ['unix:relative', 'not an address'],
    ['unix:/', 'not an address'],
  ])('%s is none', (text, message) => {
    expect(host(text)).toBe(message);
  });

  test('are bound once and listed once', () => {
    const other = { ...listener, name: 'other' };
    expect(problems({ listeners: [listener, other] })).toMatchObject([
      { path: 'servers[0].listeners[1].address', message: 'listeners[0] has this address already' },
    ]);
    expect(problems({ listeners: [listener, { ...other, bind_port: false }] })).toEqual([]);
    expect(problems({ listeners: [{ ...other, bind_port: false }, listener] })).toEqual([]);
    const free = { address: '127.0.0.1:0' };
    expect(
      problems({
        listeners: [
          { ...listener, ...free },
          { ...other, ...free },
        ],
      }),
    ).toEqual([]);
    const twice = [{ address: '10.0.0.7:80' }, { address: '10.0.0.7:80' }];
    expect(problems({ clusters: [{ name: 'a', hosts: twice }] })).toMatchObject([
      { path: 'cluster_manager.clusters[0].hosts[1].address', message: 'the cluster has this host already' },
    ]);
  });
});

describe('routes', () => {
  const messages = (changed: object) =>
    problems({ routes: [changed] }).map(({ path, message }) => [path.slice(route.length), message]);

  test('have exactly one action', () => {
    expect(messages({ match: {} })).toEqual([['', 'the route has 0 actions']]);
    expect(messages({ ...toA, direct_response: { status: 200 } })).toEqual([['', 'the route has 2 actions']]);
    expect(messages({ match: {}, route: {} })).toEqual([['.route', 'the route names no cluster']]);
  });

  test('match what can be matched', () => {
    expect(messages({ ...toA, match: { prefix: 'api' } })).toEqual([['.match.prefix', 'this prefix can never match']]);
    expect(messages({ ...toA, match: { path: 'api' } })).toEqual([['.match.path', 'this path can never match']]);
    const headers = [{ name: 'x', value: '(a)\\1', regex: true }];
    expect(messages({ ...toA, match: { regex: '(?=a)', headers, variables: [{ name: 'v', regex: '(' }] } })).toEqual([
      ['.match.regex', 'look-ahead is not possible here, because matching must take linear time'],
      ['.match.headers[0].value', 'a back-reference is not possible here, because matching must take linear time'],
      ['.match.variables[0].regex', expect.stringContaining('Invalid regular expression')],
    ]);
    expect(messages({ ...toA, match: { headers: [{ name: 'x', value: '(', regex: false }] } })).toEqual([]);
  });

  test('rewrite with an expression that is allowed', () => {
    const regex_rewrite = { pattern: { regex: '(?<=a)b' }, substitution: '' };
    expect(messages({ ...toA, route: { cluster_name: 'a', regex_rewrite } })[0]?.[0]).toBe(
      '.route.regex_rewrite.pattern.regex',
    );
  });

  test('leave time for a second attempt', () => {
    const action = { cluster_name: 'a', timeout: '1s', retry_policy: { retry_on: true, retry_timeout: '1s' } };
    expect(problems({ routes: [{ ...toA, route: action }] })).toMatchObject([
      { value: '1s', expected: 'less than the timeout of the route (1s)' },
    ]);
  });

  test('add and remove headers that can be written', () => {
    const host = {
      request_headers_to_add: [{ header: { key: 'x y', value: 'a\nb' } }],
      response_headers_to_remove: ['x:y'],
    };
    expect(problems({ host }).map(({ path }) => path.slice('servers[0].routers[0].virtual_hosts[0]'.length))).toEqual([
      '.request_headers_to_add[0].header.key',
      '.request_headers_to_add[0].header.value',
      '.response_headers_to_remove[0]',
    ]);
  });
});

test('domains belong to one virtual host, and have a star only where one can stand', () => {
  const hosts = [
    { domains: ['a.com', '*.b.com', 'a.com:*', '*'], routers: [toA] },
    { domains: ['A.com', 'a*.com', '*.*.com'], routers: [toA] },
  ];
  expect(problems({ hosts })).toMatchObject([
    { path: 'servers[0].routers[0].virtual_hosts[1].domains[0]', message: 'virtual_hosts[0] has this domain already' },
    { value: '"a*.com"', message: 'a star stands only at the beginning' },
    { value: '"*.*.com"' },
  ]);
});

test('the hard mark is above the soft one', () => {
  expect(problems({ weft: { soft_buffer_bytes: '600MiB' } })).toMatchObject([
    { path: 'weft.hard_buffer_bytes', value: '512MiB', expected: 'more than weft.soft_buffer_bytes (600MiB)' },
  ]);
});

test('no more than 20 problems are told', () => {
  expect(problems({ routes: new Array(100).fill({ match: {} }) })).toHaveLength(20);
});

describe('a route that could only fail when a request comes is refused', () => {
  const of = (part: object, message: string) => {
    const found = problems({ routes: [{ ...toA, ...part }] });
    expect(found.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
    return found[0]?.path.slice(route.length + 1);
  };
  const action = (part: object) => ({ route: { cluster_name: 'a', ...part } });
  const add = (key: string, value: string) => ({ request_headers_to_add: [{ header: { key, value } }] });

  test.each([
    'content-length',
    'Host',
    'transfer-encoding',
    'connection',
    'Upgrade',
    'te',
    'keep-alive',
    'proxy-connection',
  ])('the header %s is written by the proxy itself', (name) => {
    expect(of(action(add(name, '1')), 'the proxy itself writes')).toBe('route.request_headers_to_add[0].header.key');
    expect(of(action({ response_headers_to_remove: [name] }), 'the proxy itself writes')).toBe(
      'route.response_headers_to_remove[0]',
    );
  });

  test.each(['a\r\nb: c', 'a\0', ' a', 'a ', 'ä€'])('the header value %j', (value) => {
    expect(of(action(add('x-a', value)), 'not a header value')).toBe('route.request_headers_to_add[0].header.value');
  });

  test.each(['a b', 'a\r\nb', 'a:', 'ä', ':path'])('the header name %j', (name) => {
    of(action(add(name, '1')), 'not the name of a header');
    of(action({ request_headers_to_remove: [name] }), 'not the name of a header');
  });

  test.each([
    [{ prefix_rewrite: 'v2/' }, 'route.prefix_rewrite', 'not a path'],
    [{ prefix_rewrite: '/a b' }, 'route.prefix_rewrite', 'not a path'],
    [{ prefix_rewrite: '/a\r\nx: y' }, 'route.prefix_rewrite', 'not a path'],
    [{ prefix_rewrite: '/ä' }, 'route.prefix_rewrite', 'not a path'],
    [{ prefix_rewrite: '/a#b' }, 'route.prefix_rewrite', 'not a path'],
    [{ host_rewrite: 'a b' }, 'route.host_rewrite', 'not a host'],
    [{ host_rewrite: 'a\r\nx: y' }, 'route.host_rewrite', 'not a host'],
    [{ host_rewrite: 'a:99999' }, 'route.host_rewrite', 'not a host'],
    [{ host_rewrite: 'http://a' }, 'route.host_rewrite', 'not a host'],
    [{ auto_host_rewrite_header: 'x y' }, 'route.auto_host_rewrite_header', 'not the name'],
    [
      { regex_rewrite: { pattern: { regex: '^/a' }, substitution: '/b c' } },
      'route.regex_rewrite.substitution',
      'not a part',
    ],
    [
      { regex_rewrite: { pattern: { regex: '^/a' }, substitution: '/\r\n' } },
      'route.regex_rewrite.substitution',
      'not a part',
    ],
    [
      { regex_rewrite: { pattern: { regex: '^/(a)' }, substitution: '/\\2' } },
      'route.regex_rewrite.substitution',
      'no group 2',
    ],
    [
      { regex_rewrite: { pattern: { regex: '^/(a)' }, substitution: '/\\n' } },
      'route.regex_rewrite.substitution',
      'a backslash',
    ],
    [{ regex_rewrite: { pattern: { regex: '.*' } } }, 'route.regex_rewrite.substitution', 'never begin with /'],
    [
      { regex_rewrite: { pattern: { regex: '^/' }, substitution: 'v2/' } },
      'route.regex_rewrite.substitution',
      'never begin with /',
    ],
  ])('%j', (part, path, message) => {
    expect(of(action(part), message)).toBe(path);
  });

  test.each([
    [{ path_redirect: 'a' }, 'redirect.path_redirect'],
    [{ path_redirect: '/a b' }, 'redirect.path_redirect'],
    [{ path_redirect: '/a\r\nset-cookie: a=b' }, 'redirect.path_redirect'],
    [{ host_redirect: 'a\r\nb' }, 'redirect.host_redirect'],
    [{ host_redirect: 'a b' }, 'redirect.host_redirect'],
    [{ host_redirect: 'a/b' }, 'redirect.host_redirect'],
  ])('%j', (redirect, path) => {
    expect(of({ route: undefined, redirect }, 'can be sent')).toBe(path);
  });

  test.each([
    [{ prefix: '/a?b' }, 'match.prefix'],
    [{ prefix: '/a b' }, 'match.prefix'],
    [{ path: '/ä' }, 'match.path'],
    [{ path: '/a#b' }, 'match.path'],
    [{ prefix: '/', headers: [{ name: ':method', value: 'GET' }] }, 'match.headers[0].name'],
  ])('%j', (match, path) => {
    expect(of({ match }, 'can never match')).toBe(path);
  });

  test.each(['http://a.com', 'a.com/b', 'a b', 'a.com:port'])('the domain %j', (domain) => {
    expect(problems({ host: { domains: [domain] } })).toMatchObject([{ message: 'this domain can never match' }]);
  });

  test('and what can work is not', () => {
    const good = [
      action({ prefix_rewrite: '/v2?x=1' }),
      action({ host_rewrite: '[::1]:80' }),
      action({ host_rewrite: 'a_b.internal:8080', auto_host_rewrite_header: 'x-host' }),
      action({ regex_rewrite: { pattern: { regex: '^/api' }, substitution: '' } }),
      action({ regex_rewrite: { pattern: { regex: '^/(\\d+)' }, substitution: '/$a/\\1\\\\' } }),
      action(add('x-a', '50%')),
      action(add('x-a', '')),
      { route: undefined, redirect: { path_redirect: '/a?b#c', host_redirect: 'a.com:8443' } },
      { match: { path: '*' } },
    ];
    expect(problems({ routes: good.map((part) => ({ ...toA, ...part })) })).toEqual([]);
    const domains = ['*', 'a.com', 'A.com:80', '*.a.com:*', '*-a.com', '[::1]', '[::1]:80', 'under_score'];
    expect(problems({ host: { domains } })).toEqual([]);
  });
});

test('TLS contexts that are all off, and a tcp_proxy with routes only, are no problem', () => {
  const filters = { filter_chains: [{ filters: [proxy], tls_context_set: [{ status: false, cert_chain: 'x' }, {}] }] };
  expect(problems({ listeners: [{ ...listener, ...filters }] })).toEqual([]);
  const on = { filter_chains: [{ filters: [proxy], tls_context_set: [{ status: false }, { status: true }] }] };
  expect(problems({ listeners: [{ ...listener, ...on }] })).toMatchObject([
    { message: 'not supported in this release' },
  ]);
  expect(problems({ listeners: [tcp({ cluster: '', routes: [{ Cluster: 'a' }] })] })).toEqual([]);
  const warned = (contexts: object[]): string[] =>
    parseMosnConfig({
      servers: [
        {
          listeners: [{ ...listener, filter_chains: [{ filters: [proxy], tls_context_set: contexts }] }],
          routers: [{ router_config_name: 'routes', virtual_hosts: [] }],
        },
      ],
    }).warnings.map((warning) => warning.message);
  expect(warned([{ status: false, cert_chain: 'x' }])).toEqual([]);
  expect(warned([{ status: false }, { cert_chain: 'x' }])).toEqual(['has no effect while "status" is not given']);
});
