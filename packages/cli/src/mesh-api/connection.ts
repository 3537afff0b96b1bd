import type { ApiClient } from '@weft/api';
import { EXIT } from '@weft/kit';
import { CommandError } from '../outcome.ts';
import { loginFile, readLogins, readSecret } from './login-file.ts';

export interface ConnectionOptions {
  readonly endpoint?: string;
  readonly tenant?: string;
  readonly ws?: string;
  readonly tokenFile?: string;
}

export interface Connection {
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** '' where nobody has logged in. */
  readonly token: string;
  readonly tenantId: string | undefined;
  readonly workspaceId: string | undefined;
}

/** A file of hundreds of rules is more calls than a second may have; each wait is a second or so. */
const RATE_LIMIT_RETRIES = 5;

const PROBE_TIMEOUT_MS = 5000;

export const DEFAULT_ENDPOINT = 'http://127.0.0.1:8080';

/**
 * Where the control plane is and who calls: what was given, then the environment (WEFT_ENDPOINT, WEFT_TOKEN,
 * WEFT_TENANT, WEFT_WS), then what `weft login` has kept. A token that was kept goes to no other endpoint.
 */
export function findConnection(options: ConnectionOptions, environment = process.env): Connection {
  const given = options.endpoint || environment['WEFT_ENDPOINT'] || '';
  const fromFile = options.tokenFile === undefined ? null : readTokenFile(options.tokenFile);
  const token = fromFile ?? environment['WEFT_TOKEN'] ?? '';
  const logins = token !== '' && given !== '' ? [] : readLogins(loginFile(environment));
  const endpoint = checkedEndpoint(given || logins[0]?.endpoint || DEFAULT_ENDPOINT);
  const kept = logins.find((login) => login.endpoint === endpoint)?.token ?? '';
  return {
    endpoint,
    token: token || kept,
    tenantId: options.tenant || environment['WEFT_TENANT'] || undefined,
    workspaceId: options.ws || environment['WEFT_WS'] || undefined,
  };
}

/**
 * `place`: where calls act; `given` is the tenant and workspace that were named, `own` those of the token, for calls that
 * name the tenant in their path.
 * @throws CommandError when nobody has logged in
 */
export async function connect(
  options: ConnectionOptions,
  place: 'given' | 'own' = 'given',
): Promise<{ client: ApiClient; connection: Connection }> {
  const connection = findConnection(options);
  if (connection.token === '') {
    await expectAnswer(connection.endpoint);
    throw notLoggedIn(connection.endpoint);
  }
  const { createApiClient } = await import('@weft/api');
  const { endpoint, token, tenantId, workspaceId } = connection;
  const client = createApiClient({
    baseUrl: endpoint,
    token,
    rateLimitRetries: RATE_LIMIT_RETRIES,
    ...(tenantId === undefined || place === 'own' ? {} : { tenantId }),
    ...(workspaceId === undefined || place === 'own' ? {} : { workspaceId }),
  });
  return { client, connection };
}

/** Before a user is sent to log in, or asked for a password. @throws CommandError when nothing listens there */
export async function expectAnswer(endpoint: string): Promise<void> {
  try {
    await fetch(endpoint, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  } catch (error) {
    const { code = '', message = '' } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    throw new CommandError(
      EXIT.FAILED,
      'NO_ANSWER',
      `nothing answers at ${endpoint} (${code || message}): is a control plane running there? \`weft up\` starts one, --endpoint names another`,
    );
  }
}

export function notLoggedIn(endpoint: string): CommandError {
  return new CommandError(
    EXIT.FAILED,
    'not_logged_in',
    `nobody is logged in at ${endpoint}: weft login --endpoint ${endpoint}, or give --token-file or WEFT_TOKEN`,
  );
}

/** `http://host:port` without a path. @throws CommandError */
export function checkedEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.username !== ''
  )
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--endpoint: found "${text}", expected the address of a control plane such as ${DEFAULT_ENDPOINT}`,
    );
  return url.origin;
}

function readTokenFile(file: string): string {
  const text = readSecret(file)?.trim();
  if (text === undefined) throw new CommandError(EXIT.FAILED, 'token_file', `--token-file: ${file} is not there`);
  if (!/^[\x21-\x7e]{8,512}$/.test(text))
    throw new CommandError(EXIT.FAILED, 'token_file', `--token-file: ${file} does not hold a token and nothing else`);
  return text;
}
