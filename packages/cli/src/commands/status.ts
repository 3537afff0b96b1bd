import { EXIT } from '@weft/kit';
import { call, read } from '../control/call.ts';
import { findSocket } from '../control/find-socket.ts';
import type { Outcome } from '../outcome.ts';
import type { Engine } from '../services.ts';

const STATES = ['starting', 'running', 'draining', 'stopped'];

/** Exit code 0 for a proxy that runs and is well, 1 for one that drains or has a part that is not, or for none. */
export async function runStatus(engine: Engine, configFile: string | undefined): Promise<Outcome> {
  const socket = await findSocket(engine, configFile);
  const [version, states, container, health, digest, drain] = await Promise.all([
    read<{ version: string; revision: string; node: string }>(socket, '/api/v1/version'),
    call(socket, 'GET', '/api/v1/states'),
    read<{ state: number; degraded?: readonly string[] }>(socket, '/api/v1/container_state'),
    read<{ health: boolean; components: readonly { name: string; health: boolean; message: string }[] }>(
      socket,
      '/api/v1/health',
    ),
    read<{ node: string; generation: number; types: Readonly<Record<string, { count: number }>> }>(
      socket,
      '/api/v1/config_digest',
    ),
    read<{ connections: number }>(socket, '/api/v1/drain'),
  ]);
  const pid = Number(/pid=(\d+)/.exec(states.body)?.[1] ?? 0);
  const state = STATES[container.state] ?? String(container.state);
  const sick = health.components.filter((component) => !component.health);
  const count = (type: string): number => digest.types[type]?.count ?? 0;
  const text = [
    `Weft ${version.version} is ${state}, pid ${pid}, Node ${version.node}`,
    `  configuration  generation ${digest.generation}, digest ${digest.node.slice(0, 12)}`,
    `  resources      ${count('LDS')} listeners, ${count('RDS')} routers, ${count('CDS')} clusters`,
    `  connections    ${drain.connections}`,
    `  health         ${sick.length === 0 ? 'good' : sick.map(({ name, message }) => `${name}: ${message}`).join('; ')}`,
    `  socket         ${socket}`,
  ].join('\n');
  const ok = container.state === 1 && sick.length === 0;
  return {
    exitCode: ok ? EXIT.OK : EXIT.FAILED,
    text,
    json: {
      ok,
      state,
      pid,
      ...version,
      generation: digest.generation,
      digest: digest.node,
      listeners: count('LDS'),
      routers: count('RDS'),
      clusters: count('CDS'),
      connections: drain.connections,
      health: health.components,
      socket,
    },
  };
}
