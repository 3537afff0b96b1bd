import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MosnConfig } from '@weft/schema';

/** Every file that a running proxy writes besides its logs. */
export interface RunFiles {
  readonly runDir: string;
  readonly stateDir: string;
  readonly pidFile: string;
  /** Says which process serves here, and with which configuration file. */
  readonly runFile: string;
  /** Unix socket of the admin API for this machine's own commands, mode 0600. */
  readonly socketFile: string;
  readonly lastGoodFile: string;
}

/**
 * Default folder of pid file and socket: `$WEFT_RUN_DIR`, else `/run/weft` for root, else below `$XDG_RUNTIME_DIR` or the
 * temporary folder.
 */
export function defaultRunDir(): string {
  const chosen = process.env['WEFT_RUN_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (process.getuid?.() === 0) return '/run/weft';
  const base = process.env['XDG_RUNTIME_DIR'];
  return base === undefined || base === ''
    ? path.join(tmpdir(), `weft-${process.getuid?.() ?? 0}`)
    : path.join(base, 'weft');
}

/** Default folder of what outlives a process: `$WEFT_STATE_DIR`, else `/var/lib/weft` for root, else below the user's state. */
export function defaultStateDir(): string {
  const chosen = process.env['WEFT_STATE_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (process.getuid?.() === 0) return '/var/lib/weft';
  const base = process.env['XDG_STATE_HOME'];
  return path.join(
    base === undefined || base === '' ? path.join(process.env['HOME'] ?? tmpdir(), '.local/state') : base,
    'weft',
  );
}

/**
 * Names follow the name of the configuration file, so that proxies with different files live side by side. Two files of
 * one name in different folders share them: the run file tells whose they are, and the second start is refused.
 */
export function runFiles(config: Pick<MosnConfig, 'weft' | 'pid'>, configFile: string): RunFiles {
  const runDir = config.weft.run_dir ?? defaultRunDir();
  const stateDir = config.weft.state_dir ?? defaultStateDir();
  const name = path.basename(configFile).replace(/\.(json|ya?ml)$/i, '');
  return {
    runDir,
    stateDir,
    pidFile: config.pid === '' ? path.join(runDir, `${name}.pid`) : config.pid,
    runFile: path.join(runDir, `${name}.run.json`),
    socketFile: path.join(runDir, `${name}.sock`),
    lastGoodFile: path.join(stateDir, `${name}.last-good.json`),
  };
}

/** Replaces a file as a whole: a crash leaves the old or the new content, never half of one. */
export function writeAtomically(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o750 });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600, flush: true });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}
