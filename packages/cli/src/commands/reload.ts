import path from 'node:path';
import { EXIT } from '@weft/kit';
import { call, errorOf } from '../control/call.ts';
import { findSocket } from '../control/find-socket.ts';
import { CommandError, type Outcome } from '../outcome.ts';
import type { Engine } from '../services.ts';

/**
 * Makes a proxy read its configuration again. `configFile` names the proxy as it does for `status` and `stop`: a file
 * that no proxy was started with is an error, not a new configuration for whichever proxy happens to run.
 * Exit code 3 when the proxy refuses the configuration; then the one before stays in force.
 */
export async function runReload(engine: Engine, configFile: string | undefined): Promise<Outcome> {
  const socket = await findSocket(engine, configFile);
  const body = configFile === undefined ? '' : JSON.stringify({ file: path.resolve(configFile) });
  const answer = await call(socket, 'POST', '/api/v1/reload', body);
  if (answer.status !== 200) throw refused(errorOf(answer));
  const { changed, generation, digest, warnings } = JSON.parse(answer.body) as {
    changed: boolean;
    generation: number;
    digest: string;
    warnings: readonly string[];
  };
  const text = [
    ...warnings.map((warning) => `warning: ${warning}`),
    `${changed ? 'reloaded' : 'reloaded, nothing has changed'}: generation ${generation}, digest ${digest.slice(0, 12)}`,
  ].join('\n');
  return { exitCode: EXIT.OK, text, json: { ok: true, changed, generation, digest, warnings } };
}

/** The proxy says which errors it met, each with its code in front. */
function refused(reason: string): CommandError {
  const code = /^([a-z_]+): /.exec(reason)?.[1] ?? 'refused';
  const message = `${reason}\nthe configuration was refused; the one before stays in force`;
  return new CommandError(EXIT.REFUSED, code, message);
}
