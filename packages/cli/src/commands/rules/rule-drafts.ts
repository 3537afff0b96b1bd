import type { ApiClient, FieldChange, RuleDraft } from '@weft/api';
import { EXIT } from '@weft/kit';
import type { Command } from 'commander';
import { askLine } from '../../mesh-api/ask.ts';
import { helpText, type Show, withClient, withConnection } from '../../mesh-api/command.ts';
import type { ConnectionOptions } from '../../mesh-api/connection.ts';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { compareBySchema } from './compare-rules.ts';
import { allRules, type FoundRule, findRule } from './find-rule.ts';
import { awaitPush, pushOutcome, readVersion, readWait, type WaitOption } from './rule-actions.ts';
import { typedRules } from './rule-check.ts';
import { readRules } from './rule-file.ts';
import { changeLines } from './rule-text.ts';
import { RULE, ruleTypes, type TypeOption } from './rule-types.ts';

interface SaveOptions extends TypeOption {
  readonly file: string;
  readonly comment?: string;
}
interface PublishOptions extends WaitOption {
  readonly seen?: string;
  readonly comment?: string;
}

/** `weft rule draft …`: what rules are to become. `typed` adds the option for the type. */
export function addDraftCommands(rule: Command, show: Show, typed: (command: Command) => Command): void {
  const draft = rule
    .command('draft')
    .description('what a rule is to become, kept beside it until somebody publishes it');
  draft.addHelpText(
    'after',
    '\nWith four eyes (weft up --four-eyes) another user publishes than the one who wrote it.\n\nExamples:\n  weft rule draft save -f rules.yaml --comment "for the sale"\n  weft rule draft list\n  weft rule draft show echo-qps\n  weft rule draft publish echo-qps --seen 2',
  );
  typed(withConnection(draft.command('list').description('rules that have a draft')))
    .addHelpText('after', helpText('0 listed', 'weft rule draft list'))
    .action(async (options: ConnectionOptions & TypeOption) =>
      show(await withClient(options, (client) => listDrafts(client, options))),
    );
  typed(withConnection(draft.command('save').description('keep the rules of a file as drafts of those that there are')))
    .requiredOption('-f, --file <file>', 'rules in JSON or YAML; `-` reads standard input')
    .option('--comment <text>', 'why; whoever publishes it sees it')
    .addHelpText('after', helpText('0 kept, 1 not', 'weft rule draft save -f rules.yaml --comment "for the sale"'))
    .action(async (options: ConnectionOptions & SaveOptions) =>
      show(await withClient(options, (client) => saveDrafts(client, options))),
    );
  typed(withConnection(draft.command('show').argument('<rule>', RULE).description('what a draft changes')))
    .addHelpText('after', helpText('0 shown, 1 there is none', 'weft rule draft show echo-qps'))
    .action(async (wanted: string, options: ConnectionOptions & TypeOption) =>
      show(await withClient(options, (client) => showDraft(client, wanted, options))),
    );
  typed(
    withConnection(
      draft
        .command('publish')
        .argument('<rule>', RULE)
        .description('make the draft that you have seen the next version of its rule'),
    ),
  )
    .option('--seen <version>', 'version of the draft that you have looked at; shown and asked for when not given')
    .option('--comment <text>', 'why; kept in the history')
    .option('--wait <seconds>', 'seconds to wait for the acknowledgements of the proxies, 0 for none', '10')
    .addHelpText(
      'after',
      helpText(
        '0 done and acknowledged, 1 not: you wrote it, or it or the rule has changed since, 3 proxies refused the document',
        'weft rule draft publish echo-qps --seen 2',
      ),
    )
    .action(async (wanted: string, options: ConnectionOptions & PublishOptions) =>
      show(await withClient(options, (client) => publishDraft(client, wanted, options))),
    );
  typed(withConnection(draft.command('discard').argument('<rule>', RULE).description('forget the draft')))
    .addHelpText('after', helpText('0 forgotten, 1 there is none', 'weft rule draft discard echo-qps'))
    .action(async (wanted: string, options: ConnectionOptions & TypeOption) =>
      show(await withClient(options, (client) => discardDraft(client, wanted, options))),
    );
}

async function listDrafts(client: ApiClient, { type }: TypeOption): Promise<Outcome> {
  const found = (await allRules(await ruleTypes(client, type))).filter(({ rule }) => rule.draft != null);
  const text = formatTable(
    ['id', 'rule', 'type', 'draft', 'by', 'at', 'why'],
    found.map(({ rule, of }) => [
      rule.ruleDbId,
      `${rule.app}/${rule.name}`,
      of.kind.segment,
      rule.draft?.version ?? '',
      rule.draft?.by ?? '',
      rule.draft?.at ?? '',
      rule.draft?.comment ?? '',
    ]),
    'there are no drafts',
  );
  return { exitCode: EXIT.OK, text, json: { ok: true, items: found.map(({ rule }) => rule) } };
}

