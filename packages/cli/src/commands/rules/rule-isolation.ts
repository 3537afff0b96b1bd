import type { ApiClient, IsolatedInstance } from '@weft/api';
import { EXIT } from '@weft/kit';
import { formatTable } from '../../mesh-api/table.ts';
import type { Outcome } from '../../outcome.ts';
import { findProxy } from '../mesh/find-proxy.ts';
import { findRule } from './find-rule.ts';
import { notThere, refuseUnasked, silentLines } from './rule-states.ts';

export interface IsolatedFilter {
  readonly app?: string;
}
export interface ReleaseOptions {
  readonly host?: string;
  readonly proxy?: string;
  readonly comment?: string;
}

/** How an instance stands, in words: with OBSERVE nothing is done. */
function stateText({ direction, mode, state, reason }: IsolatedInstance): string {
  if (state === 'ASKING') return `stays in: ${reason === '' ? 'it has asked' : reason}`;
  const by = direction === 'SERVER' ? `${state} for all callers` : state;
  return mode === 'OBSERVE' ? `would be ${by}` : by;
}

/** Several proxies of an app may be on one machine. */
const proxyOf = ({ app, proxyId, ip }: IsolatedInstance): string => `${app} (${proxyId.slice(0, 8)}, ${ip})`;

/** Instances that are left out now, or ask to be. */
export async function showIsolated(
  client: ApiClient,
  wanted: string | undefined,
  { app }: IsolatedFilter,
): Promise<Outcome> {
  const rule = wanted === undefined ? null : (await findRule(client, wanted, 'isolate')).rule;
  const answer = await client.ms.listIsolated({
    query: { ...(rule === null ? {} : { ruleDbId: rule.ruleDbId }), ...(app === undefined ? {} : { app }) },
  });
  const isAll = rule === null && app === undefined;
  const nothing =
    answer.asked > 0
      ? 'no instance is isolated'
      : `no connected proxy has an isolation rule${isAll ? '' : ' of these'}`;
  const rows = answer.items.map((item) => [
    item.name,
    proxyOf(item),
    item.host,
    item.service,
    stateText(item),
    item.until,
    `${item.exceptions} of ${item.calls}`,
  ]);
  const table = formatTable(['rule', 'proxy', 'instance', 'service', 'state', 'until', 'failed'], rows, nothing);
  return { exitCode: EXIT.OK, text: [table, ...silentLines(answer)].join('\n'), json: { ok: true, ...answer } };
}

/** Lets the isolated instances of a rule come back by hand. */
export async function releaseIsolated(client: ApiClient, wanted: string, options: ReleaseOptions): Promise<Outcome> {
  const { rule } = await findRule(client, wanted, 'isolate');
  const { host, proxy, comment } = options;
  const proxyId = proxy === undefined ? undefined : (await findProxy(client, proxy)).proxyId;
  const answer = await client.ms.releaseIsolated({
    body: {
      ruleDbId: rule.ruleDbId,
      ...(host === undefined ? {} : { host }),
      ...(proxyId === undefined ? {} : { proxyId }),
      ...(comment === undefined ? {} : { comment }),
    },
  });
  const count = answer.items.length;
  const ok = answer.silent.length === 0;
  if (proxy !== undefined) refuseUnasked(answer, rule, proxy);
  if (count === 0 && ok && host !== undefined) {
    const { items } = await client.ms.listIsolated({ query: { ruleDbId: rule.ruleDbId } });
    const there = items.filter((item) => proxyId === undefined || item.proxyId === proxyId).map((item) => item.host);
    if (!there.includes(host)) throw notThere(`${rule.app}/${rule.name} leaves no instance ${host} out`, there);
  }
  const text = [
    `${rule.app}/${rule.name} (${rule.ruleDbId}): ${count} ${count === 1 ? 'instance comes' : 'instances come'} back, at ${answer.asked} ${answer.asked === 1 ? 'proxy' : 'proxies'}`,
    ...answer.items.map((item) => `  ${proxyOf(item)}: ${item.host} of ${item.service}`),
    ...silentLines(answer),
  ];
  return { exitCode: ok ? EXIT.OK : EXIT.FAILED, text: text.join('\n'), json: { ok, ...answer } };
}
