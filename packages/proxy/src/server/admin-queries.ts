import type { AdminAnswer, AdminQuery } from '@weft/distribution';
import { type AdminRoute, type AdminTarget, adminRoutes } from '../admin/index.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** Paths that only show something; the control plane may ask for these. */
const READABLE = new Set([
  '/api/v1/version',
  '/api/v1/health',
  '/api/v1/container_state',
  '/api/v1/states',
  '/api/v1/config_dump',
  '/api/v1/config_digest',
  '/api/v1/stats',
  '/api/v1/get_loglevel',
  '/api/v1/features',
  '/api/v1/env',
  '/api/v1/connections',
  '/api/v1/explain',
  '/api/v1/governance/fuse',
  '/api/v1/governance/isolation',
  '/api/v1/governance/records',
  '/api/v1/governance/rules',
  '/api/v1/routerule/get',
  '/metrics',
]);

/** What the control plane may have done, for somebody who is audited there, and nothing else. */
const ACTS = new Set([
  '/api/v1/governance/fuse/reset',
  '/api/v1/governance/isolation/release',
  '/api/v1/update_loglevel',
]);

/** Answers questions of the control plane as the admin API answers GET, and POST where it may act. */
export class AdminQueries {
  readonly #routes: ReadonlyMap<string, AdminRoute>;

  constructor(target: AdminTarget) {
    this.#routes = new Map(adminRoutes(target).map((route) => [route.path, route]));
  }

  async answer(query: AdminQuery): Promise<AdminAnswer> {
    const reply = (status: number, contentType: string, body: string): AdminAnswer => ({
      id: query.id,
      status,
      contentType,
      body: Buffer.from(body),
    });
    const refuse = (status: number, message: string): AdminAnswer =>
      reply(status, 'application/json', JSON.stringify({ error: message }));
    const url = URL.parse(query.path, 'http://admin');
    const route = url === null ? undefined : this.#routes.get(url.pathname);
    if (url === null || route === undefined) return refuse(404, `this proxy has no path ${query.path}`);
    if (!READABLE.has(url.pathname) && !ACTS.has(url.pathname))
      return refuse(403, `${url.pathname} may only be called on the machine of the proxy`);
    const body = Buffer.from(query.body).toString('utf8');
    const method = body === '' ? 'GET' : 'POST';
    if (!route.methods.includes(method)) return refuse(405, `${url.pathname} takes ${route.methods.join(', ')}`);
    const answer = await route.handle({
      method,
      path: url.pathname,
      query: url.searchParams,
      accept: 'application/json',
      body,
      owner: false,
    });
    if (Buffer.byteLength(answer.body) > MAX_BODY_BYTES)
      return refuse(413, 'the answer is over 1 MiB; ask for a part of it, such as config_dump?cluster=NAME');
    return reply(answer.status, answer.type, answer.body);
  }
}
