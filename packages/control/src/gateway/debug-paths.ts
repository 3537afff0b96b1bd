import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback, strangerOf } from './local-caller.ts';

/** One thing that a component tells of its inside: no secrets, bounded, and read without waiting. */
export interface DebugView {
  /** What it is, for the list. */
  readonly about: string;
  read(): unknown;
}
export type DebugViews = Readonly<Record<string, DebugView>>;

/** Rows of one answer; a component of a large mesh has more than somebody reads. */
const MAX_ROWS = 1000;

/**
 * `/debug` lists what there is, `/debug/<name>` shows it: of all components below `/c/<component>` and, at the root, of the
 * process. For callers on this machine, and not for web pages that they look at.
 */
export function addDebugPaths(app: FastifyInstance, prefix: string, name: string, views: DebugViews): void {
  app.get(`${prefix}/debug`, (request, reply) => {
    if (refuseStranger(request, reply)) return reply;
    const lines = Object.entries(views).map(([path, { about }]) => `${prefix}/debug/${path}  ${about}`);
    return reply
      .type('text/plain; charset=utf-8')
      .send(`${lines.length === 0 ? `${name} has nothing to show` : lines.join('\n')}\n`);
  });
  app.get(`${prefix}/debug/:view`, (request, reply) => {
    if (refuseStranger(request, reply)) return reply;
    const { view } = request.params as { readonly view: string };
    const found = Object.hasOwn(views, view) ? views[view] : undefined;
    if (found === undefined) {
      const known = Object.keys(views).join(', ') || 'none';
      return reply.code(404).type('text/plain; charset=utf-8').send(`${name} has no ${view}; there are: ${known}\n`);
    }
    return reply.send(bounded(found.read()));
  });
}

function bounded(value: unknown): unknown {
  return Array.isArray(value) && value.length > MAX_ROWS
    ? { total: value.length, omitted: value.length - MAX_ROWS, rows: value.slice(0, MAX_ROWS) }
    : value;
}

/** Whether the caller is somebody else than a person at this machine; then 403 was answered. */
export function refuseStranger(request: FastifyRequest, reply: FastifyReply): boolean {
  const stranger = isLoopback(request.socket.remoteAddress) ? strangerOf(request) : 'the call is from another machine';
  if (stranger === null) return false;
  void reply
    .code(403)
    .type('text/plain; charset=utf-8')
    .send(`${stranger}: what components hold is for a terminal on this machine\n`);
  return true;
}
