import { type ApiClient, type AuditRow, auditEffect } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { whoText } from '../../mesh-api/who.ts';
import { CommandError, type Outcome } from '../../outcome.ts';

interface ListOptions extends ConnectionOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  readonly last: string;
}

const MAX_LISTED = 500;

/** `weft audit …`. */
export function addAuditCommands(program: Command, show: Show): void {
  const audit = program.command('audit').description('who changed what, and whether the log of it was tampered with');
  audit.addHelpText('after', '\nExamples:\n  weft audit list --last 50\n  weft audit verify');

  withConnection(audit.command('list').description('audit log of the workspace, newest first'))
    .option('--actor <name>', 'login name of who did it')
    .option('--action <text>', 'beginning of the action, such as ms.deleteLimitRule')
    .option('--object <text>', 'part of what was changed')
    .option('--last <count>', 'at most that many', '20')
    .addHelpText(
      'after',
      helpText('0 listed', 'weft audit list', 'weft audit list --actor anna --action osp. --last 100 --json'),
    )
    .action(async (options: ListOptions) => show(await withClient(options, (client) => list(client, options))));

  withConnection(
    audit
      .command('verify')
      .description('walk the hash chain of the audit log, of every tenant, and name its first break'),
  )
    .addHelpText(
      'after',
      `\nEach row holds the hash of itself and of the row before it. A row that was changed, added or deleted behind the back of\nthe control plane breaks the chain there; rows that were cut off at the end do not show in it.\n${helpText('0 the chain holds, 1 it is broken', 'weft audit verify', 'weft audit verify --json')}`,
    )
    .action(async (options: ConnectionOptions) => show(await withClient(options, verify)));
}

async function list(client: ApiClient, { actor, action, object, last }: ListOptions): Promise<Outcome> {
  const size = Number(last);
  if (!/^\d+$/.test(last) || size < 1 || size > MAX_LISTED)
    throw new CommandError(EXIT.USAGE, 'usage', `--last: found "${last}", expected 1 to ${MAX_LISTED}`);
  const { items, total } = await client.osp.listAudit({
    query: {
      size,
      ...(actor === undefined ? {} : { actor }),
      ...(action === undefined ? {} : { action }),
      ...(object === undefined ? {} : { object }),
    },
  });
  const rows = items.map((row) => [
    row.id,
    row.at,
    row.actorType === 'COMPONENT' ? whoText(row.actor) : row.actor,
    row.action,
    row.object,
    resultText(row),
    row.ip,
  ]);
  return {
    exitCode: EXIT.OK,
    text: formatTable(['id', 'at', 'who', 'action', 'object', 'result', 'from'], rows, 'there are no such rows'),
    json: { ok: true, items, total },
  };
}

const EFFECTS = { done: '', tried: ', only tried', unchanged: ', nothing changed' };

/** A call that was only to say what would happen, or found all as it was to be, is no change. */
const resultText = (row: AuditRow): string => `${row.result}${EFFECTS[auditEffect(row)]}`;

async function verify(client: ApiClient): Promise<Outcome> {
  const { rows, firstBrokenId } = await client.osp.verifyAudit();
  const holds = firstBrokenId === null;
  return {
    exitCode: holds ? EXIT.OK : EXIT.FAILED,
    text: holds
      ? `the audit log holds: ${rows} rows, each with the hash of the one before`
      : `the audit log is broken at row ${firstBrokenId}: it, or a row before it that is gone, was changed outside of the control plane; ${rows} rows before it hold`,
    json: { ok: holds, rows, firstBrokenId },
  };
}
