import type { ApiClient } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { allPages } from '../../mesh-api/all-pages.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { whoText } from '../../mesh-api/who.ts';
import type { Outcome } from '../../outcome.ts';
import { findRule } from './find-rule.ts';
import { RULE, type TypeOption } from './rule-types.ts';

/** `weft rule history`. `typed` adds the option for the type. */
export function addHistoryCommand(rule: Command, show: Show, typed: (command: Command) => Command): void {
  typed(
    withConnection(
      rule
        .command('history')
        .argument('<rule>', RULE)
        .description('versions of a rule, newest first: what was done, by whom and why'),
    ),
  )
    .addHelpText(
      'after',
      helpText(
        '0 listed, 1 there is no such rule',
        'weft rule history echo-qps',
        'weft rule diff echo-qps --from 3',
        'weft rule rollback echo-qps --to 3',
      ),
    )
    .action(async (wanted: string, options: ConnectionOptions & TypeOption) =>
      show(await withClient(options, (client) => showHistory(client, wanted, options))),
    );
}

export async function showHistory(client: ApiClient, wanted: string, { type }: TypeOption): Promise<Outcome> {
  const { rule, of } = await findRule(client, wanted, type);
  const params = { id: rule.ruleDbId };
  const items = await allPages((page) => of.calls.versions({ params, query: page }));
  const table = formatTable(
    ['version', 'what', 'by', 'at', 'why'],
    items.map(({ version, operation, by, at, comment }) => [version, operation, whoText(by), at, comment]),
    'no version of it is kept',
  );
  return {
    exitCode: EXIT.OK,
    text: `${rule.app}/${rule.name} (${of.kind.segment} ${rule.ruleDbId})\n${table}`,
    json: { ok: true, rule: rule.ruleDbId, items },
  };
}
