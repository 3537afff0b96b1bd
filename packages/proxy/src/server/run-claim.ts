import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MeshError } from '@weft/kit';
import type { RunFiles } from './run-files.ts';

/** Whose run files they are: the content of the run file. */
export interface RunClaim {
  readonly pid: number;
  /** Absolute path of the configuration file as it was named at the start. */
  readonly configFile: string;
  /** The same with symbolic links followed; equal to `configFile` where the file was gone. */
  readonly realConfigFile: string;
}

/**
 * Makes the folders, and writes run file and pid file; those of a dead process are replaced.
 * @throws MeshError address_in_use when a living proxy has one of them
 */
export function claimRunFiles(files: RunFiles, configFile: string): void {
  mkdirSync(files.runDir, { recursive: true, mode: 0o750 });
  mkdirSync(path.dirname(files.pidFile), { recursive: true, mode: 0o750 });
  const claim = { pid: process.pid, ...realPaths(configFile) };
  for (let attempt = 0; !write(files.runFile, claim); attempt++) {
    const holder = readClaim(files.runFile);
    if (holder !== null && holder.pid !== process.pid && isWeft(holder.pid)) throw refusal(holder, files, configFile);
    if (attempt > 0)
      throw new MeshError('address_in_use', `${files.runFile}: another proxy starts with this name at this moment`);
    rmSync(files.runFile, { force: true });
  }
  const other = readPid(files.pidFile);
  if (other !== null && other !== process.pid && isWeft(other)) {
    rmSync(files.runFile, { force: true });
    throw new MeshError(
      'address_in_use',
      `${files.pidFile} is the pid file of another proxy that runs (pid ${other}); give ${configFile} another \`pid\`, or stop that process`,
    );
  }
  writeFileSync(files.pidFile, `${process.pid}\n`, { mode: 0o644 });
  rmSync(files.socketFile, { force: true });
}

/** Removes what this process has claimed, and nothing that another proxy has. */
export function releaseRunFiles(files: RunFiles): void {
  if (readClaim(files.runFile)?.pid !== process.pid) return;
  if (readPid(files.pidFile) === process.pid) rmSync(files.pidFile, { force: true });
  rmSync(files.socketFile, { force: true });
  rmSync(files.runFile, { force: true });
}

/** What a run file says, or null where there is none that can be read. */
export function readClaim(runFile: string): RunClaim | null {
  try {
    const claim = JSON.parse(readFileSync(runFile, 'utf8')) as RunClaim;
    return Number.isInteger(claim.pid) && typeof claim.configFile === 'string' ? claim : null;
  } catch {
    // Not there, or half of one after a crash of the machine: then it claims nothing.
    return null;
  }
}

/**
 * Whether a claim is the one of a configuration file. Either path will do: a link that was turned to another file since
 * (as Kubernetes updates a mounted configuration) is still the configuration of that proxy.
 */
export function isClaimOf(claim: RunClaim, configFile: string): boolean {
  const { configFile: absolute, realConfigFile } = realPaths(configFile);
  return claim.configFile === absolute || claim.realConfigFile === realConfigFile;
}

/** Process id in a pid file, or null. */
export function readPid(file: string): number | null {
  if (!existsSync(file)) return null;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** False when there is such a file already. */
function write(file: string, claim: RunClaim): boolean {
  try {
    writeFileSync(file, `${JSON.stringify(claim)}\n`, { mode: 0o644, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function refusal(holder: RunClaim, files: RunFiles, configFile: string): MeshError {
  if (isClaimOf(holder, configFile))
    return new MeshError(
      'address_in_use',
      `a proxy with ${configFile} runs already (pid ${holder.pid}); \`weft proxy reload -c ${configFile}\` applies a change, \`weft proxy stop -c ${configFile}\` ends it`,
    );
  return new MeshError(
    'address_in_use',
    `another configuration of this name is in use: pid ${holder.pid} runs with ${holder.configFile} and has ${files.runFile}; rename ${configFile}, give it another weft.run_dir, or end the other one with \`weft proxy stop -c ${holder.configFile}\``,
  );
}

function realPaths(configFile: string): Pick<RunClaim, 'configFile' | 'realConfigFile'> {
  const absolute = path.resolve(configFile);
  try {
    return { configFile: absolute, realConfigFile: realpathSync(absolute) };
  } catch {
    // Gone: a start from the last good copy.
    return { configFile: absolute, realConfigFile: absolute };
  }
}

/** Whether a process is alive and of our kind; a pid may have been given to somebody else meanwhile. */
function isWeft(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // ESRCH: it is gone. EPERM: it lives, as somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('proxy');
  } catch {
    // No /proc: believe the signal.
    return true;
  }
}
