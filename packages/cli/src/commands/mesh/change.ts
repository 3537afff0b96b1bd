import type { ApiClient, ChangeDetail } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { whoText } from '../../mesh-api/who.ts';
import { CommandError, type Outcome } from '../../outcome.ts';

interface ListOptions extends ConnectionOptions {
  readonly object?: string;
  readonly last: string;
}

interface RollbackOptions extends ConnectionOptions {
  readonly dryRun?: boolean;
  readonly comment?: string;
}

const MAX_LISTED = 500;

/** `weft change …`. */
export function addChangeCommands(program: Command, show: Show): void {
  const change = program.command('change').description('what was changed, and where each change has arrived');
  change.addHelpText(
    'after',
    '\nExamples:\n  weft change list\n  weft change show 0b9f6c1e-…\n  weft change rollback 0b9f6c1e --dry-run',
  );

  withConnection(change.command('list').description('changes of the workspace, newest first'))
    .option('--object <text>', 'part of what was changed, such as the name of a rule')
    .option('--last <count>', 'at most that many', '20')
    .addHelpText('after', helpText('0 listed', 'weft change list', 'weft change list --object echo-qps --json'))
    .action(async (options: ListOptions) => show(await withClient(options, (client) => listChanges(client, options))));

  withConnection(
    change
      .command('show')
      .argument('<id>', 'id of a change, or its first letters')
      .description('one change, hop by hop'),
  )
    .addHelpText(
      'after',
      helpText(
        '0 shown, 1 there is none, 3 a proxy rejected it',
        'weft change show 0b9f6c1e',
        'weft change show 0b9f6c1e --json',
      ),
    )
    .action(async (id: string, options: ConnectionOptions) =>
      show(await withClient(options, (client) => showChange(client, id))),
    );

  withConnection(
    change
      .command('rollback')
      .argument('<id...>', 'ids of changes, or their first letters; several are one release')
      .description('make all rules that these changes have touched what they were before, all or none'),
  )
    .option('--dry-run', 'only say what would be done')
    .option('--comment <text>', 'why; kept in the history')
    .addHelpText(
      'after',
      helpText(
        '0 done, 1 not: rules were changed by others since, which is said',
        'weft change rollback 0b9f6c1e --dry-run',
        'weft change rollback 0b9f6c1e 5d20aa17 --comment "release 12 was wrong"',
      ),
    )
    .action(async (ids: string[], options: RollbackOptions) =>
      show(await withClient(options, (client) => rollback(client, ids, options))),
    );
}

/** Content and switch; rules that the changes made go, rules that they deleted come back. */
async function rollback(client: ApiClient, wanted: readonly string[], options: RollbackOptions): Promise<Outcome> {
  const { dryRun = false, comment } = options;
  const changeIds: string[] = [];
  for (const id of wanted) changeIds.push(await wholeId(client, id));
  const { items } = await client.ms.rollbackChanges({
    body: { changeIds, dryRun, ...(comment === undefined ? {} : { comment }) },
  });
  const table = formatTable(
    ['rule', 'type', dryRun ? 'would be' : 'was', 'what'],
    items.map(({ app, name, type, action, changes }) => [
      `${app}/${name}`,
      type,
      DONE[action],
      action === 'replace' ? changes.map(({ path }) => path).join(', ') || 'as it is' : '',
    ]),
    'no rule is left to change',
  );
  return {
    exitCode: EXIT.OK,
    text: dryRun ? `${table}\na dry run: nothing was changed` : table,
    json: { ok: true, dryRun, items },
  };
}

const DONE = { replace: 'changed back', delete: 'deleted', restore: 'brought back' } as const;

export async function listChanges(client: ApiClient, { object, last }: ListOptions): Promise<Outcome> {
  const size = Number(last);
  if (!/^\d+$/.test(last) || size < 1 || size > MAX_LISTED)
    throw new CommandError(EXIT.USAGE, 'usage', `--last: found "${last}", expected 1 to ${MAX_LISTED}`);
  const { items } = await client.ms.listChanges({ query: { size, ...(object === undefined ? {} : { object }) } });
  const text = formatTable(
    ['change', 'at', 'who', 'what', 'result'],
    items.map((item) => [
      item.changeId.slice(0, 8),
      item.at,
      whoText(item.actor),
      `${item.operation} ${item.object}`,
      item.result,
    ]),
    'nothing was changed yet',
  );
  return { exitCode: EXIT.OK, text, json: { ok: true, items } };
}

async function showChange(client: ApiClient, wanted: string): Promise<Outcome> {
  const detail = await client.ms.getChange({ params: { changeId: await wholeId(client, wanted) } });
  const rejected = detail.hops.some(({ step }) => step === 'rejected');
  return {
    exitCode: rejected ? EXIT.REFUSED : EXIT.OK,
    text: textOf(detail),
    json: { ok: !rejected, change: detail },
  };
}

/** Lists show the first letters. @throws CommandError when they fit none of the newest changes, or several */
async function wholeId(client: ApiClient, wanted: string): Promise<string> {
  if (wanted.length >= 36) return wanted;
  const { items } = await client.ms.listChanges({ query: { size: MAX_LISTED } });
  const found = items.filter(({ changeId }) => changeId.startsWith(wanted));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.changeId;
  throw new CommandError(
    found.length > 1 ? EXIT.USAGE : EXIT.FAILED,
    found.length > 1 ? 'ambiguous' : 'NOT_FOUND',
    found.length > 1
      ? `"${wanted}" begins ${found.length} changes; give more letters`
      : `no change of the last ${MAX_LISTED} begins with "${wanted}": weft change list`,
  );
}

function textOf(change: ChangeDetail): string {
  const beginMs = Date.parse(change.at);
  const rows = change.hops.map(({ at, step, where, detail }) => [
    `+${Date.parse(at) - beginMs} ms`,
    step,
    where,
    detail,
  ]);
  return [
    `change ${change.changeId}`,
    `  ${change.operation} ${change.object} by ${whoText(change.actor)}, ${change.at}`,
    ...(change.summary === '' ? [] : [`  ${change.summary}`]),
    `  ${change.result}`,
    '',
    formatTable(['after', 'step', 'where', 'detail'], rows, 'no hop is known'),
  ].join('\n');
}
