import { hostname } from 'node:os';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { askSecret } from '../../mesh-api/ask.ts';
import { described, helpText, type Show } from '../../mesh-api/command.ts';
import { checkedEndpoint, expectAnswer, findConnection } from '../../mesh-api/connection.ts';
import { type Login, loginFile, readLogins, readSecret, removeLogin, writeLogin } from '../../mesh-api/login-file.ts';
import { CommandError } from '../../outcome.ts';

interface LoginOptions {
  readonly endpoint?: string;
  readonly user: string;
  readonly passwordFile?: string;
  readonly newPasswordFile?: string;
}

const MIN_PASSWORD = 12;

/** `weft login` and `weft logout`. */
export function addLoginCommands(program: Command, show: Show): void {
  program
    .command('login')
    .description('log in to a control plane; the commands that follow are yours')
    .option('--endpoint <url>', 'control plane (default: WEFT_ENDPOINT, else http://127.0.0.1:8080)')
    .option('--user <name>', 'login name', 'admin')
    .option('--password-file <file>', 'file of mode 600 with the password, instead of asking')
    .option('--new-password-file <file>', 'file of mode 600 with the password that replaces a one-time one')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      `\nTakes an API token of 90 days and keeps it in a file of mode 600 (WEFT_LOGIN_FILE, else ~/.config/weft/login.json).\n${helpText(
        '0 logged in, 1 refused, no answer, or no terminal and no file to take the password from',
        'weft login --endpoint http://127.0.0.1:8080',
        'weft login --user anna --password-file ./password',
      )}`,
    )
    .action(async (options: LoginOptions) => {
      const { endpoint } = findConnection(options.endpoint === undefined ? {} : { endpoint: options.endpoint });
      const { takeToken } = await import('../../mesh-api/session.ts');
      await expectAnswer(endpoint);
      const password =
        secretFrom(options.passwordFile) ??
        (await askSecret(`password of ${options.user} at ${endpoint}`, 'give it with --password-file FILE'));
      const login = await described(endpoint, () =>
        takeToken({
          endpoint,
          loginName: options.user,
          password,
          newPassword: async () => secretFrom(options.newPasswordFile) ?? (await askNewPassword()),
          tokenName: `weft login on ${hostname()}`.slice(0, 64),
        }),
      );
      const file = loginFile();
      const before = readLogins(file)[0]?.endpoint;
      writeLogin(file, { endpoint, token: login.token, user: login.loginName });
      const { loginName: user, tenantId: tenant, workspaceId: ws, expiresAt } = login;
      show({
        exitCode: EXIT.OK,
        text: `${user} is logged in at ${endpoint}, tenant ${tenant}, workspace ${ws}${expiresAt === null ? '' : `, until ${expiresAt.slice(0, 10)}`}\n  kept in ${file}${elsewhere(before, endpoint)}`,
        json: { ok: true, endpoint, before: before ?? null, user, tenant, ws, expiresAt, file },
      });
    });

  program
    .command('logout')
    .description('forget the token of weft login, and revoke it')
    .option('--endpoint <url>', 'control plane (default: the one that commands use)')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      helpText(
        '0 logged out, also when nobody was logged in',
        'weft logout',
        'weft logout --endpoint http://127.0.0.1:8080',
      ),
    )
    .action(async (options: { readonly endpoint?: string }) => {
      const file = loginFile();
      const logins = readLogins(file);
      const wanted = options.endpoint === undefined ? undefined : checkedEndpoint(options.endpoint);
      const login = logins.find(({ endpoint }) => wanted === undefined || endpoint === wanted) ?? null;
      const revoked = login !== null && (await revoke(login));
      if (login !== null) removeLogin(file, login.endpoint);
      const next = readLogins(file)[0];
      const text =
        login === null
          ? `nobody was logged in${wanted === undefined ? '' : ` at ${wanted}`}`
          : `${login.user} is logged out at ${login.endpoint}${revoked ? '' : '; the token could not be revoked and ends by itself'}${next === undefined ? '' : `\n  commands go to ${next.endpoint} now, as ${next.user}`}`;
      show({ exitCode: EXIT.OK, text, json: { ok: true, revoked, next: next?.endpoint ?? null } });
    });
}

/** Whoever logs in at a second control plane should know that commands go there from now on. */
function elsewhere(before: string | undefined, endpoint: string): string {
  if (before === undefined || before === endpoint) return '';
  return `\n  commands go to ${endpoint} from now on, and no longer to ${before}; that login is kept: --endpoint ${before} or WEFT_ENDPOINT goes there`;
}

async function revoke({ endpoint, token }: Login): Promise<boolean> {
  const { createApiClient } = await import('@weft/api');
  const client = createApiClient({ baseUrl: endpoint, token, timeoutMs: 5000 });
  try {
    const { items } = await client.osp.listTokens({ query: { size: 500 } });
    const own = items.find((item) => item.prefix !== '' && token.startsWith(item.prefix));
    if (own === undefined) return false;
    await client.osp.deleteToken({ params: { tokenId: own.tokenId } });
    return true;
  } catch {
    // The control plane may be away, or may have revoked it already; forgetting it here is what was asked for.
    return false;
  }
}

function secretFrom(file: string | undefined): string | null {
  if (file === undefined) return null;
  const text = readSecret(file);
  if (text === null) throw new CommandError(EXIT.FAILED, 'password_file', `${file} is not there`);
  return text.replace(/\r?\n$/, '');
}

const askForNew = (question: string): Promise<string> => askSecret(question, 'give it with --new-password-file FILE');

/** Asks until the two are the same and long enough: the one-time password was right, and need not be typed again. */
export async function askNewPassword(
  ask: (question: string) => Promise<string> = askForNew,
  tell: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<string> {
  let question = `this was a one-time password; a new one, ${MIN_PASSWORD} characters or more`;
  for (;;) {
    const password = await ask(question);
    question = `a new password, ${MIN_PASSWORD} characters or more`;
    const count = [...password].length;
    if (count < MIN_PASSWORD) tell(`too short: ${count} characters, at least ${MIN_PASSWORD} are needed`);
    else if ((await ask('the same again')) === password) return password;
    else tell('the two are not the same');
  }
}
