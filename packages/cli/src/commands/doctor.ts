import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import net from 'node:net';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { EXIT } from '@weft/kit';
import type { ConnectionOptions } from '../mesh-api/connection.ts';
import type { Outcome } from '../outcome.ts';
import type { Engine } from '../services.ts';
import { describeFailure } from '../start/index.ts';
import type { Check } from './check.ts';
import { meshChecks } from './diagnosis/doctor.ts';

/** Below this a start is refused. */
const MIN_DESCRIPTORS = 256;
/** Each proxied connection needs two: less than this is little for a proxy. */
const GOOD_DESCRIPTORS = 8192;
const NEEDED_NODE = [24, 21] as const;
/** Of the samples: listener, admin API, metrics. */
const SAMPLE_PORTS = ['127.0.0.1:2045', '127.0.0.1:34901', '127.0.0.1:34903'];

/** Snapshots, logs and the database need little, and a full disk stops rules from being changed. */
const MIN_FREE_BYTES = 64 * 1024 * 1024;
const GOOD_FREE_BYTES = 1024 * 1024 * 1024;

/**
 * Looks at what a proxy needs of this machine, and at the mesh where there is one. Exit code 1 when something would
 * stop a start, or is wrong in the mesh.
 */
export async function runDoctor(
  engine: Engine,
  configFile: string | undefined,
  connection: ConnectionOptions = {},
): Promise<Outcome> {
  const files = engine.runFiles(configFile ?? 'weft.yaml');
  const checks = [
    checkNode(),
    checkNodePackage(),
    checkDescriptors(descriptorLimit()),
    checkFfi(engine),
    checkFolder('run folder', path.dirname(files.socketFile), 'weft.run_dir or WEFT_RUN_DIR'),
    checkFolder('state folder', files.stateDir, 'weft.state_dir or WEFT_STATE_DIR'),
    checkDisk(files.stateDir),
    { name: 'processors', result: 'ok', message: `${availableParallelism()} usable` } as const,
    ...(await checkAddresses(engine, configFile)),
    ...(await meshChecks(connection)),
  ];
  const failed = checks.some((check) => check.result === 'fail');
  const marks = { ok: '✓', warn: '!', fail: '✗' };
  const width = Math.max(...checks.map((check) => check.name.length));
  const text = checks
    .map(({ name, result, message }) => `${marks[result]} ${name.padEnd(width)}  ${message}`)
    .join('\n');
  return { exitCode: failed ? EXIT.FAILED : EXIT.OK, text, json: { ok: !failed, checks } };
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
  return {
    name: 'node',
    result: good ? 'ok' : 'fail',
    message: `${process.version} at ${process.execPath}${good ? '' : `; ${NEEDED_NODE.join('.')} is needed`}`,
  };
}

/** The npm package that brings Node to machines with an older one; its binary is fetched by an install script. */
function checkNodePackage(): Check {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const home = path.join(folder, 'node_modules', 'node');
    if (existsSync(path.join(home, 'package.json'))) {
      if (existsSync(path.join(home, 'bin', 'node')))
        return { name: 'npm package node', result: 'ok', message: path.join(home, 'bin', 'node') };
      return {
        name: 'npm package node',
        result: 'warn',
        message:
          'its install script was blocked: `npm rebuild node` runs it, after `npm install-scripts approve node` where npm wants that',
      };
    }
    if (folder === path.dirname(folder))
      return { name: 'npm package node', result: 'ok', message: 'not installed, and not needed by this Node' };
  }
}

/** Soft limit of open files, which Node has raised to what is allowed. */
function descriptorLimit(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | 'unlimited' } } };
  const soft = userLimits?.open_files?.soft ?? 'unlimited';
  return soft === 'unlimited' ? 1_048_576 : soft;
}

function checkDescriptors(limit: number): Check {
  const result = limit < MIN_DESCRIPTORS ? 'fail' : limit < GOOD_DESCRIPTORS ? 'warn' : 'ok';
  const advice =
    result === 'ok' ? '' : '; `ulimit -n 65536` or LimitNOFILE=65536 raises it, and each connection needs two';
  return { name: 'descriptors', result, message: `${limit} open files allowed${advice}` };
}

function checkFfi(engine: Engine): Check {
  if (engine.canDuplicate()) return { name: 'koffi', result: 'ok', message: 'descriptors can be duplicated' };
  return {
    name: 'koffi',
    result: 'warn',
    message: 'there is no binary for this system: one thread accepts for all, and connections do not move',
  };
}

function checkFolder(name: string, folder: string, settings: string): Check {
  const existing = nearestFolder(folder);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
    return { name, result: 'ok', message: existing === folder ? folder : `${folder} can be made` };
  } catch {
    // Whatever the reason, this user cannot write there.
    return {
      name,
      result: 'fail',
      message: `${existing} is not writable for this user: name another with ${settings}`,
    };
  }
}

function checkDisk(folder: string): Check {
  const existing = nearestFolder(folder);
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  const result = free < MIN_FREE_BYTES ? 'fail' : free < GOOD_FREE_BYTES ? 'warn' : 'ok';
  return { name: 'disk', result, message: `${Math.round(free / 1024 / 1024)} MiB free in ${existing}` };
}

function nearestFolder(folder: string): string {
  let existing = folder;
  while (!existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
  return existing;
}

async function checkAddresses(engine: Engine, configFile: string | undefined): Promise<Check[]> {
  if (configFile === undefined) return Promise.all(SAMPLE_PORTS.map((address) => checkAddress(address, 'warn')));
  try {
    const { listeners } = await engine.compile(configFile);
    return await Promise.all(
      listeners
        .filter((listener) => listener.bound && !listener.address.startsWith('/'))
        .map((listener) => checkAddress(listener.address, 'fail')),
    );
  } catch (error) {
    return [{ name: 'configuration', result: 'fail', message: firstProblem(error, configFile) }];
  }
}

function firstProblem(error: unknown, configFile: string): string {
  return describeFailure(error, configFile).lines.find((line) => !line.startsWith('warning: ')) ?? configFile;
}

/** A proxy that runs already holds its ports, so a port in use is a failure only where a configuration asks for it. */
function checkAddress(address: string, otherwise: 'warn' | 'fail'): Promise<Check> {
  const at = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const server = net.createServer();
    const name = `port ${address.slice(at + 1)}`;
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'in use'
          : error.code === 'EACCES'
            ? 'below 1024 and not permitted'
            : error.message;
      resolve({ name, result: otherwise, message: `${address} is ${why}` });
    });
    server.listen({ host: address.slice(0, at), port: Number(address.slice(at + 1)) }, () =>
      server.close(() => resolve({ name, result: 'ok', message: `${address} is free` })),
    );
  });
}
