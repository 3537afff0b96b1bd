import type { MosnConfig } from '@weft/schema';
import { mosnConfigSchema, printConfig } from '@weft/schema';
import type { RuleType } from '@weft/schema/wire';
import type { RuleState } from '@weft/sdk';
import { renderMosnStats, renderPrometheus, renderStatsGlob, type StatsStore, sampleProcess } from '@weft/telemetry';
import {
  type AdminTarget,
  type Breaker,
  type Isolated,
  type IsolatedQuery,
  maskByName,
  type TestHooks,
} from '../admin/index.ts';
import type { Mesh } from '../control-plane/index.ts';
import { type RecordAnswer, type RecordQuestion, resetRules, ruleStates } from '../governance/index.ts';
import type { ConnectionRow } from '../thread/index.ts';
import { memoryInUse } from '../thread/memory-in-use.ts';
import { explainRequest, type RequestQuestion } from '../update/index.ts';
import type { DrainProgress } from './drain.ts';
import type { LogFiles } from './log-files.ts';
import { MemoryTrim } from './memory-trim.ts';
import type { LoadedConfiguration, ProxyOptions } from './options.ts';
import type { OwnLog } from './own-log.ts';
import type { Rollout } from './rollout.ts';
import { configDigest, type RulesPart } from './rules-part.ts';
import { containerState, Stage } from './stages.ts';
import type { ThreadQueries } from './thread-queries.ts';
import type { Threads } from './threads.ts';
import { TimedLevels } from './timed-levels.ts';

/** How the last reload ended. */
export interface LastReload {
  readonly ok: boolean;
  /** Why it was refused, else ''. */
  readonly message: string;
}

/** What the admin API reads of a proxy, and the three things that it can make it do. */
export interface Inspected extends Pick<AdminTarget, 'reload' | 'drain' | 'stop'> {
  readonly options: ProxyOptions;
  readonly currentStage: Stage;
  readonly loaded: LoadedConfiguration;
  readonly lastReload: LastReload | null;
  readonly drainProgress: DrainProgress;
  readonly mesh: Mesh | null;
  readonly rules: RulesPart;
  readonly ownLog: OwnLog;
  readonly logFiles: LogFiles;
  readonly stats: StatsStore;
  readonly threads: Threads;
  readonly queries: ThreadQueries;
  readonly rollout: Rollout;
}

