import type { ApiClient, Rollout, RolloutGuard, RolloutSelector, RolloutStep } from '@weft/api';
import { EXIT } from '@weft/kit';
import { CommandError, type Outcome } from '../../outcome.ts';
import { findRule } from './find-rule.ts';
import { rolloutText } from './rollout-text.ts';
import { readSeen } from './rule-actions.ts';
import { type FileRule, readRules } from './rule-file.ts';
import { hasCode, type TypeOption } from './rule-types.ts';

export interface StartOptions extends TypeOption {
  readonly file?: string;
  readonly steps: string;
  readonly maxErrorRate?: string;
  readonly maxRejectRate?: string;
  readonly maxRtIncrease?: string;
  readonly maxP99Increase?: string;
  readonly minRequests?: string;
  readonly zone?: string[];
  readonly proxyApp?: string[];
  readonly ip?: string[];
  readonly label?: readonly string[];
  readonly seen?: string;
  readonly hold?: boolean;
  readonly comment?: string;
}
export interface StatusOptions extends TypeOption {
  readonly watch?: boolean;
  readonly all?: boolean;
}

const POLL_MS = 1000;

export async function startRollout(client: ApiClient, wanted: string, options: StartOptions): Promise<Outcome> {
  const guard = readGuard(options);
  const steps = readSteps(options.steps).map((step) => (guard === null ? step : { ...step, guard }));
  const selector = readSelector(options);
  const { rule, of } = await findRule(client, wanted, options.type);
  const { comment } = options;
  const found = options.file === undefined ? null : await readContent(options.file, rule);
  const body = {
    steps,
    ...(selector === null ? {} : { selector }),
    ...(found === null ? {} : { rule: found.body }),
    ...(options.hold === true ? { autoPromote: false } : {}),
    ...(comment === undefined ? {} : { comment }),
  };
  const rollout = await of.calls.startRollout({ params: { id: rule.ruleDbId }, body }, readSeen(options.seen));
  const { text, ...rest } = outcome(rule, rollout);
  return { ...rest, text: found === null ? text : `took ${found.place}\n${text}` };
}

export async function rolloutStatus(client: ApiClient, wanted: string, options: StatusOptions): Promise<Outcome> {
  const { rule, of } = await findRule(client, wanted, options.type);
  const params = { id: rule.ruleDbId };
  if (options.all === true) {
    const { items } = await of.calls.listRollouts({ params });
    return {
      exitCode: EXIT.OK,
      text:
        items.length === 0
          ? `${rule.app}/${rule.name} has had no rollout`
          : items.map((item) => rolloutText(rule, item)).join('\n\n'),
      json: { ok: true, items },
    };
  }
  for (let said = ''; ; ) {
    const rollout = await of.calls.getRollout({ params }).catch((error: unknown): never => {
      if (!hasCode(error, 'NOT_FOUND')) throw error;
      throw new CommandError(
        EXIT.FAILED,
        'NOT_FOUND',
        `${rule.app}/${rule.name} has had no rollout; weft rule rollout start ${rule.name} begins one`,
      );
    });
    const over = rollout.endedAt !== null;
    if (options.watch !== true || over) return outcome(rule, rollout);
    const line = `${rollout.state} ${rollout.percent} % (${rollout.selected}/${rollout.subscribers}): ${rollout.text}`;
    if (line !== said) process.stderr.write(`${line}\n`);
    said = line;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export async function actOnRollout(
  client: ApiClient,
  act: 'pause' | 'resume' | 'promote' | 'abort',
  wanted: string,
  options: TypeOption & { readonly comment?: string },
): Promise<Outcome> {
  const { rule, of } = await findRule(client, wanted, options.type);
  const request = {
    params: { id: rule.ruleDbId },
    body: options.comment === undefined ? {} : { comment: options.comment },
  };
  const rollout = await of.calls[`${act}Rollout`](request);
  return { exitCode: EXIT.OK, text: rolloutText(rule, rollout), json: { ok: true, rollout } };
}

/** Given up by itself is no success, whoever asks. */
function outcome(rule: { readonly app: string; readonly name: string }, rollout: Rollout): Outcome {
  const ok = rollout.state !== 'ABORTED';
  return { exitCode: ok ? EXIT.OK : EXIT.REFUSED, text: rolloutText(rule, rollout), json: { ok, rollout } };
}

/** The rule of a file that has this name and app. @throws CommandError when none has */
export async function readContent(
  file: string,
  { name, app }: { readonly name: string; readonly app: string },
): Promise<FileRule> {
  const rules = await readRules(file);
  const found = rules.find(({ body }) => body.name === name && body.app === app);
  if (found === undefined)
    throw new CommandError(
      EXIT.FAILED,
      'rule_file',
      `${file} has no rule ${app}/${name}; it has ${rules.map(({ body }) => `${body.app}/${body.name}`).join(', ')}`,
    );
  return found;
}

/** `5:60,100:0` as steps. @throws CommandError */
export function readSteps(text: string): RolloutStep[] {
  return text.split(',').map((part) => {
    const match = /^\s*(\d{1,3})\s*%?\s*:\s*(\d{1,6})\s*s?\s*$/.exec(part);
    if (match === null)
      throw new CommandError(
        EXIT.USAGE,
        'usage',
        `--steps: found "${part}", expected percent and seconds, such as 5:300,50:300,100:60`,
      );
    return { percent: Number(match[1]), waitSec: Number(match[2]) };
  });
}

/** Null without a bound. @throws CommandError */
export function readGuard(options: Partial<StartOptions>): RolloutGuard | null {
  const guard: { -readonly [K in keyof RolloutGuard]: RolloutGuard[K] } = {};
  const { maxErrorRate, maxRejectRate, maxRtIncrease, maxP99Increase, minRequests } = options;
  if (maxErrorRate !== undefined) guard.maxErrorRate = readNumber('--max-error-rate', maxErrorRate, 100) / 100;
  if (maxRejectRate !== undefined) guard.maxRejectRate = readNumber('--max-reject-rate', maxRejectRate, 100) / 100;
  if (maxRtIncrease !== undefined) guard.maxRtIncreaseMs = readNumber('--max-rt-increase', maxRtIncrease, 3_600_000);
  if (maxP99Increase !== undefined)
    guard.maxP99IncreaseMs = readNumber('--max-p99-increase', maxP99Increase, 3_600_000);
  if (minRequests !== undefined) guard.minRequests = readNumber('--min-requests', minRequests, 1_000_000);
  return Object.keys(guard).length === 0 ? null : guard;
}

function readNumber(option: string, text: string, maximum: number): number {
  const value = Number(text.replace(/\s*%$/, ''));
  if (!/^\d+(\.\d+)?\s*%?$/.test(text) || value > maximum)
    throw new CommandError(EXIT.USAGE, 'usage', `${option}: found "${text}", expected a number from 0 to ${maximum}`);
  return value;
}

function readSelector({ zone, proxyApp, ip, label = [] }: StartOptions): RolloutSelector | null {
  const labels = label.map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1) throw new CommandError(EXIT.USAGE, 'usage', `--label: found "${text}", expected name=value`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const selector: RolloutSelector = {
    ...(zone === undefined ? {} : { zones: zone }),
    ...(proxyApp === undefined ? {} : { apps: proxyApp }),
    ...(ip === undefined ? {} : { ips: ip }),
    ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
  };
  return Object.keys(selector).length === 0 ? null : selector;
}
