import type { ComponentState } from '@weft/api';
import type { Clock } from '@weft/kit';
import type { LeveledLogger } from '@weft/telemetry';
import { COMPONENTS, type ControlComponent } from './components.ts';
import type { ComponentView, DebugViews, Tunables } from './gateway/index.ts';

/** Something that a component needs; the problem, or null when all is well. */
export interface Check {
  readonly name: string;
  check(): Promise<string | null>;
}

/** How each component is, and its logger. */
export class ComponentStates {
  readonly #clock: Clock;
  readonly #rows = new Map<
    string,
    {
      state: ComponentState;
      log: LeveledLogger;
      checks: readonly Check[];
      debug: DebugViews;
      tunables: Tunables;
      /** Since when something that it needs is not well. */
      failedSince: string | null;
    }
  >();

  constructor(clock: Clock, selected: ReadonlySet<string>, createLog: (component: string) => LeveledLogger) {
    this.#clock = clock;
    for (const component of COMPONENTS) {
      const state: ComponentState = {
        name: component.name,
        state: !component.here ? 'absent' : selected.has(component.name) ? 'starting' : 'stopped',
        ready: !selected.has(component.name),
        message: component.here ? '' : 'not part of this release yet',
        since: this.#now(),
      };
      this.#rows.set(component.name, {
        state,
        log: createLog(component.name),
        checks: [],
        debug: {},
        tunables: {},
        failedSince: null,
      });
    }
  }

  #now(): string {
    return new Date(this.#clock.wallNow()).toISOString();
  }

  #row(name: ControlComponent) {
    const row = this.#rows.get(name);
    if (row === undefined) throw new Error(`no component ${name}`);
    return row;
  }

  log(name: ControlComponent): LeveledLogger {
    return this.#row(name).log;
  }

  running(name: ControlComponent, checks: readonly Check[], debug: DebugViews = {}, tunables: Tunables = {}): void {
    const row = this.#row(name);
    if (row.state.state === 'stopped') return;
    row.state = { ...row.state, state: 'running', ready: true, since: this.#now() };
    row.checks = checks;
    row.debug = debug;
    row.tunables = tunables;
  }

  /** How all are; one that runs and lacks what it needs has failed. */
  list(): Promise<ComponentState[]> {
    return Promise.all(
      [...this.#rows.values()].map(async (row) => {
        const problems = row.state.state === 'running' ? await Promise.all(row.checks.map((one) => one.check())) : [];
        const problem = problems.find((found) => found !== null) ?? null;
        row.failedSince = problem === null ? null : (row.failedSince ?? this.#now());
        return problem === null || row.failedSince === null
          ? row.state
          : { ...row.state, state: 'failed', message: problem, since: row.failedSince };
      }),
    );
  }

  views(): ComponentView[] {
    return [...this.#rows.entries()].map(([name, row]) => ({
      name,
      log: row.log,
      debug: row.debug,
      tunables: row.tunables,
      state: () => row.state,
      checks: async () =>
        Promise.all(
          row.checks.map(async (check) => {
            const problem = await check.check();
            return { name: check.name, ok: problem === null, message: problem ?? '' };
          }),
        ),
    }));
  }
}
