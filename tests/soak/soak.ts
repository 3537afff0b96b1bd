/**
 * `npm run test:soak [-- --minutes 20 --threads 2 --seed 1]`: mixed protocols, churn, resets, slow readers, half-open
 * peers and reloads against one proxy. The traffic pauses every half minute, and memory is measured when no connection
 * is left. Ends with 1 when something rises, a descriptor stays open, a kind of traffic fails more often than it is cut by
 * design, or the proxy reports a fault; `--help` says the rest.
 */
import { createRandom } from '@weft/kit';
import { cluster, configuration, proxyListener, routesTo, tcpListener } from '../support/config.ts';
import { sumOf } from '../support/metrics.ts';
import { freePort } from '../support/ports.ts';
import { startProxy } from '../support/proxy.ts';
import { type HostPorts, startHosts } from './hosts.ts';
import { readOptions } from './options.ts';
import { countDescriptors, MIB, risePer10Minutes, type Sample, takeSample, untilQuiet } from './samples.ts';
import { CALLERS, closeAgents, type Ports } from './traffic.ts';

const { minutes, threads, seed } = readOptions();
const CYCLE_MS = 30_000;
const CALLERS_OF_A_KIND = 6;
const RELOAD_MS = 3_000;
/** Allowed rise in 10 minutes. A short run sees mostly noise: ten times that is what it can tell. */
const LONG = minutes >= 15;
/** Until caches, pools and the compiler have settled: half of a long run; short ones cannot wait as long. */
const WARM_UP_CYCLES = LONG ? Math.round((minutes * 30_000) / CYCLE_MS) : 2;
/**
 * Allocators keep what is freed, and how much depends on the highest peak so far, which depends on what else the machine
 * does. So that the resident size tells what the proxy holds: glibc gives freed memory back at once, and the young
 * generations have their full size from the start.
 */
const HONEST_MEMORY = {
  env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '16384', MALLOC_TRIM_THRESHOLD_: '131072' },
  nodeArguments: ['--min-semi-space-size=8', '--max-semi-space-size=8'],
};
const ALLOWED_MIB = LONG ? 1 : 10;
/**
 * What V8 compiles of functions that run a few times a minute comes late, over hours: a heap that grows by 1.2 MiB over 700 reloads grows by
 * 12 KiB where nothing is optimised. It ends when every function has been; it is judged apart, by what it may be at most, all threads
 * together.
 */
const ALLOWED_CODE_MIB = 32;
const random = createRandom(seed);

function config(hosts: HostPorts, round: number): object {
  const short = { idle_timeout: '1s' };
  const header = { key: 'x-round', value: String(round) };
  return configuration({
    listeners: [
      proxyListener({ name: 'http1' }),
      proxyListener({ name: 'http2', protocol: 'Http2' }),
      proxyListener({ name: 'bolt', protocol: 'bolt' }),
      proxyListener({ name: 'auto', protocol: 'Auto' }),
      tcpListener('tcp', 'tcp', { idle_timeout: '5s' }),
      ...(round % 2 === 0 ? [] : [{ ...proxyListener({ name: 'now-and-then' }), address: `127.0.0.1:${sparePort}` }]),
    ],
    routes: [
      { match: { headers: [{ name: 'service', value: '.+', regex: true }] }, route: { cluster_name: 'bolt' } },
      routesTo('http', {
        retry_policy: { retry_on: true, num_retries: 1 },
        upstream_protocol: 'Http1',
        request_headers_to_add: [{ header }],
      }),
    ],
    clusters: [
      cluster('http', [hosts.http], { ...short, max_request_per_conn: 50 + (round % 50) }),
      cluster('bolt', [hosts.bolt], { ...short, keepalive: { interval: '1s', timeout: '1s' } }),
      cluster('tcp', [hosts.tcp], short),
    ],
    weft: { detect_timeout: '500ms' },
  });
}

interface Count {
  good: number;
  all: number;
}

async function traffic(ports: Ports, untilMs: number, counts: Map<string, Count>): Promise<void> {
  const loop = async (name: string): Promise<void> => {
    const count = counts.get(name) ?? { good: 0, all: 0 };
    counts.set(name, count);
    while (performance.now() < untilMs) {
      if (await CALLERS[name]?.call(ports, random)) count.good++;
      count.all++;
      await new Promise((resolve) => setTimeout(resolve, random.next() * 10));
    }
  };
  await Promise.all(
    Object.keys(CALLERS).flatMap((name) => Array.from({ length: CALLERS_OF_A_KIND }, () => loop(name))),
  );
  closeAgents();
}

