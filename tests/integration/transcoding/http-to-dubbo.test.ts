import { once } from 'node:events';
import http2 from 'node:http2';
import { HessianObject, TypedList } from '@weft/hessian';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, call, tcpBackend } from '../../support/backend.ts';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { type RunningProxy, startProxy } from '../../support/proxy.ts';
import { type ReceivedCall, receiver, responseFrame } from './dubbo.ts';

const SERVICE = 'com.x.UserService';
const USERS = {
  service: SERVICE,
  version: '1.0',
  group: 'blue',
  methods: {
    'getUser(long)': { httpMethod: 'GET', path: '/users/{0}' },
    'listUsers(java.lang.String,int)': {
      httpMethod: 'GET',
      path: '/users',
      query: { name: '{0}', page: '{1}' },
    },
    'createUser(com.x.User,java.lang.String,java.lang.String)': {
      path: '/users',
      body: '0',
      headers: { 'x-operator': '{1}' },
      cookies: { session: '{2}' },
      errors: { '409': 'com.x.DuplicateUserException' },
    },
    rename: {},
    any: {},
    'note(java.lang.String)': { path: '/notes', body: '0', oneWay: true },
  },
  types: { 'com.x.User': { born: 'java.util.Date' } },
};
const TAGS = { service: 'com.x.Tags', methods: { 'tags()': { httpMethod: 'GET', path: '/tags' } } };

let provider: Backend;
let proxy: RunningProxy;
let asked: ReceivedCall[] = [];
/** What the next calls are answered with: status, then kind and value, or the text. */
let answer: readonly [status: number, ...values: unknown[]] = [20, 2];

beforeAll(async () => {
  provider = await tcpBackend((socket) => {
    const receive = receiver((types) => (types.match(/L[^;]+;|[ZBCDFIJS]/g) ?? []).length);
    socket.on('data', (chunk) => {
      for (const received of receive(chunk)) {
        asked.push(received);
        if (!received.oneWay && answer[0] !== 0) socket.write(responseFrame(received.id, answer[0], answer.slice(1)));
      }
    });
  });
  const transcoder = (config: object): object => ({ type: 'transcoder', config });
  proxy = await startProxy(
    configuration({
      listeners: [
        proxyListener({
          name: 'mapped',
          streamFilters: [transcoder({ type: 'http_dubbo', config: { mappings: [USERS, TAGS] } })],
        }),
        proxyListener({ name: 'open', streamFilters: [transcoder({ type: 'springcloud_dubbo' })] }),
        proxyListener({ name: 'h2', protocol: 'Http2', streamFilters: [transcoder({ upstream_protocol: 'dubbo' })] }),
      ],
      routes: [routesTo('hosts', { timeout: '1s' })],
      clusters: [cluster('hosts', [provider.port])],
    }),
  );
}, 60_000);

afterAll(async () => {
  await proxy?.dispose();
  await provider?.close();
});

beforeEach(() => {
  asked = [];
  answer = [20, 2];
});

