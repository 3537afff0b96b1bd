import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MeshError } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';

/** Every file that a running proxy writes besides its logs. */
export interface RunFiles {
  readonly runDir: string;
  readonly stateDir: string;
  readonly pidFile: string;
  /** Unix socket of the admin API for this machine's own commands, mode 0600. */
  readonly socketFile: string;
  readonly lastGoodFile: string;
}

/** Default folder of pid file and socket: `/run/weft` for root, else below `$XDG_RUNTIME_DIR` or the temporary folder. */
export function defaultRunDir(): string {
  if (process.getuid?.() === 0) return '/run/weft';
  const base = process.env['XDG_RUNTIME_DIR'];
  return base === undefined || base === ''
    ? path.join(tmpdir(), `weft-${process.getuid?.() ?? 0}`)
    : path.join(base, 'weft');
}

export function defaultStateDir(): string {
  if (process.getuid?.() === 0) return '/var/lib/weft';
  const base = process.env['XDG_STATE_HOME'];
  return path.join(
    base === undefined || base === '' ? path.join(process.env['HOME'] ?? tmpdir(), '.local/state') : base,
    'weft',
  );
}

/** Names follow the configuration file, so that proxies with different files live side by side. */
export function runFiles(config: Pick<MosnConfig, 'weft' | 'pid'>, configFile: string): RunFiles {
  const runDir = config.weft.run_dir ?? defaultRunDir();
  const stateDir = config.weft.state_dir ?? defaultStateDir();
  const name = path.basename(configFile).replace(/\.(json|ya?ml)$/i, '');
  return {
    runDir,
    stateDir,
    pidFile: config.pid === '' ? path.join(runDir, `${name}.pid`) : config.pid,
    socketFile: path.join(runDir, `${name}.sock`),
    lastGoodFile: path.join(stateDir, `${name}.last-good.json`),
  };
}

/**
 * Makes the folders and writes the pid file; a stale one of a dead process is replaced.
 * @throws MeshError address_in_use when a proxy with this configuration runs already
 */
export function claimRunFiles(files: RunFiles): void {
  mkdirSync(files.runDir, { recursive: true, mode: 0o750 });
  mkdirSync(path.dirname(files.pidFile), { recursive: true, mode: 0o750 });
  const holder = readPid(files.pidFile);
  if (holder !== null && holder !== process.pid && isWeft(holder)) {
    throw new MeshError(
      'address_in_use',
      `a proxy with this configuration runs already (pid ${holder}, ${files.pidFile}); \`weft proxy stop\` ends it, or give another weft.run_dir`,
    );
  }
  writeFileSync(files.pidFile, `${process.pid}\n`, { mode: 0o644 });
  rmSync(files.socketFile, { force: true });
}

export function releaseRunFiles(files: RunFiles): void {
  // A start that was refused because another proxy has these files must leave them alone.
  if (readPid(files.pidFile) !== process.pid) return;
  rmSync(files.pidFile, { force: true });
  rmSync(files.socketFile, { force: true });
}

/** Process id in a pid file, or null. */
export function readPid(file: string): number | null {
  if (!existsSync(file)) return null;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** Replaces a file as a whole: a crash leaves the old or the new content, never half of one. */
export function writeAtomically(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o750 });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600, flush: true });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}

/** Whether a process is alive and of our kind; a pid may have been given to somebody else meanwhile. */
function isWeft(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    // ESRCH: it is gone.
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('proxy');
  } catch {
    // No /proc: believe the signal.
    return true;
  }
}
