import { isIP } from 'node:net';
import { ConfigError } from '@weft/kit';
import type { AddressRoute, TerminalPlan } from '@weft/sdk';
import type { AddressRange, TcpProxyConfig, TcpRoute } from './schema.ts';

const MAX_PORT = 65_535;
const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/** @throws ConfigError for an address or a port that is none, and when there is nowhere to go */
export function planTcpProxy(config: TcpProxyConfig): TerminalPlan {
  const routes = config.routes.map(planRoute);
  if (config.cluster !== '') routes.push({ clusterName: config.cluster, ...ANY });
  if (routes.length === 0) refuse('cluster', config.cluster, 'a cluster or routes', 'connections have nowhere to go');
  return {
    protocols: ['tcp'],
    protocolConfig: {},
    routerName: '',
    routes,
    fallThrough: false,
    idleTimeoutMs: config.idle_timeout,
  };
}

const ANY = { sources: [], destinations: [], sourcePorts: [], destinationPorts: [] } as const;

function planRoute(route: TcpRoute, index: number): AddressRoute {
  const at = `routes[${index}]`;
  return {
    clusterName: route.Cluster,
    sources: route.SourceAddrs.map((range, i) => block(range, `${at}.SourceAddrs[${i}]`)),
    destinations: route.DestinationAddrs.map((range, i) => block(range, `${at}.DestinationAddrs[${i}]`)),
    sourcePorts: portRanges(route.SourcePort, `${at}.SourcePort`),
    destinationPorts: portRanges(route.DestinationPort, `${at}.DestinationPort`),
  };
}

function block(range: AddressRange, path: string): string {
  const version = isIP(range.Address);
  if (version === 0) refuse(`${path}.Address`, range.Address, 'an IPv4 or IPv6 address', 'not an IP address');
  const bits = version === 4 ? 32 : 128;
  const length = range.Length ?? bits;
  if (length > bits) refuse(`${path}.Length`, length, `0 to ${bits} for this address`, 'out of range');
  return `${range.Address}/${length}`;
}

function portRanges(text: string, path: string): [from: number, to: number][] {
  if (text.trim() === '') return [];
  return text.split(',').map((part) => {
    const match = PORTS.exec(part.trim());
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (match === null || from > to || to > MAX_PORT) {
      refuse(path, text, `ports from 0 to ${MAX_PORT}, such as "80,8000-9000"`, 'not a list of ports');
    }
    return [from, to];
  });
}

function refuse(path: string, value: string | number, expected: string, message: string): never {
  throw new ConfigError([{ file: '', path, value: JSON.stringify(value), expected, message }]);
}
