/**
 * ms of CPU, of the thread that does it, to read, validate and judge a configuration of 5000 routes and 1 MB.
 * Run: `node --conditions=@weft/source packages/schema/src/load/load-config-file.bench.ts`
 */
import { mosnConfigSchema } from '../gen/mosn-config.gen.ts';
import { parseConfig } from '../parse/parse-config.ts';
import { parseMosnConfig } from './load-config-file.ts';
import { parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

const ROUTES = 5000;
const ROUNDS = 15;

const document = {
  servers: [
    {
      listeners: [
        {
          name: 'front',
          address: '127.0.0.1:2045',
          bind_port: true,
          filter_chains: [
            { filters: [{ type: 'proxy', config: { downstream_protocol: 'Http1', router_config_name: 'routes' } }] },
          ],
        },
      ],
      routers: [
        {
          router_config_name: 'routes',
          virtual_hosts: Array.from({ length: 50 }, (_, host) => ({
            name: `host-${host}`,
            domains: [`service-${host}.example.com`],
            routers: Array.from({ length: ROUTES / 50 }, (_, route) => ({
              match: { prefix: `/api/v1/resource-${route}/`, headers: [{ name: 'x-env', value: `env-${route % 7}` }] },
              route: { cluster_name: `cluster-${(host * 100 + route) % 1000}`, timeout: '3s', prefix_rewrite: '/v2/' },
              per_filter_config: route % 20 === 0 ? { fault: { abort: { status: 503, percentage: 1 } } } : {},
            })),
          })),
        },
      ],
    },
  ],
  cluster_manager: {
    clusters: Array.from({ length: 1000 }, (_, cluster) => ({
      name: `cluster-${cluster}`,
      hosts: [{ address: `10.0.${cluster >> 8}.${cluster & 255}:8080` }],
    })),
  },
};
const text = JSON.stringify(document);

/** What other programs do at the same time does not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function measure(name: string, run: () => unknown): void {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = cpuMs();
    run();
    times.push(cpuMs() - begin);
  }
  const first = times[0] as number;
  const median = times.sort((a, b) => a - b)[ROUNDS >> 1] as number;
  console.log(
    `${name.padEnd(34)} first ${first.toFixed(1).padStart(7)} ms   median ${median.toFixed(1).padStart(6)} ms`,
  );
}

console.log(`${(text.length / 1e6).toFixed(2)} MB, ${ROUTES} routes`);
measure('text to configuration', () => parseMosnConfig(parseJson(text)));
measure('JSON.parse', () => JSON.parse(text));
measure('parseJson', () => parseJson(text));
measure('parseConfig', () => parseConfig(document, mosnConfigSchema));
const begin = cpuMs();
await parseYaml(text);
console.log(`${'parseYaml of the same text'.padEnd(34)} first ${(cpuMs() - begin).toFixed(1).padStart(7)} ms`);
