import { extensions } from '@weft/app-proxy/extensions';
import { explainRequest } from '@weft/proxy/update';
import { parseMosnConfig } from '@weft/schema';
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
  ['dubbo', 'dubbo_http', 'com.x.Other:1.0', '', 'dubbo', ''],
  ['bolt', 'bolt_http', 'com.x.UserService:1.0', '', 'Http1', 'bolt_http'],
  ['Http1', 'http_dubbo', '', '/users/7', 'dubbo', 'http_dubbo'],
  ['Http1', 'http_dubbo', '', '/other', 'Http1', ''],
])('says what becomes of a request: %s, %s, %s%s', async (protocol, type, service, path, upstream, transcoder) => {
  const { config } = parseMosnConfig(
    configuration({
      listeners: [
        proxyListener({
          protocol,
          streamFilters: [{ type: 'transcoder', config: { type, config: { mappings: [USERS] } } }],
        }),
      ],
      routes: [callsTo('target'), routesTo('target')],
      clusters: [cluster('target', [80])],
    }),
  );
  const question = {
    protocol,
    method: path === '' ? 'getUser' : 'GET',
    authority: 'a.test',
    path,
    scheme: 'http',
    service,
  };
  const [answer] = await explainRequest(config, extensions, { ...question, headers: [], listener: '' });
  expect(answer?.action).toMatchObject({ kind: 'forward', protocol: upstream, transcoder });
});
