import type { StatsRef } from '@weft/telemetry/stats';
import type { ClusterProgram } from '../cluster/index.ts';
import type { Program } from './compile.ts';
import type { ClusterSpec } from './compile-cluster.ts';
import type { HostPacker } from './packed-hosts.ts';
import type { ProgramUpdate, RehostedCluster } from './program.ts';

interface Named {
  readonly name: string;
  readonly digest: string;
}

/** Where one thread counts for a listener or cluster. */
export interface ThreadRefs {
  listener(name: string): StatsRef;
  cluster(name: string): StatsRef;
}

function changed<T extends Named>(before: readonly T[], after: readonly T[]): { changed: T[]; removed: string[] } {
  const known = new Map(before.map((item) => [item.name, item.digest]));
  const names = new Set(after.map((item) => item.name));
  return {
    changed: after.filter((item) => known.get(item.name) !== item.digest),
    removed: before.map((item) => item.name).filter((name) => !names.has(name)),
  };
}

/**
 * Most changes of clusters are changes of their hosts: then nothing else crosses, and the thread goes on with the objects that
 * it has.
 */
function changedClusters(
  before: readonly ClusterSpec[],
  changed: readonly ClusterSpec[],
  packed: boolean,
  refs: ThreadRefs,
): (ClusterProgram | RehostedCluster)[] {
  const known = new Map(before.map((cluster) => [cluster.name, cluster]));
  return changed.map((cluster) => {
    const { digest: _, healthCheck: __, ...rest } = cluster;
    const { name } = cluster;
    const hosts = packed ? [] : cluster.hosts;
    const previous = known.get(name);
    if (previous !== undefined && differInHostsOnly(previous, cluster)) return { name, hosts };
    return { ...rest, hosts, stats: refs.cluster(name) };
  });
}

function differInHostsOnly(a: ClusterSpec, b: ClusterSpec): boolean {
  return a.health === b.health && a.resources === b.resources && settingsOf(a) === settingsOf(b);
}

/** Everything of a cluster that threads use but its hosts and its memory, to be compared. */
function settingsOf(cluster: ClusterSpec): string {
  const { digest: _, hosts: __, healthCheck: ___, health: ____, resources: _____, ...settings } = cluster;
  return JSON.stringify(settings);
}

/** The update that leads a thread from `before` (null = nothing) to `after`; what is equal by digest is not named. */
export function diffPrograms(
  before: Program | null,
  after: Program,
  refs: ThreadRefs,
  packer: HostPacker,
): ProgramUpdate {
  const routers = changed(before?.routers ?? [], after.routers);
  const clusters = changed(before?.clusters ?? [], after.clusters);
  // A listener's runtime holds limits of the settings: when they change, all listeners are built anew.
  const settingsChanged = JSON.stringify(before?.settings) !== JSON.stringify(after.settings);
  const listeners = changed(before?.listeners ?? [], after.listeners);
  const hosts = packer.pack(clusters.changed.map((cluster) => cluster.hosts));
  return {
    generation: after.generation,
    settings: after.settings,
    routers: routers.changed,
    removedRouters: routers.removed,
    clusters: changedClusters(before?.clusters ?? [], clusters.changed, hosts !== null, refs),
    hosts,
    removedClusters: clusters.removed,
    listeners: (settingsChanged ? after.listeners : listeners.changed).map((listener) => ({
      ...listener,
      stats: refs.listener(listener.name),
    })),
    removedListeners: listeners.removed,
  };
}
