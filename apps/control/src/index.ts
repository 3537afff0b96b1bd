/** The control plane as the commands see it: started in the foreground, ended by a signal. */
import type { ControlRunner } from '@weft/cli';
import { CONSOLE_DIRECTORY } from '@weft/console';
import { COMPONENTS, selectComponents } from '@weft/control';
import { type RunnerOptions, runInForeground } from './run-in-foreground.ts';

export function createControlRunner(options: RunnerOptions): ControlRunner {
  return {
    list: () => COMPONENTS,
    select: selectComponents,
    run: (run) => runInForeground({ ...options, consoleDirectory: CONSOLE_DIRECTORY }, run),
  };
}

export type { RunnerOptions };
