import type { DistributionHub } from './distribution/index.ts';
import type { DebugViews } from './gateway/index.ts';
import type { Meshserver } from './meshserver/index.ts';
import type { Registry } from './registry/index.ts';

/** What components show at `/debug`, for somebody who looks for the reason of something. Nothing of it is secret. */

/** The push engine. */
export function drmViews({ server }: DistributionHub): DebugViews {
  return {
    pushes: {
      about: 'counters of the push engine, and what is frozen',
      read: () => ({ ...server.stats(), frozen: [...server.frozen] }),
    },
    clients: {
      about: 'connected proxies: where from, since when, what they subscribe, and how many resources wait for them',
      read: () =>
        server.nodes().map(({ node, peer, connectedAtMs, subscriptions, pending }) => ({
          proxyId: node.id,
          app: node.app,
          tenant: node.tenant,
          workspace: node.workspace,
          version: node.version,
          peer,
          connectedAt: new Date(connectedAtMs).toISOString(),
          subscriptions: Object.fromEntries(subscriptions),
          pending,
        })),
    },
  };
}

export function registryViews(registry: Registry): DebugViews {
  return {
    stats: {
      about: 'publications, services and sessions, and whether endpoints are pushed',
      read: () => ({ ...registry.stats(), push: registry.push() }),
    },
  };
}

export function meshserverViews(meshserver: Meshserver, { refusals }: DistributionHub): DebugViews {
  return {
    stats: { about: 'proxies, series of figures and rules in memory', read: () => meshserver.stats() },
    refusals: {
      about: 'proxies whose connections were refused in the last day, of every tenant',
      read: () => refusals.list().map(({ why, ...rest }) => ({ ...rest, cause: why.cause, reason: why.reason })),
    },
  };
}

export function processViews(): DebugViews {
  return {
    memory: { about: 'memory of the process, in bytes', read: () => process.memoryUsage() },
    resources: {
      about: 'what keeps the process alive, by kind: sockets, timers, servers',
      read: () => Object.fromEntries(countBy(process.getActiveResourcesInfo())),
    },
    usage: {
      about: 'CPU time in µs, page faults and context switches since the start, from getrusage(2)',
      read: () => ({ uptimeSeconds: process.uptime(), ...process.resourceUsage() }),
    },
  };
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
