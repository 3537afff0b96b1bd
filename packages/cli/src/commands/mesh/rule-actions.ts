import type { ApiClient, LimitRule, PushDetail } from '@weft/api';
import { EXIT } from '@weft/kit';
import { allPages } from '../../mesh-api/all-pages.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { parseQuestion, type QuestionOptions } from '../question.ts';
import { findRule } from './find-rule.ts';
import { readRules } from './rule-file.ts';
import { pushDetailText, pushText, ruleTable, simulationText } from './rule-text.ts';

export interface ListFilter {
  readonly app?: string;
  readonly service?: string;
  readonly on?: boolean;
  readonly off?: boolean;
  readonly mode?: string;
  readonly push?: string;
  readonly keyword?: string;
}
export interface WaitOption {
  readonly wait: string;
}
export interface RollbackOptions extends WaitOption {
  readonly to: string;
  readonly comment?: string;
}
export interface TestOptions extends QuestionOptions {
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
  const items = await allPages((page) => client.ms.listLimitRules({ query: { ...query, ...page } }));
  return { exitCode: EXIT.OK, text: ruleTable(items), json: { ok: true, items } };
}

export async function switchRules(
  client: ApiClient,
  to: 'enable' | 'disable',
  wanted: readonly string[],
  options: WaitOption,
): Promise<Outcome> {
  const waitMs = readWait(options.wait);
  const found: LimitRule[] = [];
  // All are looked up before the first is switched.
  for (const one of wanted) found.push(await findRule(client, one));
  const results: Pushed[] = [];
  for (const { ruleDbId } of found) {
    const call = to === 'enable' ? client.ms.enableLimitRule : client.ms.disableLimitRule;
    const rule = await call({ params: { id: ruleDbId } });
    results.push(await awaitPush(client, rule, waitMs));
  }
  return pushOutcome(results, to === 'enable' ? 'on' : 'off');
}

export async function rollback(client: ApiClient, wanted: string, options: RollbackOptions): Promise<Outcome> {
  const waitMs = readWait(options.wait);
  const to = readVersion('--to', options.to);
  const { ruleDbId } = await findRule(client, wanted);
  const body = { to, ...(options.comment === undefined ? {} : { comment: options.comment }) };
  const rule = await client.ms.rollbackLimitRule({ params: { id: ruleDbId }, body });
  return pushOutcome([await awaitPush(client, rule, waitMs)], `version ${rule.version}, with the content of ${to}`);
}

export async function pushStatus(client: ApiClient, wanted: string): Promise<Outcome> {
  const rule = await findRule(client, wanted);
  const push = await client.ms.getLimitRulePush({ params: { id: rule.ruleDbId } });
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
  const isHttp = question.authority !== '';
  const service = isHttp ? `${question.authority}@Http1` : withProtocol(question.service);
  const result = await client.ms.simulateRules({
    body: {
      direction,
      app: options.app,
      service,
      requests,
      headers: Object.fromEntries(question.headers),
      ...(isHttp ? { httpMethod: question.method, httpPath: question.path } : { method: question.method }),
      ...(options.sourceApp === undefined ? {} : { sourceApp: options.sourceApp }),
      ...(options.sourceIp === undefined ? {} : { sourceIp: options.sourceIp }),
      ...(options.file === undefined ? {} : { rules: await readRules(options.file) }),
    },
  });
  return {
    exitCode: result.verdict === 'pass' ? EXIT.OK : EXIT.FAILED,
    text: simulationText(result),
    json: { ok: result.verdict === 'pass', ...result },
  };
}

/** A Bolt service without its protocol is one of SOFA. */
const withProtocol = (service: string): string => (service.includes('@') ? service : `${service}@DEFAULT`);

interface Pushed {
  readonly rule: LimitRule;
  readonly push: PushDetail;
}

/** Waits until every live proxy has acknowledged, one has refused, or the time is over. */
export async function awaitPush(client: ApiClient, rule: LimitRule, waitMs: number): Promise<Pushed> {
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    const push = await client.ms.getLimitRulePush({ params: { id: rule.ruleDbId } });
    const settled = push.state === 'ok' || push.state === 'none' || push.rejected > 0;
    if (settled || performance.now() >= deadlineMs) return { rule, push };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export function pushOutcome(results: readonly Pushed[], what: string): Outcome {
  const rejected = results.some(({ push }) => push.rejected > 0);
  const waiting = results.some(({ push }) => push.state !== 'ok' && push.state !== 'none');
  const lines = results.flatMap(({ rule, push }) => [
    `${rule.app}/${rule.name} (${rule.ruleDbId}) is ${what}; proxies: ${pushText({ push })}`,
    ...rule.warnings.map((warning) => `  ! ${warning}`),
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
