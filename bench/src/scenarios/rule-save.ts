/** How long a rule that somebody saves takes to be acknowledged by every proxy: the whole way, from the HTTP call on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createApiClient } from '@weft/api';
import { ruleKinds } from '@weft/app-control/rule-kinds';
import { startControlPlane } from '@weft/control';
import { ruleDataId } from '@weft/schema/data-id';
import { LOAD_CORE, repositoryRoot } from '../processes.ts';
import { spreadOf } from '../statistics.ts';
import { judge, type Scenario, type ScenarioResult } from './scenario.ts';

const APP = 'bench';
const NAME = ruleDataId('LIMIT', APP);
const VARIANTS = [
  { clients: 1, maxP99Ms: 300 },
  { clients: 1000, maxP99Ms: 1000 },
];
/** Rules of the app beside the one that is saved. */
const OTHER_RULES = 20;
const CONNECT_LIMIT_MS = 120_000;
const SAVE_LIMIT_MS = 30_000;
const PASSWORD = 'a password of the bench';
const ANY_PORT = { host: '127.0.0.1', port: 0 };

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

async function openApi(baseUrl: string, oneTimePassword: string) {
  const login = await fetch(`${baseUrl}/openapi/v1/osp/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ loginName: 'admin', password: oneTimePassword }),
  });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const { csrfToken } = (await login.json()) as { csrfToken: string };
  const withCookie: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('cookie', cookie);
    return fetch(input, { ...init, headers });
  };
  const client = createApiClient({ baseUrl, fetch: withCookie, csrfToken: () => csrfToken });
  await client.osp.changeOwnPassword({ body: { currentPassword: oneTimePassword, newPassword: PASSWORD } });
  return client;
}

async function measure(clients: number, saves: number): Promise<{ elapsedMs: number[]; answeredMs: number[] }> {
  const directory = mkdtempSync(path.join(tmpdir(), 'weft-bench-control-'));
  const plane = await startControlPlane({
    dataDirectory: directory,
    http: ANY_PORT,
    grpc: ANY_PORT,
    drmQuery: null,
    version: { version: '', revision: '' },
    rateLimits: { readsPerSecond: 1e6, writesPerSecond: 1e6 },
    ruleKinds,
  });
  let child: ChildProcess | undefined;
  try {
    const { seeded } = plane;
    if (seeded === null || plane.grpcAddress === null) throw new Error('the directory was not empty');
    const api = await openApi(plane.url.slice(0, -1), seeded.oneTimePassword);
    const body = (name: string, threshold: number) => ({
      name,
      app: APP,
      enabled: true,
      services: [`${name}.bench:80@Http1`],
      spec: { threshold },
    });
    for (let i = 0; i < OTHER_RULES; i++) await api.ms.createLimitRule({ body: body(`other-${i}`, 1) });

    let version = plane.context.drm.get({ instanceId: seeded.instanceId, dataId: NAME })?.version ?? 0;
    let missing = clients;
    let wake: () => void = () => {};
    plane.context.drm.onAck((event) => {
      if (event.dataId === NAME && event.version === version && --missing === 0) wake();
    });
    const acknowledged = (limitMs: number): Promise<void> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${missing} of ${clients} silent after ${limitMs} ms`)),
          limitMs,
        );
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    const keyFile = path.join(directory, 'key.json');
    writeFileSync(keyFile, JSON.stringify({ accessKey: seeded.accessKeyId, secret: seeded.secret }), { mode: 0o600 });
    const program = path.join(repositoryRoot, 'bench/load/push-clients.ts');
    const argv = ['--conditions=@weft/source', program, plane.grpcAddress, String(clients), NAME, keyFile];
    const connected = acknowledged(CONNECT_LIMIT_MS);
    child = spawn('taskset', ['-c', String(LOAD_CORE), process.execPath, ...argv], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await connected;
    const { ruleDbId: id } = await api.ms.createLimitRule({ body: body('saved', 1) });
    const elapsedMs: number[] = [];
    const answeredMs: number[] = [];
    const newest = (): number => plane.context.drm.get({ instanceId: seeded.instanceId, dataId: NAME })?.version ?? 0;
    // The version that creating the rule made.
    version = newest();
    for (let save = 1; save <= saves; save++) {
      version = newest() + 1;
      missing = clients;
      const all = acknowledged(SAVE_LIMIT_MS);
      const begin = performance.now();
      await api.ms.replaceLimitRule({ params: { id }, body: body('saved', save + 1) }, { ifMatch: save });
      answeredMs.push(performance.now() - begin);
      await all;
      elapsedMs.push(performance.now() - begin);
    }
    return { elapsedMs, answeredMs };
  } finally {
    child?.kill();
    await plane.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

export const ruleSave: Scenario = {
  name: 'rule-save',
  summary: 'a rule saved through the HTTP interface, until 1 and 1000 simulated proxies have acknowledged it',
  startsNoSubject: true,
  run: async (settings) => {
    const results: ScenarioResult[] = [];
    for (const { clients, maxP99Ms } of VARIANTS) {
      const { elapsedMs, answeredMs } = await measure(clients, settings.quick ? 20 : 100);
      const sorted = [...elapsedMs].sort((a, b) => a - b);
      const p50 = percentile(sorted, 0.5);
      const p99 = percentile(sorted, 0.99);
      const answered = percentile(
        [...answeredMs].sort((a, b) => a - b),
        0.5,
      );
      settings.say(
        `  ${clients} clients: acknowledged p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; answered p50 ${answered.toFixed(1)} ms; ${elapsedMs.length} saves`,
      );
      results.push({
        scenario: 'rule-save',
        variant: `${clients} clients, acknowledged by all`,
        subjects: [
          {
            subject: 'weft',
            version: '',
            figures: { p50Ms: spreadOf([p50]), p99Ms: spreadOf([p99]), answeredP50Ms: spreadOf([answered]) },
            errors: 0,
            notes: [],
          },
        ],
        comparisons: [],
        verdicts: [judge(`p99 of ${clients} clients ≤ ${maxP99Ms} ms`, p99, (value) => value <= maxP99Ms)],
        absent: [],
        notes: [
          `From the call to the last acknowledgement: permission, check, transaction with full sync, ${OTHER_RULES + 1} rules compiled, push.`,
        ],
        functions: [],
        budgets: [],
      });
    }
    return results;
  },
};
