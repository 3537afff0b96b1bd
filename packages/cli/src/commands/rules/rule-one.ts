import type { ApiClient } from '@weft/api';
import { EXIT } from '@weft/kit';
import { askLine } from '../../mesh-api/ask.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { type FoundRule, findRule } from './find-rule.ts';
import { pushText, specText } from './rule-text.ts';
import type { TypeOption } from './rule-types.ts';

export interface DeleteOptions extends TypeOption {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** What a list has no room for, then the rule as a file has it. */
export async function showRule(client: ApiClient, wanted: string, options: TypeOption): Promise<Outcome> {
  const { rule, of } = await findRule(client, wanted, options.type);
  const { rules } = await of.calls.exportFile({ body: { ids: [rule.ruleDbId] } });
  const [body] = rules;
  const { stringify } = await import('yaml');
  const text = [
    `${rule.app}/${rule.name} (${rule.ruleDbId}): ${of.kind.title}, ${rule.enabled ? 'on' : 'off'}, ${rule.mode}`,
    `  ${specText(rule)}`,
    `  version ${rule.version} by ${rule.modifiedBy}, ${rule.modifiedAt}`,
    `  proxies: ${pushText(rule)}; hits in 5 minutes: ${rule.hits5m}`,
    ...rule.warnings.map((warning) => `  ! ${warning}`),
    '',
    stringify({ type: of.kind.segment, ...body }).trimEnd(),
  ].join('\n');
  return { exitCode: EXIT.OK, text, json: { ok: true, rule } };
}

/** Deletes rules after a question, or with `yes` at once. All are looked up before the first is deleted. */
export async function deleteRules(
  client: ApiClient,
  wanted: readonly string[],
  options: DeleteOptions,
): Promise<Outcome> {
  const found = new Map<number, FoundRule>();
  for (const one of wanted) {
    const item = await findRule(client, one, options.type);
    found.set(item.rule.ruleDbId, item);
  }
  const all = [...found.values()];
  const lines = all.map(({ rule, of }) => {
    const state = rule.enabled
      ? `on, at ${rule.push.target} live ${rule.push.target === 1 ? 'proxy' : 'proxies'}`
      : 'off';
    return `${rule.app}/${rule.name} (${rule.ruleDbId}, ${of.kind.segment}, ${state})`;
  });
  const items = all.map(({ rule }) => ({ ruleDbId: rule.ruleDbId, app: rule.app, name: rule.name }));
  if (options.dryRun === true)
    return {
      exitCode: EXIT.OK,
      text: [...lines.map((line) => `${line} would be deleted`), 'a dry run: nothing was changed'].join('\n'),
      json: { ok: true, dryRun: true, items },
    };
  if (options.yes !== true && !/^y(es)?$/i.test(await askLine(`delete ${lines.join(', ')}? y or n`, '--yes deletes')))
    throw new CommandError(EXIT.FAILED, 'not_deleted', 'nothing was deleted');
  for (const { rule, of } of all) await of.calls.remove({ params: { id: rule.ruleDbId } });
  return { exitCode: EXIT.OK, text: lines.map((line) => `${line} is deleted`).join('\n'), json: { ok: true, items } };
}
