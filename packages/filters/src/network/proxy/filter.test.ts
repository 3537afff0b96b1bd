import { ConfigError } from '@weft/kit';
import { parseConfig } from '@weft/schema';
import { expect, it } from 'vitest';
import { type ProxyConfig, proxy } from './index.ts';

const plan = (fields: Record<string, unknown>) =>
  proxy.plan(parseConfig<ProxyConfig>({ router_config_name: 'routes', ...fields }, proxy.schema).value);

it('plans one protocol without further ado', () => {
  expect(plan({ downstream_protocol: 'Http1' })).toEqual({
    protocols: ['Http1'],
    protocolConfig: {},
    routerName: 'routes',
    routes: [],
    fallThrough: false,
    idleTimeoutMs: 0,
  });
});

it.each([
  ['bolt,Http1', ['bolt', 'Http1']],
  [' Http1 , ,Http2,http1', ['Http1', 'Http2']],
  ['Auto', ['Auto']],
  [' , ', ['Auto']],
])('reads %j in order, each name once', (downstream_protocol, protocols) => {
  expect(plan({ downstream_protocol }).protocols).toEqual(protocols);
});

it('hands the configuration of each protocol on', () => {
  const extend_config = { Http1: { max_header_size: 1024 }, bolt: { enable_bolt_goaway: true } };
  expect(plan({ downstream_protocol: 'Http1,bolt', extend_config }).protocolConfig).toEqual(extend_config);
  expect(plan({ downstream_protocol: 'Auto', extend_config }).protocolConfig).toEqual(extend_config);
  expect(plan({ downstream_protocol: 'http1', extend_config }).protocolConfig).toEqual(extend_config);
});

it('takes the keys of the only protocol without its name', () => {
  const config = { downstream_protocol: 'Http2', extend_config: { http2_use_stream: true } };
  expect(plan(config).protocolConfig).toEqual({ Http2: { http2_use_stream: true } });
});

it('does not guess whose keys they are when there are several protocols', () => {
  const extend_config = { http2_use_stream: true };
  expect(plan({ downstream_protocol: 'Http1,Http2', extend_config }).protocolConfig).toEqual(extend_config);
  expect(plan({ downstream_protocol: 'Auto', extend_config }).protocolConfig).toEqual(extend_config);
});

it.each([
  ['X', { sub_protocol: 'bolt' }, ['bolt'], {}],
  ['X', { sub_protocol: 'bolt,boltv2' }, ['bolt', 'boltv2'], {}],
  ['X', {}, ['Auto'], {}],
  ['X', { sub_protocol: 'bolt', enable_bolt_goaway: true }, ['bolt'], { bolt: { enable_bolt_goaway: true } }],
])('reads the older form %j with %j', (downstream_protocol, extend_config, protocols, protocolConfig) => {
  expect(plan({ downstream_protocol, extend_config })).toMatchObject({ protocols, protocolConfig });
});

it('falls through to the next filter when told so', () => {
  expect(plan({ downstream_protocol: 'Auto', fallback_for_unknown_protocol: true }).fallThrough).toBe(true);
});

it('warns about what has no effect', () => {
  const config = {
    downstream_protocol: 'Http1',
    router_config_name: 'r',
    upstream_protocol: 'Http1',
    concurrency_num: 4,
  };
  const { warnings } = parseConfig(config, proxy.schema);
  expect(warnings.map(({ path }) => path)).toEqual(['upstream_protocol', 'concurrency_num']);
});

it.each([
  [{ router_config_name: 'r' }, 'downstream_protocol'],
  [{ downstream_protocol: 'Http1' }, 'router_config_name'],
  [{ downstream_protocol: 'Http1', router_config_name: 'r', router_handler_name: 'mine' }, 'router_handler_name'],
])('refuses %j at %s', (config, path) => {
  const refusal = expect.objectContaining({ problems: [expect.objectContaining({ path })] });
  expect(() => parseConfig(config, proxy.schema)).toThrow(ConfigError);
  expect(() => parseConfig(config, proxy.schema)).toThrow(refusal);
});
