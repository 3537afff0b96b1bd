import { describe, expect, it } from 'vitest';
import { hostProgram } from '../cluster/test-hosts.ts';
import type { Program } from './compile.ts';
import type { ClusterSpec } from './compile-cluster.ts';
import { diffPrograms, type ThreadRefs } from './diff.ts';
import { HostPacker } from './packed-hosts.ts';

const host = (port: number) => hostProgram('10.0.0.1', port);

function cluster(name: string, changes: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    name,
    digest: 'as before',
    loadBalancer: 'LB_RANDOM',
    loadBalancerConfig: {},
    hosts: [host(80)],
    health: HEALTH,
    resources: RESOURCES,
    limits: { maxConnections: 0, maxPendingRequests: 0, maxRequests: 0, maxRetries: 0 },
    connectTimeoutMs: 3000,
    idleTimeoutMs: 0,
    maxRequestsPerConnection: 0,
    connectionBufferBytes: 1024,
    heartbeatIntervalMs: 0,
    heartbeatTimeoutMs: 0,
    hostsWaitMs: 0,
    connectEjectionMs: 0,
    protectPercent: 0,
    healthCheck: null,
    ...changes,
  };
}

const HEALTH = new SharedArrayBuffer(16);
const RESOURCES = new SharedArrayBuffer(64);
const STATS = { buffer: new SharedArrayBuffer(8), byteOffset: 0, length: 1 };
const REFS: ThreadRefs = { listener: () => STATS, cluster: () => STATS };

function program(...clusters: ClusterSpec[]): Program {
  return { generation: 2, digest: '', settings: {}, routers: [], listeners: [], rules: [], clusters } as never;
}

function update(before: ClusterSpec, after: ClusterSpec) {
  const { clusters } = diffPrograms(
    program(before, cluster('other')),
    program(after, cluster('other')),
    REFS,
    new HostPacker(),
  );
  expect(clusters.map(({ name }) => name)).toEqual([after.name]);
  return clusters[0] as (typeof clusters)[number];
}

describe('the update of a cluster', () => {
  const before = cluster('c');

  it('has nothing but its hosts where nothing else is new', () => {
    const after = cluster('c', { digest: 'new', hosts: [host(81)] });
    expect(update(before, after)).toEqual({ name: 'c', hosts: [host(81)] });
  });

  it.each<[what: string, changes: Partial<ClusterSpec>]>([
    ['a time', { connectTimeoutMs: 4000 }],
    ['a limit', { limits: { maxConnections: 7, maxPendingRequests: 0, maxRequests: 0, maxRetries: 0 } }],
    ['its balancer', { loadBalancer: 'LB_ROUNDROBIN' }],
    ['the configuration of its balancer', { loadBalancerConfig: { choices: 3 } }],
    ['its column of health, which grew', { health: new SharedArrayBuffer(32) }],
    ['its counts of what is limited', { resources: new SharedArrayBuffer(64) }],
  ])('has everything where %s is new', (_, changes) => {
    const after = cluster('c', { digest: 'new', hosts: [host(81)], ...changes });
    const { digest, healthCheck, ...rest } = after;
    expect(update(before, after)).toEqual({ ...rest, stats: STATS });
  });

  it('has everything for a thread that has nothing', () => {
    const { clusters } = diffPrograms(null, program(before), REFS, new HostPacker());
    expect(clusters).toEqual([expect.objectContaining({ name: 'c', health: HEALTH, stats: STATS })]);
  });
});
