import type { ApiClient, PushDetail } from '@weft/api';
import { EXIT } from '@weft/kit';
import { CommandError, type Outcome } from '../../outcome.ts';
import { calledService, parseQuestion, type QuestionOptions } from '../question.ts';
import { allRules, type FoundRule, findRule } from './find-rule.ts';
import { previewRules, typedRules } from './rule-check.ts';
import { readRules } from './rule-file.ts';
import { changeLines, pushDetailText, pushText, ruleTable, simulationText } from './rule-text.ts';
import { type Rule, ruleTypes, type TypeOption } from './rule-types.ts';

export interface ListFilter extends TypeOption {
  readonly app?: string;
  readonly service?: string;
  readonly on?: boolean;
  readonly off?: boolean;
  readonly mode?: string;
  readonly push?: string;
  readonly keyword?: string;
}
export interface WaitOption extends TypeOption {
  readonly wait: string;
  readonly dryRun?: boolean;
}
export interface SwitchOptions extends WaitOption {
  readonly seen?: string;
}
export interface RollbackOptions extends WaitOption {
  readonly to: string;
  readonly comment?: string;
}
export interface TestOptions extends QuestionOptions, TypeOption {
  readonly app: string;
  readonly file?: string;
  readonly direction: string;
  readonly requests: string;
  readonly sourceApp?: string;
  readonly sourceIp?: string;
}

const POLL_MS = 100;
const MAX_WAIT_SECONDS = 600;

export async function list(client: ApiClient, filter: ListFilter): Promise<Outcome> {
  const { app, service, keyword } = filter;
  const mode = oneOf('--mode', filter.mode?.toUpperCase(), ['CONTROL', 'OBSERVE']);
  const push = oneOf('--push', filter.push, ['none', 'pending', 'ok', 'partly', 'failed']);
  if (filter.on === true && filter.off === true)
    throw new CommandError(EXIT.USAGE, 'usage', '--on and --off together leave nothing');
  const query = {
    ...(app === undefined ? {} : { app }),
    ...(service === undefined ? {} : { service }),
    ...(keyword === undefined ? {} : { keyword }),
    ...(mode === undefined ? {} : { mode }),
    ...(push === undefined ? {} : { push }),
    ...(filter.on === true ? { enabled: true } : filter.off === true ? { enabled: false } : {}),
  };
  const found = await allRules(await ruleTypes(client, filter.type), query);
  const items = found.map(({ rule }) => rule);
  return {
    exitCode: EXIT.OK,
    text: items.length > 0 ? ruleTable(items) : await nothingText(client, filter, query),
    json: { ok: true, items },
  };
}

/** Why a list is empty: nothing matches, or there is nothing. */
async function nothingText(client: ApiClient, filter: ListFilter, query: object): Promise<string> {
  const { type } = filter;
  if (type === undefined && Object.keys(query).length === 0) return 'there are no rules';
  const { items } = await client.ms.listRuleTypes();
  const [only] = type === undefined ? [] : await ruleTypes(client, type);
  const counted = only === undefined ? items : items.filter(({ segment }) => segment === only.kind.segment);
  const count = counted.reduce((sum, { rules }) => sum + rules, 0);
  const of = only === undefined ? '' : ` of type ${only.kind.segment}`;
  if (count === 0) return `there are no rules${of}`;
  return `none of ${count} ${count === 1 ? 'rule' : 'rules'}${of} matches ${filterText(filter)}`;
}

