import path from 'node:path';
import { extensions } from '@weft/app-proxy/extensions';
import { explainRequest } from '@weft/proxy/update';
import { loadConfigFile, parseMosnConfig } from '@weft/schema';
import { LIBRARY_DESCRIPTORS } from '@weft/transcoders/common/testdata/library';
import { expect, it } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';
import { callsTo } from './dubbo.ts';

const USERS = {
  service: 'com.x.UserService',
  version: '1.0',
  methods: { 'getUser(long)': { httpMethod: 'GET', path: '/users/{0}' } },
};

it.each([
  ['dubbo', 'dubbo_http', 'com.x.UserService:1.0', '', 'Http1', 'dubbo_http'],
  ['bolt', 'bolt_http', 'com.x.UserService:1.0', '', 'Http1', 'bolt_http'],
  ['dubbo', 'dubbo_tri', 'com.x.UserService:1.0', '', 'tri', 'dubbo_tri'],
  ['tri', 'tri_dubbo', 'com.x.UserService:1.0', '', 'dubbo', 'tri_dubbo'],
  ['bolt', 'bolt_dubbo', 'com.x.UserService:1.0', '', 'dubbo', 'bolt_dubbo'],
  ['dubbo', 'dubbo_bolt', 'com.x.UserService:1.0', '', 'bolt', 'dubbo_bolt'],
  ['Http1', 'http_dubbo', '', '/users/7', 'dubbo', 'http_dubbo'],
])('says what becomes of a request: %s, %s, %s%s', async (protocol, type, service, path, upstream, transcoder) => {
  const action = await actionOf(protocol, type, service, path);
  expect(action).toMatchObject({ kind: 'forward', protocol: upstream, transcoder });
});

it.each([
  ['dubbo', 'dubbo_http', 'com.x.Other:1.0', ''],
  ['Http1', 'http_dubbo', '', '/other'],
])('says that a call is refused which nothing converts: %s, %s, %s%s', async (protocol, type, service, path) => {
  const body = `transcode_request: ${type} takes no call of this service, path or serialization`;
  expect(await actionOf(protocol, type, service, path)).toEqual({ kind: 'refused', status: 404, body });
});

it.each([
  ['dubbo', 'dubbo_http', ''],
  ['bolt', 'bolt_http', ''],
  ['Http1', 'http_bolt', '/'],
])('says that a call of a method is refused that no mapping lists: %s, %s', async (protocol, type, path) => {
  const http = path !== '';
  const headers: [string, string][] = [
    ['x-sofa-service', 'com.x.UserService:1.0'],
    ['x-sofa-method', 'nope'],
  ];
  const asked = [http ? 'GET' : 'nope', http ? headers : []] as const;
  expect(await actionOf(protocol, type, http ? '' : 'com.x.UserService:1.0', path, undefined, ...asked)).toEqual({
    kind: 'refused',
    status: 404,
    body: 'transcode_request: nope is no method of the mapping',
  });
});

it('says what goes out, and nothing of it where only the messages of the call tell', async () => {
  const descriptors = { descriptors: [LIBRARY_DESCRIPTORS] };
  const grpc = await actionOf('Http1', 'http_grpc', '', '/v1/shelves/1/books/2', descriptors);
  expect(grpc).toMatchObject({ method: 'POST', path: '/library.Library/GetBook', authority: 'a.test' });
  expect(await actionOf('Http1', 'http_dubbo', '', '/users/7')).toMatchObject({ method: '', path: '' });
});

async function actionOf(
  protocol: string,
  type: string,
  service: string,
  path: string,
  given?: object,
  method = path === '' ? 'getUser' : 'GET',
  headers: readonly (readonly [string, string])[] = [],
) {
  const own = given ?? (/http/.test(type) ? { mappings: [USERS] } : {});
  const { config } = parseMosnConfig(
    configuration({
      listeners: [
        proxyListener({
          protocol,
          streamFilters: [{ type: 'transcoder', config: { type, config: own } }],
        }),
      ],
      routes: [callsTo('target'), routesTo('target')],
      clusters: [cluster('target', [80])],
    }),
  );
  const question = {
    protocol,
    method,
    authority: 'a.test',
    path,
    scheme: 'http',
    service,
  };
  const [answer] = await explainRequest(config, extensions, { ...question, headers, listener: '' });
  return answer?.action;
}

it('says it of the example of the guide', async () => {
  const { config } = await loadConfigFile(path.join(import.meta.dirname, '../../../demo/dubbo-to-triple.json'));
  const question = { protocol: 'dubbo', method: 'list', authority: '', path: '', scheme: '', listener: '' };
  const [answer] = await explainRequest(config, extensions, {
    ...question,
    service: 'com.x.OrderService:1.0',
    headers: [],
  });
  expect(answer?.action).toMatchObject({ kind: 'forward', protocol: 'tri', transcoder: 'dubbo_tri' });
});
