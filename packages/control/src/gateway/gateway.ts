import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import {
  type ComponentContract,
  drm,
  type ErrorBody,
  ms,
  openApiDocument,
  osp as ospContract,
  pathParameters,
  type RouteContract,
  registry,
} from '@weft/api';
import type { Clock, Logger } from '@weft/kit';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Counter, type Registry } from 'prom-client';
import { ApiFailure, type Mount } from '../http/index.ts';
import type { Osp } from '../osp/index.ts';
import type { Storage } from '../storage/index.ts';
import { addComponentPaths, type ComponentPathOptions } from './component-paths.ts';
import { addConsole, isConsolePath, isStrayVisit, NO_CONSOLE } from './console.ts';
import { createDispatcher } from './dispatch.ts';
import { drain } from './drain.ts';
import { EventStreams } from './events.ts';
import { failureOf } from './failure-of.ts';
import { gatewayMigrations, Idempotency } from './idempotency.ts';
import { parseJsonBody } from './json-body.ts';
import { RateLimiter, type RateLimits } from './rate-limit.ts';

const CONTRACTS: readonly ComponentContract[] = [ospContract, drm, ms, registry];
const DEFAULT_BODY_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** Of a body that is too large, so that its sender sees the answer. */
const DRAINED = { maxBytes: 64 * 1024 * 1024, timeoutMs: 10_000 } as const;

export interface GatewayOptions extends Omit<ComponentPathOptions, 'metrics'> {
  readonly osp: Osp;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Logger;
  /** Gets one line for each answer. */
  readonly accessLog?: (line: string) => void;
  readonly metrics: Registry;
  readonly mounts: readonly Mount[];
  /** Directory with `index.html` of the console; null serves a page that says how to build it. */
  readonly consoleDirectory: string | null;
  readonly rateLimits?: RateLimits;
}

export interface Gateway {
  /** Opens the port; `host:port` with port 0 takes a free one. Gives the address. */
  listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }>;
  /** For tests: answers without a socket. */
  readonly app: FastifyInstance;
  /** Ends event streams and lets running calls finish, for 5 s. */
  close(): Promise<void>;
}

/** The one front door: console, HTTP interface, health. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  await options.storage.migrate(gatewayMigrations);
  const app = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: DEFAULT_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // Its reply is a plain one; only the type of the raw request is left open.
    frameworkErrors: (error, request, reply) =>
      void answerError(error, request, reply as unknown as FastifyReply, options.log),
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 6144, ignoreTrailingSlash: false },
  });
  // Everything is JSON: what is not, is refused by name.
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as string));
    } catch (error) {
      done(error as Error);
    }
  });
  const events = new EventStreams(options.clock);
  options.osp.accessChanges.onChange((userId) => events.recheck(userId));
  await addSecurityHeaders(app);
  addObservation(app, options);
  app.setErrorHandler(async (error, request, reply) => {
    if ((error as FastifyError).statusCode === 413) await drain(request.raw, options.clock, DRAINED);
    return answerError(error as FastifyError, request, reply, options.log);
  });
  app.setNotFoundHandler(notFoundHandler(await addConsole(app, options.consoleDirectory)));
  const parts = {
    osp: options.osp,
    storage: options.storage,
    log: options.log,
    events,
    limiter: new RateLimiter(options.clock, options.rateLimits ?? {}),
    idempotency: new Idempotency(options.storage, options.log, () => options.clock.wallNow()),
  };
  for (const contract of CONTRACTS) {
    const handlers = options.mounts.find((mount) => mount.contract === contract)?.handlers ?? {};
    for (const [operation, route] of Object.entries(contract.routes)) {
      app.route({
        method: route.method,
        url: `${contract.basePath}${toPattern(route.path)}`,
        bodyLimit: route.maxBodyBytes ?? DEFAULT_BODY_BYTES,
        handler: createDispatcher(
          contract,
          operation,
          route,
          handlers[operation] as Parameters<typeof createDispatcher>[3],
          parts,
        ),
      });
    }
    const document = openApiDocument(contract, options.version.version);
    app.get(`${contract.basePath}/openapi.json`, (_request, reply) => reply.send(document));
  }
  addComponentPaths(app, options);
  return {
    app,
    async listen(host, port) {
      await app.listen({ host, port });
      const address = app.server.address();
      return { host, port: typeof address === 'object' && address !== null ? address.port : port };
    },
    async close() {
      events.closeAll();
      const cut = options.clock.schedule(5000, () => app.server.closeAllConnections());
      await app.close();
      cut();
    },
  };
}

/** A path of the contract in the words of the router: `/rules/{id}:enable` → `/rules/:id([^:]+)::enable`. */
export function toPattern(path: string): string {
  return path
    .replaceAll(':', '::')
    .replace(/\{[A-Za-z]+\.\.\.\}/g, '*')
    .replace(/\{([A-Za-z]+)\}(::)?/g, (_, name: string, verb: string | undefined) =>
      verb === undefined ? `:${name}` : `:${name}([^:]+)::`,
    );
}

