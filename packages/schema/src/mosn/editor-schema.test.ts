import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/schema';
import { expect, test } from 'vitest';

const schema = JSON.parse(
  readFileSync(new URL('../../gen/weft-config.schema.json', import.meta.url), 'utf8'),
) as object;
const validator = Compile(schema);

const listener = (more: object) => ({
  servers: [
    {
      listeners: [
        {
          address: ':80',
          filter_chains: [
            { filters: [{ type: 'proxy', config: { downstream_protocol: 'Auto', router_config_name: 'r' } }] },
          ],
          ...more,
        },
      ],
    },
  ],
});
const cluster = (more: object) => ({ servers: [{}], cluster_manager: { clusters: [{ name: 'a', ...more }] } });

test.each<[string, object]>([
  ['the smallest file', { servers: [{}] }],
  ['zeros that mean "not given"', cluster({ type: '', connect_timeout: 0, hosts: [{ address: 'a:1', weight: 0 }] })],
  ['durations and sizes as text', { servers: [{ graceful_timeout: '1h2.5s' }], weft: { soft_buffer_bytes: '64MiB' } }],
  ['a level in lower case', { servers: [{ default_log_level: 'info' }] }],
  [
    'a mapping of a transcoder',
    listener({
      stream_filters: [
        { type: 'transcoder', config: { type: 'dubbo_http', config: { mappings: [{ service: 'com.x.A' }] } } },
      ],
    }),
  ],
  ['a listener', listener({})],
  ['keys that have no effect', { servers: [{ use_netpoll_mode: true }] }],
])('editors take %s', (_name, document) => {
  expect(validator.Errors(document)).toEqual([true, []]);
});

test.each<[string, object]>([
  ['no server', { servers: [] }],
  ['a number of seconds', { servers: [{ graceful_timeout: 5 }] }],
  ['a duration without a unit', { servers: [{ graceful_timeout: '5' }] }],
  ['a listener without an address', { servers: [{ listeners: [{ filter_chains: [] }] }] }],
  ["an unknown key among Weft's own", { servers: [{}], weft: { max_conections: 1 } }],
  [
    'a filter that is misconfigured',
    listener({ stream_filters: [{ type: 'fault', config: { delay: { percentage: 101 } } }] }),
  ],
  [
    'a mapping without a service',
    listener({ stream_filters: [{ type: 'transcoder', config: { type: 'http_bolt', config: { mappings: [{}] } } }] }),
  ],
  [
    'a misconfigured transcoder of some calls',
    listener({
      stream_filters: [
        { type: 'transcoder', config: { rules: [{ rule_info: { type: 'tri_dubbo', config: { services: 1 } } }] } },
      ],
    }),
  ],
  ['a weight above the range', cluster({ circuit_breakers: [{ max_connections: -1 }] })],
  [
    'a check that is misconfigured',
    cluster({ health_check: { protocol: 'Http1', check_config: { http_check_config: { port: 'x' } } } }),
  ],
])('editors mark %s', (_name, document) => {
  expect(validator.Check(document)).toBe(false);
});