const get = (path: string, headers: Record<string, string> = {}) => call(proxy.port('mapped'), { path, headers });
const post = (path: string, body: string, headers: Record<string, string> = {}, listener = 'mapped') =>
  call(proxy.port(listener), {
    method: 'POST',
    path,
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('an HTTP client and a Dubbo provider', () => {
  it('binds the path to an argument of the declared type', async () => {
    answer = [
      20,
      1,
      new HessianObject('com.x.User', [
        ['id', 5n],
        ['name', 'Ann'],
      ]),
    ];
    const reply = await get('/users/9007199254740993');
    expect([reply.status, reply.headers['content-type'], reply.body]).toEqual([
      200,
      'application/json',
      '{"id":5,"name":"Ann"}',
    ]);
    expect(asked).toMatchObject([
      { service: SERVICE, version: '1.0', method: 'getUser', types: 'J', args: [9_007_199_254_740_993n] },
    ]);
    expect(Object.fromEntries(asked[0]?.attachments ?? [])).toMatchObject({
      path: SERVICE,
      interface: SERVICE,
      group: 'blue',
      'x-weft-converted': 'Http1>dubbo',
    });
  });

  it('binds the query, a header, a cookie and the body', async () => {
    await get('/users?name=Ann%20B&page=2');
    await post('/users', '{"name":"Bob","born":0}', { 'x-operator': 'eve', cookie: 'a=b; session=s%201' });
    expect(asked.map(({ method, types, args }) => [method, types, args])).toEqual([
      ['listUsers', 'Ljava/lang/String;I', ['Ann B', 2]],
      [
        'createUser',
        'Lcom/x/User;Ljava/lang/String;Ljava/lang/String;',
        [
          new HessianObject('com.x.User', [
            ['name', 'Bob'],
            ['born', new Date(0)],
          ]),
          'eve',
          's 1',
        ],
      ],
    ]);
  });

  it('calls generically where the types are not known', async () => {
    answer = [
      20,
      1,
      new Map([
        ['class', 'com.x.User'],
        ['name', 'Ann'],
      ]),
    ];
    const reply = await post('/com.x.UserService/rename', '["Ann",1]');
    expect(reply.body).toBe('{"name":"Ann"}');
    expect(asked).toMatchObject([{ method: '$invoke', args: ['rename', null, new TypedList('[object', ['Ann', 1])] }]);
    expect(asked[0]?.attachments.get('generic')).toBe('true');
  });

  it('calls what the mapping says, whatever the caller says of version, group and method', async () => {
    const headers = { 'x-dubbo-version': '9', 'x-dubbo-group': 'evil', 'x-dubbo-att-group': 'evil' };
    await get('/tags', headers);
    await get('/users/1', headers);
    expect(asked.map(({ version, attachments }) => [version, attachments.get('group')])).toEqual([
      ['0.0.0', undefined],
      ['1.0', 'blue'],
    ]);
    expect((await post('/com.x.UserService/drop', '[]')).status).toBe(404);
    expect((await post('/com.x.UserService/getUser', '[1]')).status).toBe(404);
    expect(asked.length).toBe(2);
  });

  it('takes headers, contexts of traces and the deadline along', async () => {
    await get('/users/1', {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      baggage: 'lane=gray',
      'x-weft-source-app': 'shop',
      'x-weft-source-zone': 'zone-a',
      'x-weft-attempt': '1',
      'x-weft-labels': 'gray=true',
      'x-weft-timeout-ms': '700',
      'sofa-traceid': '0a0fe925',
      'sofa-rpcid': '0.1',
      'x-dubbo-att-color': 'd%C3%A4',
      'user-agent': 'test',
    });
    const attachments = Object.fromEntries(asked[0]?.attachments ?? []);
    expect(attachments).toMatchObject({
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      baggage: 'lane=gray',
      'remote.application': 'shop',
      'x-weft-source-zone': 'zone-a',
      'x-weft-attempt': '1',
      'x-weft-labels': 'gray=true',
      timeout: '700',
      'dubbo.rpc.sofa.tracer': 'tcid=0a0fe925&spid=0.1&pspid=&sample=true&',
      color: 'dä',
    });
    expect(attachments['user-agent']).toBeUndefined();
  });

  it('has the deadline that the caller names', async () => {
    answer = [0];
    expect((await get('/users/1', { 'x-weft-timeout-ms': '150' })).status).toBe(504);
  });

  it('needs no mapping for the default path', async () => {
    answer = [20, 1, 'hi'];
    const reply = await post('/com.y.Echo/echo', '["hi"]', { 'x-dubbo-version': '2.0', 'x-dubbo-group': 'g' }, 'open');
    expect([reply.status, reply.body]).toEqual([200, '"hi"']);
    expect(asked).toMatchObject([{ service: 'com.y.Echo', version: '2.0', method: '$invoke' }]);
    expect(asked[0]?.attachments.get('group')).toBe('g');
  });

  it.each([
    [30, 504],
    [31, 504],
    [40, 400],
    [60, 404],
    [70, 500],
    [80, 503],
    [100, 429],
  ])('tells status %d as %d', async (dubbo, http) => {
    answer = [dubbo, `text of ${dubbo}`];
    const reply = await get('/users/1');
    expect([reply.status, JSON.parse(reply.body)]).toEqual([http, { code: http, message: `text of ${dubbo}` }]);
  });

  it('tells exceptions with their class, with the status of the mapping', async () => {
    answer = [20, 0, new HessianObject('com.x.DuplicateUserException', [['detailMessage', 'there is one']])];
    const mapped = await post('/users', '{}');
    expect([mapped.status, JSON.parse(mapped.body)]).toEqual([
      409,
      { code: 409, message: 'there is one', exception: 'com.x.DuplicateUserException' },
    ]);
    expect((await get('/users/1')).status).toBe(500);
  });

  it('answers at once to a method that is called one-way', async () => {
    const reply = await post('/notes', '"told"');
    expect([reply.status, reply.body]).toEqual([200, '']);
    await expect
      .poll(() => asked.map(({ oneWay, args }) => [oneWay, args]), { timeout: 20_000 })
      .toEqual([[true, ['told']]]);
  });

  it('refuses what the path cannot be', async () => {
    expect(await get('/users/soon')).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^transcode_request: type: .*long expected, "soon" found/),
    });
    expect(asked).toEqual([]);
  });

  it('converts HTTP/2 as well', async () => {
    answer = [20, 1, 'hi'];
    const session = http2.connect(`http://127.0.0.1:${proxy.port('h2')}`);
    const stream = session.request({ ':method': 'POST', ':path': '/com.y.Echo/echo' });
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    stream.end('["hi"]');
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & { ':status'?: number }];
    await once(stream, 'end');
    session.close();
    expect([headers[':status'], text, asked[0]?.attachments.get('x-weft-converted')]).toEqual([
      200,
      '"hi"',
      'Http2>dubbo',
    ]);
  });

  it('refuses a body that is no JSON, or no array where the arguments are due', async () => {
    expect(await post('/users', '{')).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^transcode_request: syntax/),
    });
    expect(await post('/com.x.UserService/any', '{}')).toMatchObject({
      status: 400,
      body: 'transcode_request: the body must be an array of the arguments',
    });
  });

  it('answers 502 when the answer cannot be read', async () => {
    answer = [20, 9];
    expect(await get('/users/1')).toMatchObject({ status: 502, body: expect.stringMatching(/^transcode_response: /) });
  });
});
