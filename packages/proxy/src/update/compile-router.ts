import {
  compileSubstitution,
  type RouteActionConfig,
  type RouteConfig,
  type RouterConfig,
  type VirtualHostConfig,
} from '@weft/schema';
import {
  type ActionProgram,
  type MatchProgram,
  type MutationProgram,
  type RouteProgram,
  type RouterProgram,
  type VirtualHostProgram,
  variablesOf,
} from '../route/index.ts';
import type { ExtensionCatalog } from './catalog.ts';
import { digestOf } from './digest.ts';
import { below, type CompileNotes, configError, parseExtensionConfig, unknownName } from './extension-config.ts';

interface HeaderLists {
  readonly request_headers_to_add: RouterConfig['request_headers_to_add'];
  readonly request_headers_to_remove: RouterConfig['request_headers_to_remove'];
  readonly response_headers_to_add: RouterConfig['response_headers_to_add'];
  readonly response_headers_to_remove: RouterConfig['response_headers_to_remove'];
}

/*
 * What most routes have in common is the same object for all of them: in the message to a data thread it is there once, and
 * once on that thread.
 */
const NO_MUTATION: MutationProgram = { add: [], remove: [] };
const NO_HEADERS: MatchProgram['headers'] = [];
const NO_VARIABLES: MatchProgram['variables'] = [];
const NO_FILTERS: RouteProgram['perFilter'] = {};

/** What the parts of a router configuration are compiled with. */
interface Context {
  readonly catalog: ExtensionCatalog;
  readonly isVariable: (name: string) => boolean;
  readonly notes: CompileNotes;
  /** Actions of this router so far, by their JSON. */
  readonly actions: Map<string, ActionProgram>;
}

/** Compiles a router configuration; every stream filter, protocol and variable named in it must exist. */
export async function compileRouter(
  config: RouterConfig,
  path: string,
  catalog: ExtensionCatalog,
  isVariable: (name: string) => boolean,
  notes: CompileNotes,
): Promise<RouterProgram> {
  const context = { catalog, isVariable, notes, actions: new Map() };
  const virtualHosts: VirtualHostProgram[] = [];
  for (const [index, host] of config.virtual_hosts.entries()) {
    virtualHosts.push(await compileVirtualHost(host, index, `${path}.virtual_hosts[${index}]`, context));
  }
  checkHeaderVariables(config, path, context);
  const program = { name: config.router_config_name, virtualHosts, ...mutations(config) };
  return { ...program, digest: digestOf(program) };
}

async function compileVirtualHost(
  config: VirtualHostConfig,
  index: number,
  path: string,
  context: Context,
): Promise<VirtualHostProgram> {
  const routes: RouteProgram[] = [];
  for (const [at, route] of config.routers.entries()) {
    const place = `${path}.routers[${at}]`;
    checkRoute(route, place, context);
    routes.push({
      name: `virtual_hosts[${index}].routers[${at}]`,
      match: compileMatch(route.match),
      action: sharedAction(compileAction(route), context),
      ...(route.route === undefined ? { request: NO_MUTATION, response: NO_MUTATION } : mutations(route.route)),
      perFilter: await compilePerFilter(route.per_filter_config, `${place}.per_filter_config`, context),
    });
  }
  checkHeaderVariables(config, path, context);
  return {
    name: config.name === '' ? `virtual_hosts[${index}]` : config.name,
    domains: config.domains,
    routes,
    ...mutations(config),
    perFilter: await compilePerFilter(config.per_filter_config, `${path}.per_filter_config`, context),
  };
}

/** Names that a request would look for in vain, and what it would leave aside. */
function checkRoute({ match, route, direct_response }: RouteConfig, path: string, context: Context): void {
  const { catalog, notes } = context;
  for (const [index, { name }] of match.variables.entries())
    checkVariable(name, `${path}.match.variables[${index}].name`, name, context);
  if (direct_response !== undefined && direct_response.body !== '' && [204, 205, 304].includes(direct_response.status))
    notes.warn({
      file: '',
      path: `${path}.direct_response.body`,
      message: `an answer with status ${direct_response.status} has no body: it is left out`,
      expected: 'no body',
    });
  if (route === undefined) return;
  checkHeaderVariables(route, `${path}.route`, context);
  if (route.cluster_variable !== '')
    checkVariable(route.cluster_variable, `${path}.route.cluster_variable`, route.cluster_variable, context);
  if (route.prefix_rewrite !== '' && match.prefix === '' && match.path === '')
    notes.warn({
      file: '',
      path: `${path}.route.prefix_rewrite`,
      value: JSON.stringify(route.prefix_rewrite),
      message: 'has no effect without a prefix or a path in the match',
      expected: 'a match by prefix or path, or regex_rewrite',
    });
  const name = route.upstream_protocol;
  // A misspelt protocol would answer every request of the route with 502.
  if (name === '' || name.toLowerCase() === 'auto' || catalog.has('protocol', name)) return;
  notes.fail(unknownName(`${path}.route.upstream_protocol`, name, [...catalog.names('protocol'), 'Auto'], 'protocol'));
}

