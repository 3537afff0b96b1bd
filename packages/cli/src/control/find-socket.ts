import { existsSync, readdirSync, realpathSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { EXIT } from '@weft/kit';
import { CommandError } from '../outcome.ts';
import type { Engine } from '../services.ts';
import { DEFAULT_CONFIGS } from '../start/index.ts';

/**
 * The socket of the proxy that a command is for: the one with this configuration, or the only one that runs.
 * @throws CommandError when there is none, or more than one and no configuration tells which
 */
export async function findSocket(engine: Engine, configFile: string | undefined): Promise<string> {
  if (configFile !== undefined) return await socketOf(engine, configFile);
  const runDir = engine.defaultRunDir();
  const living = await livingSockets(runDir);
  const [only] = living;
  if (only === undefined) {
    throw new CommandError(
      EXIT.FAILED,
      'not_running',
      `no proxy runs: there is no living socket in ${runDir}; if one runs with another run_dir, name its configuration with -c FILE`,
    );
  }
  if (living.length > 1) {
    const lines = living.map((socketFile) => `  ${describe(engine, socketFile)}`);
    throw new CommandError(
      EXIT.USAGE,
      'ambiguous',
      `${living.length} proxies run in ${runDir}; say which one with\n${lines.join('\n')}`,
    );
  }
  return only;
}

/**
 * The socket of the proxy that a command ends. The run folder is shared by all that the user runs: without a name, only a
 * proxy whose configuration is of this folder is meant, and `tell` hears which one it is.
 * @throws CommandError as `findSocket` does, and for a proxy of another folder
 */
export async function findSocketToEnd(
  engine: Engine,
  configFile: string | undefined,
  tell: (line: string) => void,
): Promise<string> {
  const socketFile = await findSocket(engine, configFile);
  if (configFile !== undefined) return socketFile;
  const claim = engine.readClaim(runFileOf(socketFile), '');
  if (claim !== null && !isOfThisFolder(claim.configFile)) {
    throw new CommandError(
      EXIT.USAGE,
      'ambiguous',
      `the only proxy that runs has no configuration of this folder; if it is the one, say so with\n  ${describe(engine, socketFile)}`,
    );
  }
  tell(`stopping the only proxy that runs: ${describe(engine, socketFile)}`);
  return socketFile;
}

/** Where `weft proxy start` looks when it is not told either. */
function isOfThisFolder(configFile: string): boolean {
  const folder = realPath(path.dirname(configFile));
  return DEFAULT_CONFIGS.some((file) => realPath(path.dirname(path.resolve(file))) === folder);
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // Gone: its name is what is left.
    return folder;
  }
}

async function socketOf(engine: Engine, configFile: string): Promise<string> {
  const { socketFile, runFile } = engine.runFiles(configFile);
  // A proxy may outlive its file; without a socket the name is a slip more likely than anything else.
  if (!existsSync(socketFile) && !existsSync(configFile)) {
    const running = (await livingSockets(path.dirname(socketFile))).map((file) => `\n  ${describe(engine, file)}`);
    throw new CommandError(
      EXIT.FAILED,
      'not_running',
      `there is no file ${configFile}, and no proxy runs with it${running.length === 0 ? '' : `; what runs is${running.join('')}`}`,
    );
  }
  if (!existsSync(socketFile)) {
    throw new CommandError(
      EXIT.FAILED,
      'not_running',
      `no proxy runs with ${configFile}: there is no socket ${socketFile}`,
    );
  }
  const claim = engine.readClaim(runFile, configFile);
  if (claim !== null && !claim.same) {
    throw new CommandError(
      EXIT.FAILED,
      'not_running',
      `no proxy runs with ${configFile}: ${socketFile} is of the proxy with another file of that name (pid ${claim.pid}), which is \`-c ${claim.configFile}\``,
    );
  }
  return socketFile;
}

const runFileOf = (socketFile: string): string => socketFile.replace(/\.sock$/, '.run.json');

/** `-c FILE (pid n)`: what to write to mean the proxy of this socket. */
function describe(engine: Engine, socketFile: string): string {
  const claim = engine.readClaim(runFileOf(socketFile), '');
  return claim === null ? socketFile : `-c ${claim.configFile} (pid ${claim.pid})`;
}

/** Sockets on which somebody listens; what a crash has left behind is not among them. */
async function livingSockets(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.sock'));
  } catch {
    // No folder: no proxy was ever started there.
    return [];
  }
  const files = names.sort().map((name) => path.join(folder, name));
  const alive = await Promise.all(files.map(isListening));
  return files.filter((_, index) => alive[index]);
}

function isListening(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(file);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // A socket of another user is alive, too; using it will say why it cannot be used.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EACCES'));
  });
}
