import { parseConfig } from '@weft/schema';
import { expect, it } from 'vitest';
import { type TcpProxyConfig, tcpProxy } from './index.ts';

const plan = (fields: Record<string, unknown>) =>
  tcpProxy.plan(parseConfig<TcpProxyConfig>(fields, tcpProxy.schema).value);

const ANY = { sources: [], destinations: [], sourcePorts: [], destinationPorts: [] };

it('passes everything on to one cluster', () => {
  expect(plan({ cluster: 'db' })).toEqual({
    protocols: ['tcp'],
    protocolConfig: {},
    routerName: '',
    routes: [{ clusterName: 'db', ...ANY }],
    fallThrough: false,
    idleTimeoutMs: 0,
  });
});

it('plans routes in order and the cluster last', () => {
  const routes = [
    {
      Cluster: 'inside',
      SourceAddrs: [{ Address: '10.0.0.0', Length: 8 }, { Address: '192.0.2.7' }],
      DestinationAddrs: [{ Address: 'fd00::', Length: 8 }, { Address: '::1' }],
      SourcePort: '1024-65535',
      DestinationPort: '80, 8000-9000',
    },
    { Cluster: 'all', SourceAddrs: [{ Address: '0.0.0.0', Length: 0 }] },
  ];
  expect(plan({ cluster: 'rest', routes }).routes).toEqual([
    {
      clusterName: 'inside',
      sources: ['10.0.0.0/8', '192.0.2.7/32'],
      destinations: ['fd00::/8', '::1/128'],
      sourcePorts: [[1024, 65535]],
      destinationPorts: [
        [80, 80],
        [8000, 9000],
      ],
    },
    { clusterName: 'all', ...ANY, sources: ['0.0.0.0/0'] },
    { clusterName: 'rest', ...ANY },
  ]);
  expect(plan({ routes }).routes).toHaveLength(2);
});

it.each([
  [600_000_000_000, 600_000],
  ['10m', 600_000],
  [0, 0],
  [null, 0],
])('reads the idle timeout %j', (idle_timeout, ms) => {
  expect(plan({ cluster: 'c', idle_timeout }).idleTimeoutMs).toBe(ms);
});

it.each([
  [{}, 'cluster'],
  [{ routes: [{ Cluster: 'c', SourceAddrs: [{ Address: 'localhost' }] }] }, 'routes[0].SourceAddrs[0].Address'],
  [
    { routes: [{ Cluster: 'c', DestinationAddrs: [{ Address: '10.0.0.0', Length: 33 }] }] },
    'routes[0].DestinationAddrs[0].Length',
  ],
  [{ routes: [{ Cluster: 'c', SourcePort: '80-' }] }, 'routes[0].SourcePort'],
  [{ routes: [{ Cluster: 'c', SourcePort: '90-80' }] }, 'routes[0].SourcePort'],
  [{ routes: [{ Cluster: 'c', DestinationPort: '80,65536' }] }, 'routes[0].DestinationPort'],
  [{ routes: [{ Cluster: 'c', DestinationPort: '80,,81' }] }, 'routes[0].DestinationPort'],
  [{ cluster: 'c', idle_timeout: -1 }, 'idle_timeout'],
])('refuses %j at %s', (config, path) => {
  expect(() => plan(config)).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ path })] }));
});
