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

/** `WEFT_LOGIN_FILE`, or `weft/login.json` in the user's folder for configuration. */
export function loginFile(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['WEFT_LOGIN_FILE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return path.join(environment['XDG_CONFIG_HOME'] || path.join(homedir(), '.config'), 'weft', 'login.json');
}

/** Null where nobody has logged in. @throws CommandError for a file that others can read, or that is none of ours */
export function readLogin(file: string): Login | null {
  const text = readSecret(file);
  if (text === null) return null;
  try {
    const { endpoint, token, user } = JSON.parse(text) as Partial<Login>;
    if (typeof endpoint === 'string' && typeof token === 'string') return { endpoint, token, user: user ?? '' };
  } catch {
    // Said below, without what the file says.
  }
  throw new CommandError(
    EXIT.FAILED,
    'login_unusable',
    `${file} is not what weft login writes: remove it and log in again`,
  );
}

/** Readable for its owner only. */
export function writeLogin(file: string, login: Login): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(fresh, file);
}

export function removeLogin(file: string): void {
  rmSync(file, { force: true });
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