/** The filter as it was written, without the type. */
function filterText({ app, service, on, off, mode, push, keyword }: ListFilter): string {
  const words = Object.entries({ app, service, mode, push, keyword }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  return [...words, ...(on === true ? ['--on'] : []), ...(off === true ? ['--off'] : [])].join(' ');
}

export async function switchRules(
  client: ApiClient,
  to: 'enable' | 'disable',
  wanted: readonly string[],
  options: SwitchOptions,
): Promise<Outcome> {
  const waitMs = readWait(options.wait);
  const seen = readSeen(options.seen);
  if (seen !== undefined && wanted.length > 1)
    throw new CommandError(EXIT.USAGE, 'usage', '--seen: a version is of one rule; switch them on one by one');
  const found: FoundRule[] = [];
  // All are looked up before the first is switched.
  for (const one of wanted) found.push(await findRule(client, one, options.type));
  if (options.dryRun === true) return wouldSwitch(found, to === 'enable');
  const results: Pushed[] = [];
  for (const { rule: before, of } of found) {
    const params = { id: before.ruleDbId };
    const rule = await (to === 'enable' ? of.calls.enable({ params }, seen) : of.calls.disable({ params }));
    results.push(await awaitPush({ rule, of }, waitMs));
  }
  return pushOutcome(results, to === 'enable' ? 'on' : 'off');
}

/** What switching would do, by what the control plane knows of the rules now. */
function wouldSwitch(found: readonly FoundRule[], on: boolean): Outcome {
  const items = found.map(({ rule }) => ({ rule, changes: rule.enabled !== on, proxies: rule.push.target }));
  const refused = items.some(({ rule }) => rule.rollout != null);
  const lines = items.flatMap(({ rule, changes, proxies }) => [
    rule.rollout != null
      ? `${rule.app}/${rule.name} (${rule.ruleDbId}) would be refused: rollout ${rule.rollout.rolloutId} of it is under way; weft rule rollout abort ${rule.ruleDbId} ends it`
      : changes
        ? `${rule.app}/${rule.name} (${rule.ruleDbId}) would be ${on ? 'on' : 'off'}, at ${proxies} live ${proxies === 1 ? 'proxy' : 'proxies'}`
        : `${rule.app}/${rule.name} (${rule.ruleDbId}) is ${on ? 'on' : 'off'} already`,
    ...(on ? warningLines(rule) : []),
  ]);
  return {
    exitCode: refused ? EXIT.FAILED : EXIT.OK,
    text: [...lines, 'a dry run: nothing was changed'].join('\n'),
    json: { ok: !refused, dryRun: true, items },
  };
}

export async function rollback(client: ApiClient, wanted: string, options: RollbackOptions): Promise<Outcome> {
  const waitMs = readWait(options.wait);
  const to = readVersion('--to', options.to);
  const found = await findRule(client, wanted, options.type);
  const params = { id: found.rule.ruleDbId };
  if (options.dryRun === true) {
    const { changes } = await found.of.calls.diff({ params, query: { from: found.rule.version, to } });
    const head = `${found.rule.app}/${found.rule.name}: version ${found.rule.version} would become the content of ${to}`;
    return {
      exitCode: EXIT.OK,
      text: [head, ...changeLines(changes), 'a dry run: nothing was changed'].join('\n'),
      json: { ok: true, dryRun: true, changes },
    };
  }
  const body = { to, ...(options.comment === undefined ? {} : { comment: options.comment }) };
  const rule = await found.of.calls.rollback({ params, body });
  return pushOutcome(
    [await awaitPush({ rule, of: found.of }, waitMs)],
    `version ${rule.version}, with the content of ${to}`,
  );
}

export async function pushStatus(client: ApiClient, wanted: string, type?: string): Promise<Outcome> {
  const { rule, of } = await findRule(client, wanted, type);
  const push = await of.calls.push({ params: { id: rule.ruleDbId } });
  const done = push.state === 'ok' || push.state === 'none';
  return {
    exitCode: push.rejected > 0 ? EXIT.REFUSED : done ? EXIT.OK : EXIT.FAILED,
    text: pushDetailText(rule, push),
    json: { ok: done && push.rejected === 0, rule: rule.ruleDbId, push },
  };
}

export async function test(client: ApiClient, options: TestOptions): Promise<Outcome> {
  const question = parseQuestion(options);
  const direction = oneOf('--direction', options.direction.toUpperCase(), ['SERVER', 'CLIENT']) as 'SERVER' | 'CLIENT';
  const requests = Number(options.requests);
  if (!/^\d+$/.test(options.requests) || requests < 1 || requests > 10_000)
    throw new CommandError(EXIT.USAGE, 'usage', `--requests: found "${options.requests}", expected 1 to 10000`);
  const { service, method } = calledService(question);
  const [kind] = options.type === undefined ? [] : await ruleTypes(client, options.type);
  const typed =
    options.file === undefined ? null : await typedRules(client, await readRules(options.file), options.type);
  if (typed !== null) await previewRules(typed);
  const result = await client.ms.simulateRules({
    body: {
      ...(kind === undefined || typed !== null ? {} : { type: kind.kind.segment }),
      direction,
      app: options.app,
      service,
      requests,
      headers: Object.fromEntries(question.headers),
      ...(service.endsWith('@Http1') ? { httpMethod: question.method, httpPath: question.path } : { method }),
      ...(options.sourceApp === undefined ? {} : { sourceApp: options.sourceApp }),
      ...(options.sourceIp === undefined ? {} : { sourceIp: options.sourceIp }),
      ...(typed === null ? {} : { rules: typed.map(({ body, of }) => ({ ...body, type: of.kind.type })) }),
    },
  });
  return {
    exitCode: result.verdict === 'pass' ? EXIT.OK : EXIT.FAILED,
    text: simulationText(result),
    json: { ok: result.verdict === 'pass', ...result },
  };
}

/** What the rule may not do once it is on: nothing of it holds for one that was switched off. */
const warningLines = ({ warnings }: Rule): string[] => warnings.map((warning) => `  ! ${warning}`);

interface Pushed {
  readonly rule: Rule;
  readonly push: PushDetail;
}

/** Waits until every live proxy has acknowledged, one has refused, or the time is over; not while nothing is pushed. */
export async function awaitPush({ rule, of }: FoundRule, waitMs: number): Promise<Pushed> {
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    const push = await of.calls.push({ params: { id: rule.ruleDbId } });
    const settled = push.state === 'ok' || push.state === 'none' || push.rejected > 0 || push.frozen !== undefined;
    if (settled || performance.now() >= deadlineMs) return { rule, push };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export function pushOutcome(results: readonly Pushed[], what: string): Outcome {
  const rejected = results.some(({ push }) => push.rejected > 0);
  const waiting = results.some(({ push }) => push.state !== 'ok' && push.state !== 'none');
  // What proxies are to have of a rule that was just switched off is a document without it.
  const isAwaited = what === 'off';
  const lines = results.flatMap(({ rule, push }) => [
    `${rule.app}/${rule.name} (${rule.ruleDbId}) is ${what}; proxies: ${pushText({ push, enabled: isAwaited || rule.enabled })}`,
    ...frozenLines(push),
    ...(what === 'off' ? [] : warningLines(rule)),
    ...(push.rejected === 0
      ? []
      : push.dataIds
          .flatMap((item) => item.instances)
          .filter((item) => item.result === 'REJECTED')
          .map((item) => `  ✗ ${item.app} ${item.proxyId.slice(0, 8)}: ${item.reason}`)),
  ]);
  return {
    exitCode: rejected ? EXIT.REFUSED : waiting ? EXIT.FAILED : EXIT.OK,
    text: lines.join('\n'),
    json: { ok: !rejected && !waiting, items: results },
  };
}

/** What was stored reaches nobody yet: said of what proxies have not acknowledged. */
export function frozenLines({ state, frozen }: Pick<PushDetail, 'state' | 'frozen'>): string[] {
  if (frozen === undefined || state === 'ok' || state === 'none') return [];
  const resume = frozen.scope === 'platform' ? 'weft push resume --everything' : 'weft push resume';
  return [
    `  ! stored; pushing is frozen by ${frozen.operator} until ${frozen.until} (${frozen.reason}): no proxy gets it before that, or before ${resume}`,
  ];
}

export function readWait(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds > MAX_WAIT_SECONDS)
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `--wait: found "${text}", expected seconds from 0 to ${MAX_WAIT_SECONDS}`,
    );
  return seconds * 1000;
}

/** The version that somebody has looked at, for a call that shall change no other. */
export const readSeen = (text: string | undefined): { readonly ifMatch: number } | undefined =>
  text === undefined ? undefined : { ifMatch: readVersion('--seen', text) };

export function readVersion(option: string, text: string): number {
  const version = Number(text);
  if (!/^\d{1,15}$/.test(text) || version < 1)
    throw new CommandError(EXIT.USAGE, 'usage', `${option}: found "${text}", expected a version such as 3`);
  return version;
}

function oneOf<const T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((item) => item === value);
  if (found === undefined)
    throw new CommandError(EXIT.USAGE, 'usage', `${option}: found "${value}", expected ${allowed.join(', ')}`);
  return found;
}
