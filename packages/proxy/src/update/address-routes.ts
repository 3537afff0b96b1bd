import net from 'node:net';
import type { AddressRoute } from '@weft/sdk';

/** Chooses a cluster by the addresses of a connection: first match wins, an empty condition matches everything. */
export function compileAddressRoutes(
  routes: readonly AddressRoute[],
): (remoteAddress: string, localAddress: string) => string {
  const first = routes[0];
  if (routes.length === 1 && first !== undefined && isUnconditional(first)) return () => first.clusterName;
  const compiled = routes.map((route) => ({
    clusterName: route.clusterName,
    source: blockList(route.sources),
    destination: blockList(route.destinations),
    sourcePorts: route.sourcePorts,
    destinationPorts: route.destinationPorts,
  }));
  return (remoteAddress, localAddress) => {
    const remote = split(remoteAddress);
    const local = split(localAddress);
    for (const route of compiled) {
      if (!contains(route.source, remote.host) || !contains(route.destination, local.host)) continue;
      if (!inRanges(route.sourcePorts, remote.port) || !inRanges(route.destinationPorts, local.port)) continue;
      return route.clusterName;
    }
    return '';
  };
}

function isUnconditional(route: AddressRoute): boolean {
  return (
    route.sources.length + route.destinations.length + route.sourcePorts.length + route.destinationPorts.length === 0
  );
}

function blockList(blocks: readonly string[]): net.BlockList | null {
  if (blocks.length === 0) return null;
  const list = new net.BlockList();
  for (const block of blocks) {
    const [address = '', bits] = block.split('/');
    const family = net.isIPv6(address) ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return list;
}

function contains(list: net.BlockList | null, host: string): boolean {
  return list === null || list.check(host, net.isIPv6(host) ? 'ipv6' : 'ipv4');
}

function inRanges(ranges: AddressRoute['sourcePorts'], port: number): boolean {
  return ranges.length === 0 || ranges.some(([from, to]) => port >= from && port <= to);
}

function split(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}
