import type { ApiClient } from '@weft/api';
import { type Command, Option } from 'commander';
import type { Outcome } from '../outcome.ts';
import { type Connection, type ConnectionOptions, connect } from './connection.ts';
import { toCommandError } from './failure.ts';

export type Show = (outcome: Outcome) => void;

/** A command with the options that all commands towards a control plane have. */
export function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--endpoint <url>', 'control plane (default: of weft login, else http://127.0.0.1:8080)'))
    .option('--tenant <id>', 'tenant, where it is not that of the token')
    .option('--ws <id>', 'workspace, where it is not that of the token')
    .option('--token-file <file>', 'file of mode 600 with an API token; else WEFT_TOKEN, else that of weft login')
    .option('--json', 'answer in JSON');
}

/** Connects, runs, and says what the control plane refused in the words of a command. */
export async function withClient(
  options: ConnectionOptions,
  run: (client: ApiClient, connection: Connection) => Promise<Outcome>,
): Promise<Outcome> {
  const { client, connection } = await connect(options);
  return described(connection.endpoint, () => run(client, connection));
}

/**
 * The same for commands about a tenant as a whole: the tenant is the one that was named, else that of the token. A tenant
 * that has no workspace yet cannot be where a call acts.
 */
export async function withTenant(
  options: ConnectionOptions,
  run: (client: ApiClient, tenantId: string) => Promise<Outcome>,
): Promise<Outcome> {
  const { client, connection } = await connect(options, 'own');
  return described(connection.endpoint, async () =>
    run(client, connection.tenantId ?? (await client.osp.getSession()).tenantId),
  );
}

export async function described<T>(endpoint: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toCommandError(error, endpoint);
  }
}

/** What `--help` says below the options. */
export function helpText(exitCodes: string, ...lines: readonly string[]): string {
  return `\nExit codes: ${exitCodes}.\n\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
