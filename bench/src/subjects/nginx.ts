/** nginx: `apt-get install nginx-light`, or NGINX=/path. It speaks HTTP/2 to callers only; gRPC goes both ways. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTE_HEADER, ROUTE_VALUE, VIRTUAL_HOST } from '../../load/workload.ts';
import { findVersioned, otherRouteValue, type Setup, type Subject } from './subject.ts';

const FOR_EVER = 1_000_000_000;

function configuration(setup: Setup): string {
  const grpc = setup.protocol === 'grpc';
  const http2 = grpc || setup.protocol === 'http2';
  const upstream = (name: string): string =>
    `upstream ${name} { least_conn; ${setup.backendPorts.map((port) => `server 127.0.0.1:${port};`).join(' ')} ` +
    `keepalive 1024; keepalive_requests ${FOR_EVER}; }`;
  const map: string[] = [];
  for (let route = 0; route < setup.routes - 1; route++)
    map.push(`${otherRouteValue(route)} other${route % setup.clusters};`);
  const variable = `$http_${ROUTE_HEADER.replaceAll('-', '_')}`;
  const forward = grpc
    ? 'grpc_pass grpc://$bench_cluster;'
    : 'proxy_pass http://$bench_cluster; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;';
  return `
daemon off;
master_process ${setup.threads > 1 ? 'on' : 'off'};
worker_processes ${setup.threads};
worker_rlimit_nofile 65536;
pid ${setup.directory}/nginx.pid;
error_log ${setup.directory}/error.log crit;
events { worker_connections 25000; }
http {
  access_log off;
  keepalive_requests ${FOR_EVER};
  keepalive_timeout 300s;
  map_hash_max_size 65536;
  client_body_temp_path ${setup.directory}/body;
  proxy_temp_path ${setup.directory}/proxy;
  fastcgi_temp_path ${setup.directory}/fastcgi;
  uwsgi_temp_path ${setup.directory}/uwsgi;
  scgi_temp_path ${setup.directory}/scgi;
  ${upstream('main')}
  ${Array.from({ length: setup.clusters }, (_, cluster) => upstream(`other${cluster}`)).join('\n  ')}
  map ${variable} $bench_cluster { ${ROUTE_VALUE} main; ${map.join(' ')} }
  server {
    listen 127.0.0.1:${setup.listenPort}${http2 ? ' http2' : ''} backlog=4096;
    server_name ${VIRTUAL_HOST};
    location / { ${forward} }
  }
}
`;
}

export const nginx: Subject = {
  name: 'nginx',
  node: false,
  find: () => findVersioned('NGINX', 'nginx', ['-v'], /nginx\/(\S+)/),
  unsupported({ protocol }) {
    if (protocol === 'bolt' || protocol === 'dubbo') return `does not speak ${protocol}`;
    return protocol === 'tcp' ? 'the stream module is a package of its own and is not used here' : '';
  },
  // nginx has no HTTP/2 towards backends except for gRPC, so it converts where the others relay.
  backendProtocol: (protocol) => (protocol === 'http2' ? 'http1' : protocol),
  prepare(setup, binary) {
    const file = path.join(setup.directory, 'nginx.conf');
    for (const folder of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(path.join(setup.directory, folder));
    writeFileSync(file, configuration(setup));
    return { argv: [binary, '-p', setup.directory, '-c', file] };
  },
};
