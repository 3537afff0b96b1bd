import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { EXIT } from '@weft/kit';
import { CommandError } from '../outcome.ts';

/** Who somebody is to a control plane, kept between commands. */
export interface Login {
  readonly endpoint: string;
  readonly token: string;
  readonly user: string;
}

const GROUP_OR_OTHERS = 0o077;
/** Logins at other control planes that are kept; the oldest is forgotten. */
const MAX_OTHERS = 20;

/** `WEFT_LOGIN_FILE`, or `weft/login.json` in the user's folder for configuration. */
export function loginFile(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['WEFT_LOGIN_FILE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return path.join(environment['XDG_CONFIG_HOME'] || path.join(homedir(), '.config'), 'weft', 'login.json');
}

/**
 * The logins of a file, the one that commands use first; none where nobody has logged in.
 * @throws CommandError for a file that others can read, or that is none of ours
 */
export function readLogins(file: string): readonly Login[] {
  const text = readSecret(file);
  if (text === null) return [];
  try {
    const { others = [], ...current } = JSON.parse(text) as Partial<Login> & { others?: readonly Partial<Login>[] };
    const logins = [current, ...others].flatMap(({ endpoint, token, user = '' }) =>
      typeof endpoint === 'string' && typeof token === 'string' ? [{ endpoint, token, user }] : [],
    );
    if (logins.length === others.length + 1) return logins;
  } catch {
    // Said below, without what the file says.
  }
  throw new CommandError(
    EXIT.FAILED,
    'login_unusable',
    `${file} is not what weft login writes: remove it and log in again`,
  );
}

/** Makes a login the one that commands use; those at other control planes stay. Readable for its owner only. */
export function writeLogin(file: string, login: Login): void {
  const others = readLogins(file).filter(({ endpoint }) => endpoint !== login.endpoint);
  write(file, [login, ...others.slice(0, MAX_OTHERS)]);
}

/** Forgets the login at a control plane. */
export function removeLogin(file: string, endpoint: string): void {
  const left = readLogins(file).filter((login) => login.endpoint !== endpoint);
  if (left.length === 0) rmSync(file, { force: true });
  else write(file, left);
}

function write(file: string, [login, ...others]: readonly Login[]): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify({ ...login, ...(others.length === 0 ? {} : { others }) }, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  renameSync(fresh, file);
}

/** The text of a file that holds a secret; null when it is not there. @throws CommandError when others can read it */
export function readSecret(file: string): string | null {
  try {
    const { mode } = statSync(file);
    if ((mode & GROUP_OR_OTHERS) !== 0)
      throw new CommandError(
        EXIT.FAILED,
        'secret_readable',
        `${file} can be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 ${file}`,
      );
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