async function addSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // The component library writes its styles at run time.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Plain HTTP on loopback is the usual case; whoever puts TLS in front adds it there.
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
}

function addObservation(app: FastifyInstance, options: GatewayOptions): void {
  const requests = new Counter({
    name: 'weft_gateway_requests_total',
    help: 'Answers of the gateway by component and status',
    labelNames: ['component', 'status'],
    registers: [options.metrics],
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-weft-request-id', request.id);
    if (request.url.startsWith('/openapi/')) reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    const component = /^\/(?:openapi\/v1|c)\/([a-z-]+)/.exec(request.url)?.[1] ?? 'console';
    requests.inc({
      component: CONTRACTS.some((contract) => contract.component === component) ? component : 'other',
      status: reply.statusCode,
    });
    options.accessLog?.(accessLine(request, reply, component, new Date(options.clock.wallNow())));
  });
}

/** Time and trace, status, method, URL, component, address, bytes, cache, time, reason. */
function accessLine(request: FastifyRequest, reply: FastifyReply, component: string, at: Date): string {
  const url = request.url
    .replace(/([?&][^=&]*(?:secret|token|password)[^=&]*=)[^&]*/gi, '$1***')
    .replace(/[|\s]/g, '_');
  const bytes = reply.getHeader('content-length') ?? '-';
  const reason = reply.getHeader('x-weft-error') ?? '-';
  return [
    `${at.toISOString()} ${request.id}`,
    reply.statusCode,
    request.method,
    url,
    component,
    '-',
    bytes,
    '-',
    `${reply.elapsedTime.toFixed(1)}ms`,
    reason,
    '',
  ].join('|');
}

const readsOnly = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const failure = failureOf(error, readsOnly(request));
  if (failure === (error as unknown) && failure.status >= 500)
    log.warn({ code: failure.code, message: failure.message, requestId: request.id }, 'call not served');
  else if (failure.status >= 500)
    log.error({ err: error, requestId: request.id, url: request.url.split('?', 1)[0] }, 'call failed');
  const body: ErrorBody = {
    code: failure.code,
    message: failure.message,
    fields: [...failure.fields],
    requestId: request.id,
  };
  return reply
    .code(failure.status)
    .headers({ ...failure.headers, 'x-weft-error': failure.code, 'x-weft-request-id': request.id })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body));
}

function notFoundHandler(hasConsole: boolean) {
  const routes = CONTRACTS.flatMap((contract) =>
    Object.values<RouteContract>(contract.routes).map((route) => ({
      method: route.method,
      pattern: pathPattern(`${contract.basePath}${route.path}`),
    })),
  );
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isView = readsOnly(request) && isConsolePath(path);
    if (isView || (readsOnly(request) && isStrayVisit(path, request.headers.accept))) {
      if (hasConsole)
        return reply
          .code(isView ? 200 : 404)
          .header('cache-control', 'no-cache')
          .sendFile('index.html');
      return reply
        .code(path === '/' ? 200 : 404)
        .type('text/html; charset=utf-8')
        .send(NO_CONSOLE);
    }
    const allowed = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (allowed.length > 0)
      throw new ApiFailure('METHOD', `${request.method} ${path}: expected ${allowed.join(', ')}`, {
        headers: { allow: allowed.join(', ') },
      });
    throw new ApiFailure('NOT_FOUND', `there is no ${path}`);
  };
}

function pathPattern(path: string): RegExp {
  const parts = pathParameters(path);
  let pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  for (const name of parts) pattern = pattern.replace(new RegExp(`\\{${name}(?:\\\\\\.){0,3}\\}`), '[^/]+');
  return new RegExp(`^${pattern}$`);
}
