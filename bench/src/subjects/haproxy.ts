/** HAProxy: `apt-get install haproxy`, or HAPROXY=/path. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTE_HEADER, ROUTE_VALUE, VIRTUAL_HOST } from '../../load/workload.ts';
import { descriptorLimit } from '../processes.ts';
import { findVersioned, otherRouteValue, type Setup, type Subject } from './subject.ts';

/** HAProxy tries rules one by one; whoever has more than a few uses a map, which is a tree. */
const MAX_RULES = 16;

function mapFile(setup: Setup): string {
  return path.join(setup.directory, 'routes.map');
}

function configuration(setup: Setup): string {
  const http2 = setup.protocol === 'http2' || setup.protocol === 'grpc';
  const proto = http2 ? ' proto h2' : '';
  const servers = setup.backendPorts.map((port, index) => `  server s${index} 127.0.0.1:${port}${proto}`).join('\n');
  const lines = [
    'global',
    `  nbthread ${setup.threads}`,
    // HAProxy reserves two descriptors for each and refuses to start without them.
    `  maxconn ${Math.min(25_000, Math.floor(descriptorLimit() / 2) - 100)}`,
    'defaults',
    `  mode ${setup.protocol === 'tcp' ? 'tcp' : 'http'}`,
    '  timeout connect 5s',
    '  timeout client 300s',
    '  timeout server 300s',
    '  no log',
  ];
  if (setup.protocol !== 'tcp') lines.push('  http-reuse always', '  option http-keep-alive');
  const match = (value: string): string =>
    `if { hdr(host) -i ${VIRTUAL_HOST} } { hdr(${ROUTE_HEADER}) -m str ${value} }`;
  lines.push('frontend bench', `  bind 127.0.0.1:${setup.listenPort}${proto}`);
  if (setup.protocol === 'tcp') {
    lines.push('  default_backend main');
  } else {
    if (setup.routes > MAX_RULES) {
      lines.push(
        `  use_backend %[hdr(${ROUTE_HEADER}),map_str(${mapFile(setup)})] if { hdr(host) -i ${VIRTUAL_HOST} }`,
      );
    }
    for (let route = 0; route < setup.routes - 1 && setup.routes <= MAX_RULES; route++) {
      lines.push(`  use_backend other-${route % setup.clusters} ${match(otherRouteValue(route))}`);
    }
    lines.push(`  use_backend main ${match(ROUTE_VALUE)}`);
  }
  lines.push('backend main', '  balance leastconn', servers);
  for (let cluster = 0; cluster < setup.clusters; cluster++)
    lines.push(`backend other-${cluster}`, '  balance leastconn', servers);
  return `${lines.join('\n')}\n`;
}

export const haproxy: Subject = {
  name: 'haproxy',
  node: false,
  find: () => findVersioned('HAPROXY', 'haproxy', ['-v'], /version (\S+)/),
  unsupported: ({ protocol }) => (protocol === 'bolt' || protocol === 'dubbo' ? `does not speak ${protocol}` : ''),
  prepare(setup, binary) {
    const file = path.join(setup.directory, 'haproxy.cfg');
    const routes = Array.from(
      { length: setup.routes - 1 },
      (_, route) => `${otherRouteValue(route)} other-${route % setup.clusters}`,
    );
    writeFileSync(mapFile(setup), `${[...routes, `${ROUTE_VALUE} main`].join('\n')}\n`);
    writeFileSync(file, configuration(setup));
    return { argv: [binary, '-db', '-f', file] };
  },
};
