/** What a start costs: of the proxy until its first answer, and of the whole control plane until it is ready. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { benchRoot, freePorts, repositoryRoot, temporaryDirectory } from '../processes.ts';
import { type Cost, measureStart, type StartToMeasure, sampleConfiguration } from '../start-cost.ts';
import { spreadOf } from '../statistics.ts';
import { judge, type Scenario, type ScenarioResult, type Settings, type SubjectFigures } from './scenario.ts';

const STARTS = 10;
const MAX_PROXY_CPU_MS = 250;
const MAX_UP_MS = 3000;

const launcher = path.join(repositoryRoot, 'apps/cli/bin/weft.js');
/** What ships, not the sources. */
const BUILT = { WEFT_DIST: '1' };
const made = [
  path.join(repositoryRoot, 'apps/proxy/bundle/main.js'),
  path.join(repositoryRoot, 'apps/cli/dist/main.js'),
];

type Prepare = () => Promise<StartToMeasure>;

async function proxy(): Promise<StartToMeasure> {
  const directory = temporaryDirectory('start');
  const { text, port } = await sampleConfiguration(directory);
  const file = path.join(directory, 'start.json');
  writeFileSync(file, text);
  return { argv: [process.execPath, launcher, 'proxy', 'start', '-c', file], env: BUILT, port, path: '/' };
}

async function bareNode(): Promise<StartToMeasure> {
  const [port = 0] = await freePorts(1);
  // Types are stripped beforehand in what ships; here that is a part of the cost, a few ms for 10 lines.
  return {
    argv: [process.execPath, path.join(benchRoot, 'load/bare-node.ts'), String(port)],
    env: {},
    port,
    path: '/',
  };
}

async function up(): Promise<StartToMeasure> {
  const [port = 0, grpcPort = 0] = await freePorts(2);
  const directory = temporaryDirectory('up');
  const places = ['--listen', `127.0.0.1:${port}`, '--grpc', `127.0.0.1:${grpcPort}`, '--drm-query', 'off'];
  return {
    argv: [process.execPath, launcher, 'up', '--data', path.join(directory, 'data'), ...places],
    env: { ...BUILT, HOME: directory },
    port,
    path: '/readyz',
  };
}

function figures(subject: string, version: string, costs: readonly Cost[]): SubjectFigures {
  return {
    subject,
    version,
    figures: {
      cpuMs: spreadOf(costs.map((cost) => cost.cpuMs)),
      elapsedMs: spreadOf(costs.map((cost) => cost.elapsedMs)),
    },
    errors: 0,
    // The launcher says when it took something else than what ships.
    notes: costs.some((cost) => cost.said.includes('is older than'))
      ? ['the bundle is out of date: npm run build']
      : [],
  };
}

/** Starts take turns, so a slow phase of the machine hits all of them. */
async function runStarts(
  settings: Settings,
  programs: Readonly<Record<string, Prepare>>,
): Promise<Map<string, Cost[]>> {
  const costs = new Map<string, Cost[]>(Object.keys(programs).map((name) => [name, []]));
  for (let start = 0; start < (settings.quick ? 3 : STARTS); start++)
    for (const [name, prepare] of Object.entries(programs)) costs.get(name)?.push(await measureStart(await prepare()));
  for (const [name, all] of costs)
    settings.say(`  ${name}: ${spreadOf(all.map((cost) => cost.cpuMs)).median.toFixed(0)} ms of CPU`);
  return costs;
}

const BASE = { comparisons: [], absent: [], functions: [], budgets: [] } as const;

export const start: Scenario = {
  name: 'start',
  summary: 'CPU from the start of `weft proxy start` to its first answer; `weft up` until it is ready',
  run: async (settings): Promise<readonly ScenarioResult[]> => {
    const missing = made.find((file) => !existsSync(file));
    if (missing !== undefined)
      throw new Error(`${path.relative(repositoryRoot, missing)} does not exist: npm run build`);
    const costs = await runStarts(settings, {
      'weft proxy start': proxy,
      'bare node + worker': bareNode,
      'weft up': up,
    });
    const of = (name: string): SubjectFigures => figures(name, 'built', costs.get(name) ?? []);
    const own = of('weft proxy start');
    const control = of('weft up');
    return [
      {
        ...BASE,
        scenario: 'start',
        variant: 'proxy, one data thread, user and system CPU of all threads to the first answer',
        subjects: [own, of('bare node + worker')],
        verdicts: [
          judge(
            `weft proxy start ≤ ${MAX_PROXY_CPU_MS} ms of CPU`,
            own.figures['cpuMs']?.median,
            (value) => value <= MAX_PROXY_CPU_MS,
          ),
        ],
        notes: ['bare node + worker: Node and one more thread that listens, which is the floor'],
      },
      {
        ...BASE,
        scenario: 'start',
        variant: 'control plane, empty data directory, to the first 200 of /readyz',
        subjects: [control],
        verdicts: [
          judge(`weft up ready ≤ ${MAX_UP_MS} ms`, control.figures['elapsedMs']?.median, (value) => value <= MAX_UP_MS),
        ],
        notes: [],
      },
    ];
  },
};
