import { type HostAvoidance, type HostChoice, HostResult, type LocalReply, type PickContext } from '@weft/sdk';
import type { Cluster, Host, HostGroup } from '../cluster/index.ts';
import { redirectLocation } from '../route/index.ts';
import type { Exchange } from './exchange.ts';
import type { Repeats } from './retry.ts';

/** The answer of a route that forwards nothing; null for one that does, and where requests go by address. */
export function routeReply(exchange: Exchange): LocalReply | null {
  const action = exchange.route?.action;
  if (action === undefined || action.kind === 'forward') return null;
  if (action.kind === 'direct') return { status: action.status, code: 'direct_response', body: action.body };
  const location = redirectLocation(action, exchange.request);
  return { status: action.status, code: 'direct_response', headers: [['location', location]] };
}

/** The cluster of the matched route, or that of the connection's addresses; null, and the reason noted, when there is none. */
export function findCluster(exchange: Exchange): Cluster | null {
  const { route, listener, plane, connection } = exchange;
  const name =
    route === null
      ? listener.addressRoute(connection.remoteAddress, connection.localAddress)
      : route.clusterName(plane.random, exchange);
  const cluster = name === '' ? undefined : plane.cluster(name);
  if (cluster === undefined) exchange.failureDetail = name === '' ? 'no cluster named' : `no cluster ${name}`;
  return cluster ?? null;
}

const FIRST_PICK: PickContext = { attempt: 0, tried: () => false };

/** A host for the next attempt, of those that rules left; null when there is none. */
export function pickHost({ ruleDecision, attempt }: Exchange, cluster: Cluster, repeats: Repeats | null): Host | null {
  const choice = ruleDecision === null ? null : ruleDecision.hosts;
  if (choice !== null && choice.count > 0) {
    const host = pickSelected(choice, cluster, attempt, repeats);
    if (host !== null || choice.refusal !== null) return host;
    choice.result = HostResult.ANY;
    if (choice.tellsOrigin) choice.origin = ipsOf(cluster.hosts);
  }
  if (choice !== null && choice.avoidance !== null) {
    const host = pickOthers(choice, choice.avoidance, cluster, cluster.everybody, attempt, repeats);
    // Nobody else is left: a host that is left out is better than none.
    if (host !== null) return host;
  }
  return cluster.choose(repeats === null ? FIRST_PICK : repeats.pickContext(attempt, cluster.hosts));
}

/** Of the first selector that has a host: a repeat stays within it while it has one. */
function pickSelected(choice: HostChoice, cluster: Cluster, attempt: number, repeats: Repeats | null): Host | null {
  const { avoidance } = choice;
  for (let i = 0; i < choice.count; i++) {
    const group = cluster.group(choice.at(i));
    if (choice.tellsOrigin) choice.origin = ipsOf(group.hosts);
    const host =
      avoidance === null
        ? cluster.chooseIn(group, repeats === null ? FIRST_PICK : repeats.pickContext(attempt, group.hosts))
        : pickOthers(choice, avoidance, cluster, group, attempt, repeats);
    if (host === null) continue;
    choice.result = HostResult.TAKEN;
    choice.takenIndex = i;
    return host;
  }
  choice.takenIndex = -1;
  return null;
}

/** Hosts that a log names, by their ips: those of one machine stand there as often as they are. */
const MAX_TOLD_HOSTS = 100;
const ipOf = (address: string): string =>
  address.startsWith('unix:') ? address : address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
const ipsOf = (hosts: readonly Host[]): string =>
  hosts
    .slice(0, MAX_TOLD_HOSTS)
    .map(({ address }) => ipOf(address))
    .join(' ');

/** A host of the group that no rule leaves out, one that was tried already when there is no other; null for none. */
function pickOthers(
  { avoidToken }: HostChoice,
  avoidance: HostAvoidance,
  cluster: Cluster,
  group: HostGroup,
  attempt: number,
  repeats: Repeats | null,
): Host | null {
  const avoided = (index: number): boolean => avoidance.avoids((group.hosts[index] as Host).address, avoidToken);
  if (repeats !== null) {
    const { tried } = repeats.pickContext(attempt, group.hosts);
    const host = cluster.chooseIn(group, { attempt, tried: (index) => avoided(index) || tried(index) });
    if (host === null || (!avoidance.avoids(host.address, avoidToken) && !repeats.tried.includes(host))) return host;
  }
  // A picker gives a host that counts as tried only when there is no other.
  const host = cluster.chooseIn(group, { attempt, tried: avoided });
  return host === null || avoidance.avoids(host.address, avoidToken) ? null : host;
}

/** Whether the request ends because a rule wants none of the hosts that there are; it is answered then. */
export function refuseHosts(exchange: Exchange): boolean {
  const choice = exchange.ruleDecision?.hosts;
  const rules = exchange.listener.rules;
  if (choice === undefined || choice.count === 0 || choice.refusal === null || rules === null) return false;
  choice.result = HostResult.REFUSED;
  rules.refuseHosts(exchange);
  return true;
}