/** A proxy as the admin API shows it. */
export class AdminView implements AdminTarget {
  readonly version: string;
  readonly revision: string;
  readonly built: string;
  readonly testHooks: TestHooks | null;
  readonly #proxy: Inspected;
  readonly #levels = new TimedLevels(
    () => this.logLevels(),
    (target, level) => this.#setLevel(target, level),
  );

  constructor(proxy: Inspected) {
    this.#proxy = proxy;
    this.version = proxy.options.version;
    this.revision = proxy.options.revision;
    this.built = proxy.options.built ?? '';
    this.testHooks = proxy.options.faults === true ? createTestHooks(proxy) : null;
  }

  stage(): number {
    return this.#proxy.currentStage;
  }

  containerState(): { state: number; degraded: readonly string[] } {
    const { currentStage, lastReload, mesh } = this.#proxy;
    const degraded = [...(lastReload?.ok === false ? ['config'] : []), ...(mesh?.degraded() ?? [])];
    return { state: containerState(currentStage), degraded };
  }

  health(detailed: boolean): { name: string; health: boolean; message: string }[] {
    const ofMesh = new Map(this.#proxy.mesh?.health().map((part) => [part.name, part]));
    // The four that monitors of the field look for come first, whether this proxy has them or not.
    const first = ['antvip', 'registry', 'drm', 'zoneclient'].map((name) => {
      const part = ofMesh.get(name);
      return { name, health: part?.healthy ?? true, message: part === undefined ? 'not configured' : part.message };
    });
    const { currentStage, lastReload } = this.#proxy;
    const refused = lastReload?.ok === false;
    const reason = detailed ? lastReload?.message : 'the last reload was refused; the log says why';
    const config = { name: 'config', health: !refused, message: refused ? (reason ?? '') : '' };
    if (currentStage === Stage.RUNNING) return [...first, config];
    const message = currentStage < Stage.RUNNING ? 'starting' : this.#proxy.drainProgress.phase;
    return [...first, config, { name: 'lifecycle', health: false, message }];
  }

  dump(): ReturnType<AdminTarget['dump']> {
    const masked = maskByName(printConfig(this.#proxy.loaded.masked, mosnConfigSchema)) as MosnConfig;
    const server = masked.servers[0] as MosnConfig['servers'][number];
    const named = <T>(items: readonly T[], name: (item: T) => string): Record<string, T> =>
      Object.fromEntries(items.map((item) => [name(item), item]));
    const { listeners, routers, ...rest } = server;
    return {
      document: masked,
      mosn_config: { ...masked, servers: [rest], cluster_manager: { ...masked.cluster_manager, clusters: [] } },
      listener: named(listeners, (item) => (item.name === '' ? item.address : item.name)),
      routers: named(routers, (item) => item.router_config_name),
      cluster: named(masked.cluster_manager.clusters, (item) => item.name),
    };
  }

  digest(detail: boolean): unknown {
    const { rules } = this.#proxy;
    const { program } = this.#proxy.rollout;
    const listeners = program?.listeners ?? [];
    const routers = program?.routers ?? [];
    const clusters = program?.clusters ?? [];
    const of = (items: readonly { name: string; digest: string }[]): object =>
      Object.fromEntries(items.map((item) => [item.name, item.digest]));
    return {
      node: configDigest(program, rules.rules),
      generation: program?.generation ?? 0,
      types: {
        LDS: { count: listeners.length },
        RDS: { count: routers.length },
        CDS: { count: clusters.length },
      },
      ...(detail ? { resources: { LDS: of(listeners), RDS: of(routers), CDS: of(clusters) } } : {}),
      drm: Object.fromEntries(
        rules.rules.documents().map(({ dataId, version, digest }) => [dataId, { version, digest }]),
      ),
    };
  }

  mosnStats(key: string | undefined): unknown {
    return renderMosnStats(this.#proxy.stats, key);
  }

  statsGlob(): string {
    return renderStatsGlob(this.#proxy.stats);
  }

  prometheus(): string {
    const { stats, currentStage, logFiles, ownLog, rules } = this.#proxy;
    rules.collect();
    stats.setGauge('weft_proxy_state', {}, containerState(currentStage));
    stats.setGauge('meta_mosn_state_code', {}, currentStage);
    stats.setCounter('weft_log_lines_dropped_total', {}, logFiles.dropped + ownLog.dropped);
    return renderPrometheus(stats, { component: 'proxy', process: sampleProcess() });
  }

  logLevels(): Record<string, string> {
    const { ownLog, logFiles } = this.#proxy;
    return { [ownLog.path]: ownLog.log.level, ...logFiles.levels(), ...this.#proxy.rules.logLevels() };
  }

  setLogLevel(target: string, level: string, ttlMs: number): boolean {
    return this.#levels.set(target, level, ttlMs);
  }

  #setLevel(target: string, level: string): boolean {
    const { ownLog, logFiles, rules } = this.#proxy;
    if (ownLog.setLevel(target, level)) {
      rules.followOwnLog(level);
      return true;
    }
    return rules.setLogLevel(target, level) || logFiles.setLevel(target, level);
  }

  setLogEnabled(target: string, enabled: boolean): boolean {
    return this.#proxy.ownLog.setEnabled(target, enabled) || this.#proxy.logFiles.setEnabled(target, enabled);
  }

  features(): Readonly<Record<string, boolean>> {
    return {
      auto_config: false,
      XdsMtlsEnable: false,
      PayLoadLimitEnable: false,
      MultiTenantMode: false,
      ...this.#proxy.options.features,
    };
  }

  async connections(): Promise<ConnectionRow[]> {
    const answers = await this.#proxy.queries.ask({ type: 'connections' });
    return answers.flatMap((answer) => (answer.type === 'connections' ? answer.rows : []));
  }

  async records(question: RecordQuestion): Promise<readonly RecordAnswer[]> {
    const answers = await this.#proxy.queries.ask({ type: 'records', question });
    return answers.flatMap((answer) => (answer.type === 'records' ? [answer.answer] : []));
  }

  governanceRules(type: RuleType | undefined): unknown {
    const { rules } = this.#proxy.rules;
    return {
      digest: rules.digest(),
      documents: rules.documents(type),
      refused: rules.refused(),
    };
  }

  breakers(): readonly Breaker[] {
    return ruleStates(this.#proxy.rules.rules, 'FUSE').map(toBreaker);
  }

  resetBreakers(resource: string | null, rule: number | null): readonly Breaker[] {
    const reset = resetRules(
      this.#proxy.rules.rules,
      'FUSE',
      (state) => (resource === null || state.resource === resource) && (rule === null || state.ruleDbId === rule),
    );
    for (const { ruleDbId, resource: name } of reset)
      this.#proxy.ownLog.log.warn({ rule: ruleDbId, resource: name }, 'a circuit breaker was closed by hand');
    return reset.map(toBreaker);
  }

  isolations(): readonly Isolated[] {
    return ruleStates(this.#proxy.rules.rules, 'ISOLATE').map(toIsolated);
  }

  releaseIsolated({ host, service, rule }: IsolatedQuery): readonly Isolated[] {
    const released = resetRules(
      this.#proxy.rules.rules,
      'ISOLATE',
      (state) =>
        (host === null || state.host === host) &&
        (service === null || state.service === service) &&
        (rule === null || state.ruleDbId === rule),
    );
    for (const { ruleDbId, host: address, service: name } of released)
      this.#proxy.ownLog.log.warn(
        { rule: ruleDbId, host: address, service: name },
        'an isolated instance was released by hand',
      );
    return released.map(toIsolated);
  }

  async explain(question: RequestQuestion): Promise<unknown> {
    const { loaded, options, rules } = this.#proxy;
    return { listeners: await explainRequest(loaded.config, options.extensions, question, rules.rules) };
  }

  reload(file: string | null): ReturnType<AdminTarget['reload']> {
    return this.#proxy.reload(file);
  }

  drain(): void {
    this.#proxy.drain();
  }

  stop(graceful: boolean): void {
    this.#proxy.stop(graceful);
  }

  drainState(): unknown {
    const { threads, currentStage, drainProgress } = this.#proxy;
    const { phase, elapsedMs, remainingMs } = drainProgress;
    const counts = new Int32Array(threads.shared.connections);
    return {
      draining: currentStage > Stage.RUNNING,
      stage: currentStage,
      connections: counts.reduce((sum, count) => sum + count, 0),
      phase,
      elapsed_ms: elapsedMs,
      remaining_ms: remainingMs,
    };
  }
}

const toBreaker = ({ ruleDbId, name, resource, direction, mode, state, remainingMs, counts }: RuleState): Breaker => ({
  resource,
  rule: ruleDbId,
  name,
  direction,
  mode,
  state,
  until: state === 'OPEN' ? new Date(Date.now() + remainingMs).toISOString() : null,
  window: counts,
});

function toIsolated(state: RuleState): Isolated {
  const { ruleDbId, name, resource, direction, mode, host = '', service = '', forMs = 0, remainingMs, counts } = state;
  const now = Date.now();
  const { calls = 0, exceptions = 0, rate = 0 } = counts;
  return {
    host,
    service,
    rule: ruleDbId,
    name,
    resource,
    direction,
    mode,
    state: state.state,
    reason: state.reason ?? '',
    since: new Date(now - forMs).toISOString(),
    until: new Date(now + remainingMs).toISOString(),
    calls,
    exceptions,
    rate,
  };
}

function createTestHooks(proxy: Inspected): TestHooks {
  return {
    misbehave: (thread, kind) => {
      if (kind === 'relapse') {
        proxy.threads.relapse(thread);
        return true;
      }
      if (kind !== 'throw' && kind !== 'exit' && kind !== 'loop' && kind !== 'refuse') return false;
      proxy.threads.send(thread, { type: 'fault', kind });
      return true;
    },
    move: (from, to, count) => proxy.threads.send(from, { type: 'release', count, to }),
    memory: async () => {
      const threads = await proxy.queries.ask({ type: 'memory' });
      const main = memoryInUse();
      // Done every ten seconds anyway; here, so that the resident size does not depend on when it was last done.
      new MemoryTrim().run();
      return {
        rss: process.memoryUsage.rss(),
        main,
        threads,
        longestSliceMs: proxy.rollout.longestSliceMs,
      };
    },
  };
}
