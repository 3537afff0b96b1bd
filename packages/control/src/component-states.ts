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
      this.#rows.set(component.name, { state, log: createLog(component.name), checks: [], debug: {}, tunables: {} });
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

  list(): ComponentState[] {
    return [...this.#rows.values()].map((row) => row.state);
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
