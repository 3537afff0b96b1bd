/** What starting a program costs until it answers: each start is a process of its own. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from './processes.ts';

const LIMIT_MS = 20_000;
/** Clock ticks of /proc, fixed by Linux for user space. */
const TICK_MS = 10;

export interface Cost {
  /** User and system time of all threads, those that ended included. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
  /** What it wrote to stderr meanwhile. */
  readonly said: string;
}

export interface StartToMeasure {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Port that answers `GET <path>` with a status of 200. */
  readonly port: number;
  readonly path: string;
}

/** A JSON configuration with one listener that answers itself, on a port that was free a moment ago. */
export async function sampleConfiguration(directory: string): Promise<{ text: string; port: number }> {
  const [port = 0] = await freePorts(1);
  const proxy = { type: 'proxy', config: { downstream_protocol: 'Http1', router_config_name: 'routes' } };
  const listener = {
    name: 'front',
    address: `127.0.0.1:${port}`,
    bind_port: true,
    filter_chains: [{ filters: [proxy] }],
  };
  const route = { match: { prefix: '/' }, direct_response: { status: 200, body: 'ok' } };
  const router = { router_config_name: 'routes', virtual_hosts: [{ name: 'all', domains: ['*'], routers: [route] }] };
  const weft = { data_threads: 1, run_dir: directory, state_dir: directory };
  return { text: JSON.stringify({ servers: [{ listeners: [listener], routers: [router] }], weft }), port };
}

/** Starts a program, waits for its first good answer, says what that took and ends it. */
export async function measureStart({ argv, env, port, path: target }: StartToMeasure): Promise<Cost> {
  const startedAt = performance.now();
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    for (;;) {
      if (await answers(port, target)) break;
      if (child.exitCode !== null || performance.now() - startedAt > LIMIT_MS)
        throw new Error(`${path.basename(program)} gave no answer on port ${port}:\n${output}`);
      await pause(3);
    }
    return { elapsedMs: performance.now() - startedAt, cpuMs: cpuOf(child.pid as number), said: output };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** The larger of two truths: ticks of the whole process are coarse, nanoseconds by thread miss threads that ended. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return Math.max(ticksMs, nanoseconds / 1e6);
}

function answers(port: number, target: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = `GET ${target} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`;
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString('latin1').startsWith('HTTP/1.1 200'));
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
