import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extensions } from '@weft/app-proxy/extensions';
import { ConfigError } from '@weft/kit';
import { explainRequest } from '@weft/proxy/update';
import { parseMosnConfig } from '@weft/schema';
import { afterAll, expect, it } from 'vitest';
import { cluster, configuration, proxyListener, routesTo } from '../../support/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'weft-mappings-'));
const file = (name: string, text: string): string => {
  const target = path.join(folder, name);
  writeFileSync(target, text);
  return target;
};
const explain = async (filter: object, request: string): Promise<string> => {
  const { config } = parseMosnConfig(
    configuration({
      listeners: [proxyListener({ streamFilters: [{ type: 'transcoder', config: filter }] })],
      routes: [routesTo('target')],
      clusters: [cluster('target', [80])],
    }),
  );
  const question = {
    protocol: 'Http1',
    method: 'GET',
    authority: 'a.test',
    path: request,
    scheme: 'http',
    service: '',
  };
  const [answer] = await explainRequest(config, extensions, { ...question, headers: [], listener: '' });
  return answer?.action.kind === 'forward' ? answer.action.transcoder : 'none';
};
const problem = async (filter: object): Promise<string> => {
  try {
    return await explain(filter, '/');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [{ path: place, file: source, message }] = error.problems as [ConfigError['problems'][number]];
    return `${source}|${place}|${message}`.replaceAll(folder, '');
  }
};

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reads mappings from files in JSON and YAML, behind those of the configuration', async () => {
  const yaml = file(
    'users.yaml',
    'service: com.x.Users\nmethods:\n  get(long):\n    httpMethod: GET\n    path: /users/{0}\n',
  );
  const json = file(
    'tags.json',
    '{"service":"com.x.Tags","methods":{"get(long)":{"httpMethod":"GET","path":"/tags/{0}"}}}',
  );
  const own = { service: 'com.x.Own', methods: { 'get(long)': { httpMethod: 'GET', path: '/own/{0}' } } };
  const filter = { type: 'http_dubbo', config: { mappings: [own] }, mapping_files: [yaml, json] };
  const paths = ['/users/1', '/tags/1', '/own/1', '/other/1'];
  expect(await Promise.all(paths.map((request) => explain(filter, request)))).toEqual([
    'http_dubbo',
    'http_dubbo',
    'http_dubbo',
    'none',
  ]);
});

const PLACE = 'servers[0].listeners[0].stream_filters[0].config';

it('says which file is wrong, and where', async () => {
  const missing = path.join(folder, 'missing.json');
  expect(await problem({ type: 'http_dubbo', mapping_files: [missing] })).toMatch(
    `|${PLACE}.mapping_files[0]|/missing.json: there is no such file`,
  );
  const broken = file('broken.json', '{"service":');
  expect(await problem({ type: 'http_dubbo', mapping_files: [broken] })).toMatch(
    /^\/broken.json\|line 1, column \d+\|/,
  );
  const wrong = file('wrong.json', '{"service":"com.x.Y","methods":{"get(long)":{"path":"/{3}"}}}');
  expect(await problem({ type: 'http_dubbo', config: { mappings: [] }, mapping_files: [wrong] })).toBe(
    `|${PLACE}.mapping_files[0](/wrong.json).methods["get(long)"].path|the method has no such argument`,
  );
});

it('refuses a transcoder for single routes', () => {
  const route = { ...routesTo('target'), per_filter_config: { transcoder: { type: 'http_dubbo' } } };
  const { config } = parseMosnConfig(
    configuration({ listeners: [proxyListener()], routes: [route], clusters: [cluster('target', [80])] }),
  );
  const question = { protocol: 'Http1', method: 'GET', authority: 'a', path: '/', scheme: 'http', service: '' };
  return expect(explainRequest(config, extensions, { ...question, headers: [], listener: '' })).rejects.toThrow(
    /per_filter_config.transcoder: routes do not choose transcoders/,
  );
});

it.each([
  [{ type: 'dubbo_htp' }, `|${PLACE}.type|unknown transcoder`],
  [{ upstream_protocol: 'Http3' }, `|${PLACE}.upstream_protocol|unknown protocol`],
  [{ upstream_protocol: 'tars' }, `|${PLACE}.upstream_protocol|nothing converts to this protocol`],
  [
    { type: 'http_dubbo', upstream_protocol: 'bolt' },
    `|${PLACE}.upstream_protocol|http_dubbo does not convert to this protocol`,
  ],
  [{ type: 'dubbo_http' }, `|${PLACE}.type|it is for callers of the family dubbo`],
  [{}, `|${PLACE}.type|nothing says what calls are converted to`],
])('refuses %j', async (filter, expected) => {
  expect(await problem(filter)).toBe(expected);
});
