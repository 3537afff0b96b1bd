import type { ApiClient, RuleKindContract } from '@weft/api';
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

/**
 * Deletes rules after a question, or with `yes` at once. All are looked up before the first is deleted, and none is where one
 * of them is in the way.
 */
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
  const all = [...found.values()].map((item) => ({ ...item, line: lineOf(item), obstacle: obstacleOf(item) }));
  const refused = all.filter(({ obstacle }) => obstacle !== '');
  const items = all.map(({ rule }) => ({ ruleDbId: rule.ruleDbId, app: rule.app, name: rule.name }));
  if (options.dryRun === true) {
    const lines = all.map(
      ({ line, obstacle }) => `${line} would be ${obstacle === '' ? 'deleted' : `refused: ${obstacle}`}`,
    );
    const none = refused.length > 0 && refused.length < all.length ? ['none of them would be deleted'] : [];
    return {
      exitCode: refused.length > 0 ? EXIT.FAILED : EXIT.OK,
      text: [...lines, ...none, 'a dry run: nothing was changed'].join('\n'),
      json: { ok: refused.length === 0, dryRun: true, items },
    };
  }
  // Nobody is asked about what is refused anyway.
  if (refused.length > 0)
    throw new CommandError(
      EXIT.FAILED,
      'CONFLICT',
      [...refused.map(({ line, obstacle }) => `${line}: ${obstacle}`), 'nothing was deleted'].join('\n'),
    );
  const lines = all.map(({ line }) => line);
  if (options.yes !== true && !/^y(es)?$/i.test(await askLine(`delete ${lines.join(', ')}? y or n`, '--yes deletes')))
    throw new CommandError(EXIT.FAILED, 'not_deleted', 'nothing was deleted');
  const done: string[] = [];
  for (const { rule, of, line } of all) {
    try {
      await of.calls.remove({ params: { id: rule.ruleDbId } });
    } catch (error) {
      // Somebody was faster, or the control plane went away: what is gone by now has to be said.
      if (done.length === 0 || !(error instanceof Error)) throw error;
      const left = all.length - done.length - 1;
      const others = left === 0 ? [] : [`${left} more ${left === 1 ? 'was' : 'were'} not tried`];
      throw new CommandError(
        EXIT.FAILED,
        (error as { code?: string }).code ?? 'not_deleted',
        [...done, `${line} is not deleted: ${error.message}`, ...others].join('\n'),
      );
    }
    done.push(`${line} is deleted`);
  }
  return { exitCode: EXIT.OK, text: done.join('\n'), json: { ok: true, items } };
}

function lineOf({ rule, of }: FoundRule): string {
  const proxies = rule.push.target === 1 ? 'proxy' : 'proxies';
  const state = rule.enabled ? `on, at ${rule.push.target} live ${proxies}` : 'off';
  return `${rule.app}/${rule.name} (${rule.ruleDbId}, ${of.kind.segment}, ${state})`;
}

/** Why the control plane would refuse to delete it, and what to do; '' where it would not. */
function obstacleOf({ rule, of }: FoundRule): string {
  const kind: RuleKindContract = of.kind;
  if (rule.rollout != null)
    return `rollout ${rule.rollout.rolloutId} of it is under way; weft rule rollout abort ${rule.ruleDbId} ends it`;
  return kind.deletedWhenOff === true && rule.enabled
    ? `${kind.title}s are deleted when they are off; weft rule disable ${rule.ruleDbId} switches it off`
    : '';
}
