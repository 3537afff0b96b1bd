import type { ApiClient, BacktestResult } from '@weft/api';
import { EXIT } from '@weft/kit';
import { conditionInWords } from '@weft/schema/words';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { previewRules, type TypedRule, typedRules } from './rule-check.ts';
import { noRules, readRules } from './rule-file.ts';
import type { TypeOption } from './rule-types.ts';

export interface SimulateOptions extends TypeOption {
  readonly file: string;
  readonly minutes: string;
}

const MAX_MINUTES = 60;
const MAX_ROWS = 20;
/** Over Bolt some clients say their method in the body alone. */
export const NOT_SAID = '-';

/** `weft rule simulate`: each rule of a file alone, on the requests that the proxies remember. */
export async function simulate(client: ApiClient, options: SimulateOptions): Promise<Outcome> {
  const minutes = Number(options.minutes);
  if (!/^\d+$/.test(options.minutes) || minutes < 1 || minutes > MAX_MINUTES)
    throw new CommandError(EXIT.USAGE, 'usage', `--minutes: found "${options.minutes}", expected 1 to ${MAX_MINUTES}`);
  const typed = await typedRules(client, await readRules(options.file), options.type);
  if (typed.length === 0) throw noRules(options.file);
  await previewRules(typed);
  const items: { rule: string; type: string; result: BacktestResult }[] = [];
  for (const { body, of } of typed) {
    const result = await client.ms.backtestRule({
      body: { rule: { ...body, type: of.kind.type } as typeof body, minutes },
    });
    items.push({ rule: `${body.app}/${body.name}`, type: of.kind.segment, result });
  }
  const notes = items.map(({ result }) => notesOf(result));
  // What is about the time or the proxies is the same of each rule, and is said once.
  const [first = new Map<string, string>(), ...others] = notes;
  const shared = others.length === 0 ? [] : [...first.keys()].filter((key) => others.every((one) => one.has(key)));
  const texts = typed.map((rule, index) => {
    const own = [...(notes[index] ?? [])].filter(([key]) => !shared.includes(key));
    return backtestText(
      headingOf(rule, typed),
      items[index]?.result as BacktestResult,
      effectOf(rule),
      own.map(([, line]) => `  ${line}`),
    );
  });
  const common = shared.map((key) => first.get(key) ?? '').join('\n');
  return {
    exitCode: EXIT.OK,
    text: (common === '' ? texts : [common, ...texts]).join('\n\n'),
    json: { ok: true, items },
  };
}

/** What is to be known about an answer, by what makes it the same as that of another rule. */
function notesOf({ warnings, warningMessages, silent }: BacktestResult): Map<string, string> {
  const notes = new Map<string, string>();
  for (const [index, warning] of warnings.entries()) {
    // The oldest request is another one a moment later.
    const id = warningMessages[index]?.id;
    notes.set(id === 'backtest.since' ? id : warning, `! ${warning}`);
  }
  for (const { proxyId, proxy, reason } of silent)
    notes.set(`${proxyId} ${reason}`, `! ${proxy} did not answer: ${reason}`);
  return notes;
}

/** App and name; of rules that share both also the type or, where that is the same, too, the place in the file. */
function headingOf({ body: { app, name }, of, place }: TypedRule, all: readonly TypedRule[]): string {
  const named = all.filter(({ body }) => body.app === app && body.name === name);
  if (named.length === 1) return `${app}/${name}`;
  const isOnlyOfType = named.filter((rule) => rule.of.kind.type === of.kind.type).length === 1;
  return `${app}/${name} (${isOnlyOfType ? of.kind.segment : place.replace(` (${name})`, '')})`;
}

/** What a rule does to requests. */
interface Effect {
  /** To those that proxies count as refused. */
  readonly word: 'refused' | 'answered' | 'failed on purpose';
  /** It is there to delay, and refuses none. */
  readonly delays: boolean;
}

function effectOf({ of, body }: TypedRule): Effect {
  const { action, ruleType } = (body.spec ?? {}) as { readonly action?: unknown; readonly ruleType?: unknown };
  if (of.kind.type === 'FAULT_INJECT')
    return { word: 'failed on purpose', delays: typeof ruleType === 'string' && ruleType.toUpperCase() === 'DELAY' };
  // Callers can go on with an answer that is made up.
  const answers = of.kind.type === 'DOWNGRADE' && typeof action === 'string' && action.toUpperCase() !== 'REJECT';
  return { word: answers ? 'answered' : 'refused', delays: false };
}

function backtestText(rule: string, result: BacktestResult, effect: Effect, notes: readonly string[]): string {
  const { word, delays } = effect;
  const { requests, sampled, matched, rejected, delayed, copied, exact, margin, refusedThen, rows, groups, unmatched } =
    result;
  if (requests === 0) return [`${rule}: the proxies remember no request of that time`, ...notes].join('\n');
  const how = exact
    ? 'every request was remembered'
    : `${sampled} of them were remembered, each stands for its share: give or take ${margin}`;
  const would = [
    delays
      ? `${delayed} would be delayed (${percent(delayed, matched)} of those)`
      : `${rejected} would be ${word} (${percent(rejected, matched)} of those)`,
    ...(delayed > 0 && !delays ? [`${delayed} delayed`] : []),
    ...(copied > 0
      ? [
          `${exact && copied === matched ? '' : 'about '}${copied} would be copied (${percent(copied, matched)} of those)`,
        ]
      : []),
    ...groups.map(({ labels, requests: count }) => `${count} would go to ${labels} first`),
  ];
  return [
    `${rule}: of ${requests} requests from ${result.from} to ${result.to} the rule is for ${matched}; ${would.join(', ')}`,
    `  ${how}; rules in force refused ${refusedThen} of them`,
    ...notes,
    ...(matched > 0
      ? []
      : unmatched.map(
          ({ condition, value, requests: count }) =>
            `  ✗ "${conditionInWords(condition, 'en')}" does not hold for ${count}: one had "${value}"`,
        )),
    formatTable(
      ['caller', 'service', 'method', 'seen', 'rule is for', word, 'delayed', 'copied'],
      rows.slice(0, MAX_ROWS).map((row) => [
        // One row is of all that the rule is not about.
        row.service === '' ? 'other traffic of these proxies' : row.caller || NOT_SAID,
        row.service,
        row.service === '' ? '' : row.method || NOT_SAID,
        row.requests,
        row.matched,
        row.rejected,
        row.delayed,
        row.copied,
      ]),
      '',
    ),
    ...(rows.length > MAX_ROWS ? [`  and ${rows.length - MAX_ROWS} more`] : []),
  ].join('\n');
}

/** Of the requests that the rule is for: those of others say nothing about it. */
const percent = (part: number, whole: number): string =>
  `${whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10} %`;
