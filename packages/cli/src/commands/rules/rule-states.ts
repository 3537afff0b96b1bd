import type { ApiClient, AuthLists, Breaker } from '@weft/api';
import { EXIT } from '@weft/kit';
import { formatTable } from '../../mesh-api/table.ts';
import { CommandError, type Outcome } from '../../outcome.ts';
import { findProxy } from '../mesh/find-proxy.ts';
import { type FoundRule, findRule } from './find-rule.ts';

export interface BreakerFilter {
  readonly app?: string;
  readonly state?: string;
}
export interface ResetOptions {
  readonly proxy?: string;
  readonly resource?: string;
  readonly comment?: string;
}
export interface ListSwitchOptions {
  readonly whitelist?: string;
  readonly blacklist?: string;
}

const STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;

/** Circuit breakers as the proxies have them now. */
export async function showBreakers(
  client: ApiClient,
  wanted: string | undefined,
  { app, state }: BreakerFilter,
): Promise<Outcome> {
  const inState = STATES.find((item) => item === state?.toUpperCase().replaceAll('-', '_'));
  if (state !== undefined && inState === undefined)
    throw new CommandError(EXIT.USAGE, 'usage', `--state: found "${state}", expected closed, open or half-open`);
  const rule = wanted === undefined ? null : (await findBreaker(client, wanted)).rule;
  const answer = await client.ms.listBreakers({
    query: {
      ...(rule === null ? {} : { ruleDbId: rule.ruleDbId }),
      ...(app === undefined ? {} : { app }),
      ...(inState === undefined ? {} : { state: inState }),
    },
  });
  const nothing =
    answer.asked === 0
      ? 'no connected proxy has a circuit-breaking rule of these'
      : inState === undefined
        ? 'no breaker of these: a proxy has one once its rule has judged a request'
        : `no breaker of these is ${inState}`;
  return {
    exitCode: EXIT.OK,
    text: [
      breakerTable(answer.items, nothing),
      ...(answer.items.length === 0 ? [] : [RESOURCE_TEXT]),
      ...silentLines(answer),
    ].join('\n'),
    json: { ok: true, ...answer },
  };
}

/** Closes the breakers of a rule by hand. */
export async function resetBreakers(client: ApiClient, wanted: string, options: ResetOptions): Promise<Outcome> {
  const { rule } = await findBreaker(client, wanted);
  const { proxy, resource, comment } = options;
  const proxyId = proxy === undefined ? undefined : (await findProxy(client, proxy)).proxyId;
  const answer = await client.ms.resetBreakers({
    body: {
      ruleDbId: rule.ruleDbId,
      ...(proxyId === undefined ? {} : { proxyId }),
      ...(resource === undefined ? {} : { resource }),
      ...(comment === undefined ? {} : { comment }),
    },
  });
  const count = answer.items.length;
  const ok = answer.silent.length === 0;
  if (proxy !== undefined) refuseUnasked(answer, rule, proxy);
  if (count === 0 && ok && resource !== undefined) {
    const { items } = await client.ms.listBreakers({ query: { ruleDbId: rule.ruleDbId } });
    const there = items
      .filter((item) => proxyId === undefined || item.proxyId === proxyId)
      .map((item) => item.resource);
    if (!there.includes(resource))
      throw notThere(`${rule.app}/${rule.name} has no breaker of resource "${resource}"`, there);
  }
  return {
    exitCode: ok ? EXIT.OK : EXIT.FAILED,
    text: [
      `${rule.app}/${rule.name} (${rule.ruleDbId}): ${count} ${count === 1 ? 'breaker was' : 'breakers were'} closed, at ${answer.asked} ${answer.asked === 1 ? 'proxy' : 'proxies'}`,
      ...answer.items.map(({ app, ip, resource: name, state }) => `  ${app} ${ip}: ${name}, was ${state}`),
      ...silentLines(answer),
    ].join('\n'),
    json: { ok, ...answer },
  };
}

