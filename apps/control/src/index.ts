/** The control plane as the commands see it: started in the foreground, ended by a signal. */
import type { ControlRunner } from '@weft/cli';
import { CONSOLE_DIRECTORY } from '@weft/console';
import { COMPONENTS, selectComponents } from '@weft/control';
import { runInForeground } from './run-in-foreground.ts';

export interface RunnerOptions {
  readonly version: { readonly version: string; readonly revision: string };
  /** A whole line, without its end. */
  readonly print: (line: string) => void;
  /** Process that holds a port. */
  readonly portHolder: (port: number) => Promise<string | null>;
}

export function createControlRunner(options: RunnerOptions): ControlRunner {
  return {
    list: () => COMPONENTS,
    select: selectComponents,
    run: (run) => runInForeground({ ...options, consoleDirectory: CONSOLE_DIRECTORY }, run),
  };
}