const hosts = await startHosts(random);
// The same one each time: counters belong to the port, and those of a listener that is gone stay for ten minutes.
const sparePort = await freePort();
const proxy = await startProxy(config(hosts, 0), { threads, ...HONEST_MEMORY });
const ports: Ports = {
  http1: proxy.port('http1'),
  http2: proxy.port('http2'),
  bolt: proxy.port('bolt'),
  tcp: proxy.port('tcp'),
  auto: proxy.port('auto'),
};
const startedAt = performance.now();
// Behind a first call: the connection of the admin client stays and counts from the beginning.
await untilQuiet(proxy);
const before = countDescriptors(proxy);
const counts = new Map<string, Count>();
const samples: Sample[] = [];
const problems: string[] = [];
let round = 0;
const cycles = Math.max(WARM_UP_CYCLES + 3, Math.round((minutes * 60_000) / CYCLE_MS));
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const mib = (bytes: number): string => (bytes / MIB).toFixed(2);

for (let cycle = 0; cycle < cycles; cycle++) {
  const reloads = setInterval(async () => {
    const { status, body } = await proxy.reload(config(hosts, ++round));
    if (status !== 200) problems.push(`reload ${round}: ${body}`);
  }, RELOAD_MS);
  await traffic(ports, performance.now() + CYCLE_MS, counts);
  clearInterval(reloads);
  // Always measured under the same configuration.
  await proxy.reload(config(hosts, 0));
  await untilQuiet(proxy);
  const sample = await takeSample(proxy, performance.now() - startedAt);
  samples.push(sample);
  console.log(
    `${(sample.atMs / 60_000).toFixed(1)} min  heaps ${sample.heaps.map(mib).join(' ')}  external ${mib(sample.externalBytes)}  code ${mib(sample.codeBytes)}  resident ${mib(sample.residentBytes)} MiB  descriptors ${sample.descriptors}`,
  );
}

const settled = samples.slice(WARM_UP_CYCLES);
const [firstSettled] = settled as [Sample];
const rises: (readonly [string, number])[] = [
  ...firstSettled.heaps.map((_, index) => {
    const name = index === 0 ? 'heap of the main thread' : `heap of data thread ${index - 1}`;
    return [name, risePer10Minutes(settled, (sample) => sample.heaps[index] as number)] as const;
  }),
  ['external memory', risePer10Minutes(settled, (sample) => sample.externalBytes)],
  ['resident memory', risePer10Minutes(settled, (sample) => sample.residentBytes)],
];
for (const [name, rise] of rises) {
  console.log(`${name}: ${rise >= 0 ? '+' : ''}${rise.toFixed(2)} MiB per 10 min`);
  // Pages are touched for the first time for some minutes: a short run shows the resident size and judges the rest.
  const judged = LONG || name !== 'resident memory';
  if (judged && rise > ALLOWED_MIB)
    problems.push(`${name} rises by ${rise.toFixed(2)} MiB per 10 min, allowed is ${ALLOWED_MIB}`);
}
const compiledMib = Math.max(...samples.map(({ codeBytes }) => codeBytes)) / MIB;
console.log(`compiled code: ${compiledMib.toFixed(2)} MiB at most`);
if (compiledMib > ALLOWED_CODE_MIB)
  problems.push(`compiled code has ${compiledMib.toFixed(2)} MiB, allowed is ${ALLOWED_CODE_MIB}`);
for (const [name, { good, all }] of counts) {
  const least = CALLERS[name]?.leastGood ?? 1;
  console.log(`${name}: ${all} done, ${good} as wished (${percent(good / all)}, at least ${percent(least)})`);
  if (all === 0) problems.push(`${name}: nothing was done`);
  else if (good < all * least)
    problems.push(
      `${name}: only ${good} of ${all} went well (${percent(good / all)}), at least ${percent(least)} have to`,
    );
}
const after = countDescriptors(proxy);
console.log(`descriptors: ${before} at the start, ${after} at the end; ${round} reloads`);
if (after > before) problems.push(`${after - before} descriptors stayed open`);
const { body } = await proxy.admin('GET', '/metrics');
for (const name of [
  'weft_proxy_faults_total',
  'weft_proxy_extension_faults_total',
  'weft_proxy_borrow_violations_total',
]) {
  if (sumOf(body, name) !== 0) problems.push(`${name} is ${sumOf(body, name)}`);
}
for (const name of [
  'weft_proxy_exchanges_active',
  'weft_proxy_connections_active',
  'downstream_request_active',
  'upstream_request_active',
  'upstream_connection_active',
]) {
  if (sumOf(body, name) !== 0) problems.push(`${name} is ${sumOf(body, name)} without a connection`);
}
problems.push(...(proxy.log().match(/^.*a data thread (?:ended|hangs).*$/gm) ?? []));
const code = await proxy.stop();
if (code !== 0) problems.push(`exit code ${code}`);
if (problems.length > 0) console.error(`${problems.join('\n')}\n${proxy.log().split('\n').slice(-20).join('\n')}`);
await proxy.dispose();
console.log(problems.length === 0 ? 'soak: passed' : 'soak: failed');
process.exit(problems.length === 0 ? 0 : 1);
