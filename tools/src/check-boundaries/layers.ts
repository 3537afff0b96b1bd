/**
 * The layer table: what each workspace may import. Read it from top to bottom; nothing imports what stands below it.
 *
 *     kit ─► schema ─► sdk ─► {protocols transcoders filters load-balancers health-checkers registries governance} ─► apps
 *               │        └──► proxy ─────────────────────────────────────────────────────────────────► apps
 *               ├─► telemetry, distribution ─► proxy, control, agent
 *               └─► api ─► console, cli, agent, control
 *     kit ─► hessian ─► protocols, transcoders
 *     json-values ─► protocols, transcoders, governance
 */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  schema: ['kit'],
  sdk: ['kit', 'schema'],
  telemetry: ['kit', 'schema'],
  distribution: ['kit', 'schema'],
  api: ['kit', 'schema'],
  hessian: ['kit'],
  'json-values': [],
  protocols: ['kit', 'schema', 'sdk', 'hessian', 'json-values'],
  transcoders: ['kit', 'schema', 'sdk', 'hessian', 'json-values'],
  filters: ['kit', 'schema', 'sdk'],
  'load-balancers': ['kit', 'schema', 'sdk'],
  'health-checkers': ['kit', 'schema', 'sdk'],
  registries: ['kit', 'schema', 'sdk'],
  governance: ['kit', 'schema', 'sdk', 'json-values'],
  proxy: ['kit', 'schema', 'sdk', 'telemetry', 'distribution'],
  control: ['kit', 'schema', 'sdk', 'telemetry', 'distribution', 'api', 'governance'],
  agent: ['kit', 'schema', 'telemetry', 'distribution', 'api'],
  cli: ['kit', 'schema', 'api'],
  console: ['api'],
  testkit: ['kit', 'schema', 'sdk'],
};

/** Packages whose folders are extensions: a folder each, no folder knows another. */
export const EXTENSION_PACKAGES: readonly string[] = [
  'protocols',
  'transcoders',
  'filters',
  'load-balancers',
  'health-checkers',
  'registries',
  'governance',
];

/** Extension packages that sort their folders by kind first: `filters/src/<kind>/<name>/`. */
export const EXTENSION_GROUPS: Readonly<Record<string, readonly string[]>> = {
  filters: ['listener', 'network', 'stream'],
};

/** Packages that ship as one built bundle: what it is made of is needed to build it, and by nobody who installs it. */
export const BUNDLED_PACKAGES: readonly string[] = ['console'];

/** Workspaces that check and simulate rules with the code that judges in the proxy. */
export const RULE_CHECKERS: readonly string[] = ['apps/control'];

/** Packages of that code. */
export const CHECKED_WITH: readonly string[] = ['governance', 'transcoders'];

/** The one file that may name concrete extensions. */
export const EXTENSION_LIST = 'apps/proxy/src/extensions.ts';

/** Folders of `packages/proxy/src`; each imports only itself and those before it. */
export const PROXY_FOLDERS: readonly string[] = [
  'net',
  'protocol',
  'stream',
  'filter',
  'governance',
  'route',
  'cluster',
  'exchange',
  'update',
  'thread',
  'admin',
  'discovery',
  'control-plane',
  'server',
];

/** The folders of the engine that requests go through: they ask a protocol what it is, and never by its name. */
export const NAMELESS_FOLDERS: readonly string[] = PROXY_FOLDERS.slice(0, PROXY_FOLDERS.indexOf('thread') + 1);

/** What protocols carry or are called beside their names in the list of extensions. */
export const OTHER_PROTOCOL_NAMES: readonly string[] = ['grpc', 'thrift', 'triple'];

/** Names of protocols that are words for other things as well. */
export const AMBIGUOUS_PROTOCOLS: readonly string[] = ['tcp'];

/** Node modules that reach the outside; codecs and the kit have none of them. */
export const IO_MODULES: readonly string[] = [
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'fs',
  'http',
  'http2',
  'https',
  'net',
  'tls',
];

/** What codecs lack on top: they are given their timer and see no clock. */
export const TIME_MODULES: readonly string[] = ['timers', 'process', 'worker_threads', 'perf_hooks'];