/** An action at a proxy that has nothing of the rule. @throws CommandError */
export function refuseUnasked(
  { asked }: { readonly asked: number },
  { app, name }: { readonly app: string; readonly name: string },
  proxy: string,
): void {
  if (asked === 0)
    throw new CommandError(
      EXIT.FAILED,
      'not_found',
      `proxy "${proxy}" is not connected, or does not get ${app}/${name}`,
    );
}

/** What was named is not there; what is. */
export function notThere(what: string, there: readonly string[]): CommandError {
  const all = [...new Set(there)];
  const shown = all.slice(0, 20).join(', ');
  const rest = all.length > 20 ? ' …' : '';
  return new CommandError(
    EXIT.FAILED,
    'not_found',
    `${what}; ${all.length === 0 ? 'there are none now' : `there are: ${shown}${rest}`}`,
  );
}

const RESOURCE_TEXT =
  'a resource is a service, with .method where a rule counts each by itself; :o:r are calls that the proxy sends for its app, :i:r those that it gets for it';

const findBreaker = (client: ApiClient, wanted: string): Promise<FoundRule> => findRule(client, wanted, 'fuse');

const breakerTable = (items: readonly Breaker[], nothing: string): string =>
  formatTable(
    ['rule', 'app', 'proxy', 'ip', 'state', 'until', 'calls', 'errors', 'mode', 'resource'],
    items.map(({ name, app, proxyId, ip, state, until, window, mode, resource }) => [
      name,
      app,
      proxyId.slice(0, 8),
      ip,
      state,
      until ?? '-',
      window['total'] ?? '-',
      window['errors'] ?? '-',
      mode,
      resource,
    ]),
    nothing,
  );

/** Who did not answer, and why. */
export const silentLines = ({
  silent,
}: {
  readonly silent: readonly { app: string; ip: string; reason: string }[];
}): string[] => silent.map(({ app, ip, reason }) => `  ! ${app} ${ip} did not answer: ${reason}`);

/** Shows the switches of whitelists and blacklists, or turns them. */
export async function authLists(
  client: ApiClient,
  app: string | undefined,
  service: string | undefined,
  { whitelist, blacklist }: ListSwitchOptions,
): Promise<Outcome> {
  const white = readSwitch('--whitelist', whitelist);
  const black = readSwitch('--blacklist', blacklist);
  if (white === undefined && black === undefined) {
    const { items } = await client.ms.listAuthLists({ query: app === undefined ? {} : { app } });
    const found = items.filter((item) => service === undefined || item.service === service);
    return { exitCode: EXIT.OK, text: listTable(found), json: { ok: true, items: found } };
  }
  if (app === undefined || service === undefined)
    throw new CommandError(
      EXIT.USAGE,
      'usage',
      `name app and service ('*' for the whole app) to switch a list: weft rule auth-lists details '*' --whitelist off`,
    );
  const item = await client.ms.switchAuthLists({
    body: {
      app,
      service,
      ...(white === undefined ? {} : { whiteListEnabled: white }),
      ...(black === undefined ? {} : { blackListEnabled: black }),
    },
  });
  return { exitCode: EXIT.OK, text: listTable([item]), json: { ok: true, item } };
}

function readSwitch(option: string, text: string | undefined): boolean | undefined {
  if (text === undefined || text === 'on' || text === 'off') return text === undefined ? undefined : text === 'on';
  throw new CommandError(EXIT.USAGE, 'usage', `${option}: found "${text}", expected on or off`);
}

function listTable(items: readonly AuthLists[]): string {
  const side = (on: boolean, rules: number): string =>
    `${on ? 'on' : 'off'}, ${rules} ${rules === 1 ? 'rule' : 'rules'}`;
  const table = formatTable(
    ['app', 'service', 'whitelist', 'blacklist', 'switched by'],
    items.map((item) => [
      item.app,
      item.service,
      side(item.whiteListEnabled, item.whiteListRules),
      side(item.blackListEnabled, item.blackListRules),
      item.modifiedBy === '' ? '-' : `${item.modifiedBy} ${item.modifiedAt}`,
    ]),
    'there are no authorization rules',
  );
  return [table, ...items.flatMap(({ warnings }) => warnings.map((warning) => `  ! ${warning}`))].join('\n');
}