function checkHeaderVariables(lists: HeaderLists, path: string, context: Context): void {
  for (const key of ['request_headers_to_add', 'response_headers_to_add'] as const) {
    for (const [index, { header }] of lists[key].entries()) {
      for (const name of variablesOf(header.value))
        checkVariable(name, `${path}.${key}[${index}].header.value`, header.value, context);
    }
  }
}

function checkVariable(name: string, path: string, value: string, { isVariable, notes }: Context): void {
  if (isVariable(name)) return;
  notes.fail(
    configError(
      path,
      value,
      'a predefined variable, or one that a stream filter of a listener declares',
      `there is no variable ${name}`,
    ),
  );
}

async function compilePerFilter(
  config: Readonly<Record<string, unknown>>,
  path: string,
  { catalog, notes }: Context,
): Promise<RouteProgram['perFilter']> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    await notes.attempt(async () => {
      if (!catalog.has('stream-filter', name)) throw unknownName(path, name, catalog.names('stream-filter'), 'filter');
      const definition = await catalog.load('stream-filter', name);
      if (definition.transcoders !== undefined)
        throw configError(
          `${path}.${name}`,
          undefined,
          'rules of the filter in `stream_filters` of the listener, which choose by service or header',
          'routes do not choose transcoders',
        );
      const parsed = parseExtensionConfig(value, definition.schema, `${path}.${name}`, notes);
      below(`${path}.${name}`, () => definition.create(parsed));
      result[definition.name] = parsed;
    });
  }
  return Object.keys(result).length === 0 ? NO_FILTERS : result;
}

/** The first of prefix, path, regex, variables that is given decides the kind. */
function compileMatch(match: RouteConfig['match']): MatchProgram {
  // A service of `.*` means any, with or without `regex`: so MOSN's configurations write it.
  const headers =
    match.headers.length === 0
      ? NO_HEADERS
      : match.headers.map(({ name, value, regex }) => ({
          name,
          value,
          regex: regex || (name === 'service' && value === '.*'),
        }));
  if (match.prefix !== '') return { kind: 'prefix', value: match.prefix, headers, variables: NO_VARIABLES };
  if (match.path !== '') return { kind: 'path', value: match.path, headers, variables: NO_VARIABLES };
  if (match.regex !== '') return { kind: 'regex', value: match.regex, headers, variables: NO_VARIABLES };
  if (match.variables.length === 0) return { kind: 'headers', value: '', headers, variables: NO_VARIABLES };
  const variables = match.variables.map((item, index) => ({
    name: item.name,
    value: item.regex === '' ? item.value : item.regex,
    regex: item.regex !== '',
    join: index === 0 ? ('and' as const) : (match.variables[index - 1]?.model ?? 'and'),
  }));
  return { kind: 'variables', value: '', headers, variables };
}

function compileAction(route: RouteConfig): ActionProgram {
  if (route.redirect !== undefined) {
    const { response_code, path_redirect, host_redirect, scheme_redirect } = route.redirect;
    return {
      kind: 'redirect',
      status: response_code,
      path: path_redirect,
      host: host_redirect,
      scheme: scheme_redirect ?? '',
    };
  }
  if (route.direct_response !== undefined)
    return { kind: 'direct', status: route.direct_response.status, body: route.direct_response.body };
  const action = route.route as RouteActionConfig;
  const retry = action.retry_policy;
  return {
    kind: 'forward',
    clusters:
      action.weighted_clusters.length > 0
        ? action.weighted_clusters.map(({ cluster }) => ({ name: cluster.name, weight: cluster.weight }))
        : [{ name: action.cluster_name, weight: 1 }],
    clusterVariable: action.cluster_variable,
    upstreamProtocol: action.upstream_protocol,
    timeoutMs: action.timeout,
    retry:
      retry === undefined
        ? null
        : {
            retryOn: retry.retry_on,
            tryTimeoutMs: retry.retry_timeout,
            maxRetries: retry.num_retries,
            statusCodes: retry.status_codes,
          },
    prefixRewrite: action.prefix_rewrite,
    regexRewrite:
      action.regex_rewrite === undefined
        ? null
        : {
            pattern: action.regex_rewrite.pattern.regex,
            substitution: compileSubstitution(action.regex_rewrite.substitution),
          },
    hostRewrite: action.host_rewrite,
    autoHostRewrite: action.auto_host_rewrite,
    autoHostRewriteHeader: action.auto_host_rewrite_header,
  };
}

function sharedAction(action: ActionProgram, { actions }: Context): ActionProgram {
  const key = JSON.stringify(action);
  const known = actions.get(key);
  if (known !== undefined) return known;
  actions.set(key, action);
  return action;
}

function mutations(lists: HeaderLists): { request: MutationProgram; response: MutationProgram } {
  return {
    request: mutation(lists.request_headers_to_add, lists.request_headers_to_remove),
    response: mutation(lists.response_headers_to_add, lists.response_headers_to_remove),
  };
}

function mutation(add: HeaderLists['request_headers_to_add'], remove: readonly string[]): MutationProgram {
  if (add.length === 0 && remove.length === 0) return NO_MUTATION;
  return { add: add.map(({ header, append }) => ({ name: header.key, value: header.value, append })), remove };
}