async function saveDrafts(client: ApiClient, { file, type, comment }: SaveOptions): Promise<Outcome> {
  const wanted = await typedRules(client, await readRules(file), type);
  const known = await allRules([...new Map(wanted.map(({ of }) => [of.kind.segment, of])).values()]);
  // All are looked up before the first is kept.
  const pairs = wanted.map(({ body, of }) => {
    const rule = known.find(
      (one) => one.of.kind === of.kind && one.rule.app === body.app && one.rule.name === body.name,
    )?.rule;
    if (rule === undefined)
      throw new CommandError(
        EXIT.FAILED,
        'NOT_FOUND',
        `there is no rule ${body.app}/${body.name}: one that is new is applied and stays off until somebody enables it (weft rule apply)`,
      );
    return { rule, body, of };
  });
  const items: { rule: string; version: number | null; changes: readonly FieldChange[] }[] = [];
  for (const { rule, body, of } of pairs) {
    // A file that says nothing of the switch leaves it as it is.
    const whole = { enabled: rule.enabled, ...body };
    if (compareBySchema(of.kind.body as object, rule, whole).length === 0) {
      items.push({ rule: `${rule.app}/${rule.name}`, version: null, changes: [] });
      continue;
    }
    const draft = await of.calls.saveDraft({
      params: { id: rule.ruleDbId },
      body: whole,
      ...(comment === undefined ? {} : { query: { comment } }),
    });
    items.push({ rule: `${rule.app}/${rule.name}`, version: draft.version, changes: draft.changes });
  }
  const lines = items.flatMap(({ rule, version, changes }) => [
    version === null ? `${rule}: no draft kept, the rule is like this already` : `${rule}: draft ${version} kept`,
    ...changeLines(changes),
  ]);
  return {
    exitCode: EXIT.OK,
    text: lines.length === 0 ? 'the file has no rules' : lines.join('\n'),
    json: { ok: true, items },
  };
}

async function showDraft(client: ApiClient, wanted: string, { type }: TypeOption): Promise<Outcome> {
  const { rule, of } = await findRule(client, wanted, type);
  const draft = await of.calls.getDraft({ params: { id: rule.ruleDbId } });
  return { exitCode: EXIT.OK, text: draftText({ rule, of }, draft), json: { ok: true, draft } };
}

function draftText({ rule, of }: FoundRule, draft: RuleDraft): string {
  return [
    `${rule.app}/${rule.name} (${of.kind.segment} ${rule.ruleDbId}): draft ${draft.version} by ${draft.by}, ${draft.at}, from version ${draft.baseVersion}`,
    ...(draft.comment === '' ? [] : [`  ${draft.comment}`]),
    ...(draft.stale ? [`  ! the rule has version ${rule.version} meanwhile: save the draft anew`] : []),
    ...(draft.changes.length === 0 ? ['  no difference'] : changeLines(draft.changes)),
  ].join('\n');
}

/** The version of a draft that was looked at: the one named, else the one that is shown and agreed to here. */
async function seenDraft({ rule, of }: FoundRule, seen: string | undefined): Promise<number> {
  if (seen !== undefined) return readVersion('--seen', seen);
  const draft = await of.calls.getDraft({ params: { id: rule.ruleDbId } });
  if (process.stdin.isTTY === true) process.stderr.write(`${draftText({ rule, of }, draft)}\n`);
  const answer = await askLine(
    `publish draft ${draft.version} of ${rule.app}/${rule.name}? y or n`,
    'look at it with weft rule draft show, and name the one that you saw: --seen VERSION',
  );
  if (!/^y(es)?$/i.test(answer)) throw new CommandError(EXIT.FAILED, 'not_published', 'nothing was published');
  return draft.version;
}

async function publishDraft(client: ApiClient, wanted: string, options: PublishOptions): Promise<Outcome> {
  const waitMs = readWait(options.wait);
  const found = await findRule(client, wanted, options.type);
  const { of } = found;
  const { comment } = options;
  const rule = await of.calls.publishDraft(
    { params: { id: found.rule.ruleDbId }, body: comment === undefined ? {} : { comment } },
    { ifMatch: await seenDraft(found, options.seen) },
  );
  return pushOutcome([await awaitPush({ rule, of }, waitMs)], `version ${rule.version}, with the content of the draft`);
}

async function discardDraft(client: ApiClient, wanted: string, { type }: TypeOption): Promise<Outcome> {
  const { rule, of } = await findRule(client, wanted, type);
  await of.calls.discardDraft({ params: { id: rule.ruleDbId } });
  return { exitCode: EXIT.OK, text: `the draft of ${rule.app}/${rule.name} is forgotten`, json: { ok: true } };
}
