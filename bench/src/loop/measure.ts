/** Runs a proxy with the script in it (`preload.ts`) and reads what it measured. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, repositoryRoot, temporaryDirectory } from '../processes.ts';
import type { Setup, Subject } from '../subjects/subject.ts';
import { weft } from '../subjects/weft.ts';
import type { LoopProtocol } from './callers.ts';
import type { LoopPlan, LoopResult } from './plan.ts';

export interface Variant {
  readonly protocol: LoopProtocol;
  readonly connections: number;
  readonly inFlight: number;
}

export interface MeasureOptions {
  readonly warmupMs: number;
  /** Of all samples together. */
  readonly durationMs: number;
  /** Where CPU profiles go; '' for none. */
  readonly profiles: string;
}

const PRELOAD = fileURLToPath(new URL('preload.ts', import.meta.url));
const LIMIT_MS = 120_000;
/** Short enough that some of them are not interrupted on a busy machine. */
const SAMPLE_MS = 8;

/** Connects again and again until somebody listens. */
async function connect(port: number, untilMs: number): Promise<net.Socket> {
  for (;;) {
    const socket = net.connect({ port, host: '127.0.0.1' });
    const isConnected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.on('error', () => {});
    if (isConnected) return socket;
    if (performance.now() > untilMs) throw new Error(`nobody listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function listen(): Promise<net.Server> {
  const server = net.createServer((socket) => void socket.on('error', () => {}));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Measures one proxy, or the script alone (`subject` null). */
export async function measure(subject: Subject | null, variant: Variant, options: MeasureOptions): Promise<LoopResult> {
  const directory = temporaryDirectory('loop');
  const hosts = await Promise.all([listen(), listen()]);
  const backendPorts = hosts.map((server) => (server.address() as net.AddressInfo).port);
  const [listenPort = 0, adminPort = 0, metricsPort = 0] = subject === null ? [] : await freePorts(3);
  const { protocol, connections, inFlight } = variant;
  const resultFile = path.join(directory, 'result.json');
  const { warmupMs, durationMs, profiles } = options;
  const plan: LoopPlan = {
    protocol,
    connections,
    inFlight,
    listenPort,
    backendPorts,
    onMainThread: subject !== weft,
    warmupMs,
    sampleMs: SAMPLE_MS,
    samples: Math.ceil(durationMs / SAMPLE_MS),
    resultFile,
    profileFile:
      profiles === '' || subject === null
        ? ''
        : path.resolve(profiles, `${subject.name}-${protocol}-${inFlight}.cpuprofile`),
  };
  const setup: Setup = {
    protocol,
    listenPort,
    adminPort,
    metricsPort,
    backendPorts,
    threads: 1,
    clusters: 1,
    routes: 2,
    directory,
  };
  const flags = ['--import', PRELOAD];
  const launch = subject?.prepare(setup, process.execPath, flags);
  const [program = '', ...args] = launch?.argv ?? [process.execPath, ...flags, '--eval', 'setInterval(() => {}, 1000)'];
  const child = spawn(program, args, {
    cwd: repositoryRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...launch?.environment, WEFT_LOOP: JSON.stringify(plan) },
  });
  const callers: net.Socket[] = [];
  const untilMs = performance.now() + LIMIT_MS;
  try {
    for (let i = 0; subject !== null && i < connections; i++) callers.push(await connect(listenPort, untilMs));
    while (!existsSync(resultFile)) {
      if (child.exitCode !== null || performance.now() > untilMs)
        throw new Error(`${subject?.name ?? 'the script'} gave no result for ${protocol}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return JSON.parse(readFileSync(resultFile, 'utf8')) as LoopResult;
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGKILL')) await gone;
    for (const socket of callers) socket.destroy();
    for (const server of hosts) server.close();
  }
}
