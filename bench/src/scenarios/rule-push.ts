/** How long a changed rule takes to be acknowledged by every proxy: engine, gRPC and clients, without the API before it. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import {
  createDistributionServer,
  createGrpcListener,
  DYNAMIC_VALUE_TYPE,
  dynamicValueType,
  type ResourceValue,
} from '@weft/distribution';
import { LOAD_CORE, repositoryRoot } from '../processes.ts';
import { spreadOf } from '../statistics.ts';
import { judge, type Scenario, type ScenarioResult } from './scenario.ts';

const NAME = 'sofa.config:name=com.alipay.sofa.middleware.servicegov.apps.bench.limitRule,version=3.0@DRM';
const VARIANTS = [
  { clients: 1, maxP99Ms: 300 },
  { clients: 1000, maxP99Ms: 1000 },
];
const CONNECT_LIMIT_MS = 120_000;
const PUSH_LIMIT_MS = 30_000;
/** A rule-sized document. */
const VALUE_BYTES = 1500;

function valueAt(version: number): ResourceValue {
  const value = Buffer.alloc(VALUE_BYTES, ' ');
  value.write(JSON.stringify({ version, rules: [{ id: 1, strategy: 'QPS', max: version }] }));
  return { version, body: dynamicValueType.encode({ dataId: NAME, version, value, sha256: '', gray: false }) };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

async function measure(clients: number, pushes: number): Promise<{ elapsedMs: number[]; residentMib: number }> {
  let current = valueAt(1);
  let missing = clients;
  let wake: () => void = () => {};
  const server = createDistributionServer({
    authenticate: () => ({
      kind: 'accepted',
      scope: { tenant: 'T', workspace: 'w', instanceId: '1', accessKey: '' },
    }),
    events: {
      acked(_node, _type, _name, version) {
        if (version === current.version && --missing === 0) wake();
      },
    },
  });
  server.defineType(DYNAMIC_VALUE_TYPE, {
    names: () => [NAME],
    get: (name) => (name === NAME ? current : undefined),
  });
  const acknowledged = (limitMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${missing} of ${clients} silent after ${limitMs} ms`)), limitMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const listener = await createGrpcListener({ address: '127.0.0.1:0', accept: server.accept });
  let child: ChildProcess | undefined;
  try {
    const program = path.join(repositoryRoot, 'bench/load/push-clients.ts');
    const argv = ['--conditions=@weft/source', program, listener.address, String(clients), NAME];
    const connected = acknowledged(CONNECT_LIMIT_MS);
    child = spawn('taskset', ['-c', String(LOAD_CORE), process.execPath, ...argv], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await connected;
    const elapsedMs: number[] = [];
    for (let version = 2; version <= pushes + 1; version++) {
      missing = clients;
      const begin = performance.now();
      current = valueAt(version);
      const all = acknowledged(PUSH_LIMIT_MS);
      server.notify(DYNAMIC_VALUE_TYPE, [NAME]);
      await all;
      elapsedMs.push(performance.now() - begin);
    }
    return { elapsedMs, residentMib: process.memoryUsage.rss() / 1024 / 1024 };
  } finally {
    child?.kill();
    server.stop({ spreadMs: 0 });
    await listener.close(1000);
  }
}

export const rulePush: Scenario = {
  name: 'rule-push',
  summary: 'a changed rule, until 1 and 1000 simulated proxies have acknowledged it',
  startsNoSubject: true,
  run: async (settings) => {
    const results: ScenarioResult[] = [];
    for (const { clients, maxP99Ms } of VARIANTS) {
      const { elapsedMs, residentMib } = await measure(clients, settings.quick ? 20 : 100);
      const sorted = [...elapsedMs].sort((a, b) => a - b);
      const p50 = percentile(sorted, 0.5);
      const p99 = percentile(sorted, 0.99);
      settings.say(
        `  ${clients} clients: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${elapsedMs.length} pushes`,
      );
      results.push({
        scenario: 'rule-push',
        variant: `${clients} clients, acknowledged by all`,
        subjects: [
          {
            subject: 'weft',
            version: '',
            figures: { p50Ms: spreadOf([p50]), p99Ms: spreadOf([p99]), residentMib: spreadOf([residentMib]) },
            errors: 0,
            notes: [],
          },
        ],
        comparisons: [],
        verdicts: [judge(`p99 of ${clients} clients ≤ ${maxP99Ms} ms`, p99, (value) => value <= maxP99Ms)],
        absent: [],
        notes: ['From the change of the source to the last acknowledgement; no API, storage or compilation of rules.'],
        functions: [],
        budgets: [],
      });
    }
    return results;
  },
};
