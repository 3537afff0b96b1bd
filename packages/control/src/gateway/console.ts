import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Paths that belong to the control plane: never answered with the page. */
const OWN_PATHS = /^\/(openapi|c|healthz|readyz|version|metrics|logging|queryDrmData\.htm)(\/|$)/;

/**
 * First parts of the paths that the console has views for; its router is the other place. Whatever else nothing answers is
 * missing: a probe that asks for `/ready` must not be told 200.
 */
const VIEWS = /^\/(?:(?:services|rules|topology|proxies|explain|audit)(?:\/|$)|$)/;

/** Whether a path, without its query, is one of the console's own, which it reads itself. */
export const isConsolePath = (path: string): boolean => VIEWS.test(path);

/** Whether somebody walks about with a browser: the page tells them, better than JSON does, that there is no such view. */
export const isStrayVisit = (path: string, accept: string | undefined): boolean =>
  accept?.includes('text/html') === true && !OWN_PATHS.test(path) && !FILE.test(path);

/** A file that is missing is missing. */
const FILE = /\.[a-z0-9]{2,5}$/i;

/** Static files of the console. Files with a hash in their name never change; the page itself is asked for each time. */
export async function addConsole(app: FastifyInstance, directory: string | null): Promise<boolean> {
  if (directory === null || !existsSync(join(directory, 'index.html'))) return false;
  await app.register(fastifyStatic, {
    root: directory,
    wildcard: true,
    cacheControl: false,
    setHeaders(response, path) {
      response.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return true;
}

export const NO_CONSOLE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Weft</title>
<body><h1>Weft is running</h1><p>The console is not built yet. In a clone: <code>npm run build</code>, then start again.</p>
<p>The HTTP interface is described by <a href="/openapi/v1/ms/openapi.json">ms</a>, <a href="/openapi/v1/osp/openapi.json">osp</a>,
<a href="/openapi/v1/drm/openapi.json">drm</a> and <a href="/openapi/v1/registry/openapi.json">registry</a>.</p></body></html>
`;
