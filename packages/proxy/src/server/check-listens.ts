import { ConfigError } from '@weft/kit';
import type { Program } from '../update/index.ts';

/**
 * A proxy that listens nowhere serves nobody: a start or a reload with such a configuration is a mistake (a misspelt
 * `listeners`, a forgotten `bind_port`), and stopping has commands of its own.
 * @throws ConfigError when no listener is bound
 */
export function checkListens(program: Program): void {
  const { listeners } = program;
  if (listeners.some((listener) => listener.bound)) return;
  const names = listeners.map((listener) => listener.name).join(', ');
  throw new ConfigError([
    {
      file: '',
      path: 'servers[0].listeners',
      message: 'nothing listens, so nothing would be served',
      value: listeners.length === 0 ? 'no listener' : `${names} without bind_port`,
      expected: 'at least one listener with "bind_port": true',
    },
  ]);
}
