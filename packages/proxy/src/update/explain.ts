import { isIP } from 'node:net';
import { noopLogger } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import {
  AS_CALLER,
  type ExplainedRule,
  type ExtensionEntry,
  type HostProtocol,
  type HostSelector,
  PlainRequestHead,
  type Protocol,
  type SuppliedMapping,
} from '@weft/sdk';
import { type ExchangeRecord, resolveVariable } from '../exchange/index.ts';
import { explainRules, Rules, withAnswers } from '../governance/index.ts';
import {
  type ConditionTrace,
  type ForwardProgram,
  type Route,
  RouteTable,
  redirectLocation,
  rewriteRequest,
  type VariableReader,
} from '../route/index.ts';
import { ExtensionCatalog } from './catalog.ts';
import { ClusterSlots } from './cluster-slots.ts';
import { compileProgram, type Program } from './compile.ts';
import { namesOf } from './compile-cluster.ts';
import { ruleFinder, ruleNode } from './compile-governance.ts';
import type { ListenerSpec } from './compile-listener.ts';
import { completeQuestion, type RequestQuestion } from './complete-question.ts';
import { type ExplainedConversion, explainConversion } from './explain-conversion.ts';
import { type ExplainedChoice, explainWith, RouteHosts } from './explain-hosts.ts';
import { configError } from './extension-config.ts';
import { describeOrigin, suppliedBy } from './mapping-documents.ts';
import type { MappingOrigin } from './program.ts';

export interface ExplainedCluster {
  readonly name: string;
  readonly weight: number;
  /** Null when there is no such cluster: the request would be answered with 502. */
  readonly loadBalancer: string | null;
  readonly hosts: readonly { readonly address: string; readonly weight: number }[];
  /** Names that the proxy resolves when it starts; they add hosts. */
  readonly names: readonly string[];
}

/** What would become of the request. */
export type ExplainedAction =
  | {
      readonly kind: 'forward';
      readonly clusters: readonly ExplainedCluster[];
      /** Where rules leave only some of the hosts: which, and for what part of such requests. */
      readonly choices?: readonly ExplainedChoice[];
      readonly protocol: string;
      /** Name of the transcoder that makes it a request of that protocol; '' where nothing is converted. */
      readonly transcoder: string;
      /** The mapping that it is converted by, and where that came from, in words; '' where there is none. */
      readonly mapping: string;
      /** The same as data. */
      readonly mappingOrigin: MappingOrigin | null;
      readonly timeoutMs: number;
      readonly retries: number;
      /** Of the request that goes out; '' where its protocol has none, and where it is converted by what only its messages say. */
      readonly method: string;
      readonly authority: string;
      readonly path: string;
    }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  | { readonly kind: 'direct'; readonly status: number; readonly body: string; readonly answer?: string }
  /** It was to be converted, and no transcoder takes it: what the caller is told. */
  | { readonly kind: 'refused'; readonly status: number; readonly body: string }
  /** No virtual host or no route: the answer of the proxy itself; `answer`: as the protocol of the caller calls it. */
  | { readonly kind: 'none'; readonly status: number; readonly answer?: string };

/** What one listener would do with a request, from the code that decides. */
export interface RequestExplanation {
  readonly listener: string;
  readonly address: string;
  readonly router: string;
  /** Stream filters that run and may answer before the action does; they are not run here. */
  readonly filters: readonly string[];
  /** What the governance rules for the direction of the listener say; the first that rejects answers. */
  readonly rules: readonly ExplainedRule[];
  readonly virtualHost: string | null;
  readonly considered: readonly {
    readonly route: string;
    readonly matched: boolean;
    readonly conditions: readonly ConditionTrace[];
  }[];
  /** Place of the route in the configuration, or null. */
  readonly route: string | null;
  readonly action: ExplainedAction;
}

/**
 * Compiles a configuration as a proxy would, asks the routing table of each listener that takes the request, and says
 * what was considered and what would happen. Opens nothing.
 * @throws ConfigError, also for an unknown listener or protocol
 */
export async function explainRequest(
  config: MosnConfig,
  extensions: readonly ExtensionEntry[],
  question: RequestQuestion,
  inForce?: Rules,
): Promise<RequestExplanation[]> {
  const catalog = new ExtensionCatalog(extensions);
  const { protocol, call } = await completeQuestion(catalog, question);
  const compile = async (supplied: readonly SuppliedMapping[]): Promise<Program> => {
    const services = { catalog, slots: new ClusterSlots(), names: new Map(), logIndex: () => 0 };
    return (await compileProgram(config, 1, { ...services, supplied, descriptorBound: Number.MAX_SAFE_INTEGER }))
      .program;
  };
  let program = await compile(inForce === undefined ? [] : suppliedBy(inForce));
  const rules = inForce ?? (await rulesOf(config, program, catalog));
  // Those of the configuration itself are known only now.
  if (inForce === undefined && suppliedBy(rules).length > 0) program = await compile(suppliedBy(rules));
  const { method, authority, path, scheme, service, headers } = call;
  const head = (): PlainRequestHead =>
    new PlainRequestHead(protocol.name, protocol.family, { method, authority, path, scheme, service }, headers);
  const explanations: RequestExplanation[] = [];
  for (const listener of chooseListeners(program, protocol.name, question.listener)) {
    const hosts = await hostProtocolOf(program, listener, head(), catalog);
    const conversion = await explainConversion(listener, head(), hosts, catalog);
    const explained = explainListener(config, program, listener, head(), rules, conversion, question.sourceIp ?? '');
    const own = listener.protocols.find(({ name }) => name === protocol.name)?.config;
    explanations.push({
      ...explained,
      rules: withAnswers(explained.rules, protocol, own, head(), rules.reject),
      action: withAnswer(explained.action, protocol, own, head()),
    });
  }
  return explanations;
}

/** Says what the protocol of the caller calls what the proxy answers itself; nothing where the status says it all. */
function withAnswer(
  action: ExplainedAction,
  { answers }: Protocol,
  config: unknown,
  request: PlainRequestHead,
): ExplainedAction {
  if (action.kind !== 'none' && action.kind !== 'direct') return action;
  const code = action.kind === 'none' ? 'route_not_found' : 'direct_response';
  const answer = answers?.ofReply(request, { status: action.status, code }, config) ?? '';
  return answer === '' ? action : { ...action, answer };
}

/** What the hosts of the route speak, where it says so. */
async function hostProtocolOf(
  program: Program,
  listener: ListenerSpec,
  request: PlainRequestHead,
  catalog: ExtensionCatalog,
): Promise<HostProtocol | null> {
  const router = program.routers.find((item) => item.name === listener.routerName);
  if (router === undefined) return null;
  const { route } = RouteTable.create(router).explain(request, variablesOf(request, listener));
  if (route?.action.kind !== 'forward' || route.action.upstreamProtocol === '') return null;
  const { upstreamProtocol: name } = route.action;
  return name.toLowerCase() === 'auto' ? AS_CALLER : catalog.load('protocol', name);
}

/** The rules of a configuration, as a proxy has them right after its start. */
async function rulesOf(config: MosnConfig, program: Program, catalog: ExtensionCatalog): Promise<Rules> {
  const { reject_profile, limit_message } = config.governance;
  const rules = new Rules({
    threads: 1,
    log: noopLogger,
    reject: { profile: reject_profile, limitMessage: limit_message },
    node: ruleNode(config),
    rule: ruleFinder(catalog),
    logIndex: () => 0,
    send: () => {},
    ready: () => [],
  });
  for (const { dataId, text, version } of program.rules) await rules.apply(dataId, text, version);
  return rules;
}

function explainRulesOf(
  listener: ListenerSpec,
  request: PlainRequestHead,
  rules: Rules,
  sourceIp: string,
  hasHost?: (selector: HostSelector) => boolean,
): ExplainedRule[] {
  if (listener.type !== 'ingress' && listener.type !== 'egress') return [];
  const direction = listener.type === 'ingress' ? 'SERVER' : 'CLIENT';
  const remoteAddress = sourceIp === '' ? '' : `${sourceIp}:0`;
  const peer = { id: 0, remoteAddress, localAddress: localOf(listener, rules) };
  return explainRules(rules, direction, request, peer, hasHost);
}

/** Where a request comes in that comes to the listener. */
function localOf({ path, host, port }: ListenerSpec, rules: Rules): string {
  if (path !== '') return '';
  return isIP(host) === 0 || ANY_ADDRESS.has(host) ? `${rules.node.ip}:${port}` : `${host}:${port}`;
}
const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** The hosts that a route leads to; undefined where they are not known before it is tried. */
function hostsOfRoute(
  config: MosnConfig,
  program: Program,
  route: Route | null,
  variables: VariableReader,
): RouteHosts | undefined {
  if (route === null || route.action.kind !== 'forward') return undefined;
  const names = clustersOf(route.action, variables).map(({ name }) => name);
  const unresolved = config.cluster_manager.clusters.some(
    (item) => names.includes(item.name) && namesOf(item).length > 0,
  );
  return unresolved ? undefined : new RouteHosts(program.clusters.filter(({ name }) => names.includes(name)));
}

function chooseListeners(program: Program, protocol: string, name: string): ListenerSpec[] {
  const taking = program.listeners.filter(
    (listener) => listener.routerName !== '' && listener.protocols.some((use) => use.name === protocol),
  );
  const names = taking.map((listener) => listener.name);
  if (taking.length === 0) {
    throw configError(
      'servers[0].listeners',
      undefined,
      `a listener with a proxy filter for ${protocol}`,
      `no listener routes requests of ${protocol}`,
    );
  }
  if (name === '') return taking;
  const chosen = taking.filter((listener) => listener.name === name);
  if (chosen.length === 0)
    throw configError(
      'servers[0].listeners',
      name,
      `one of ${names.join(', ')}`,
      `no listener of this name routes requests of ${protocol}`,
    );
  return chosen;
}

function explainListener(
  config: MosnConfig,
  program: Program,
  listener: ListenerSpec,
  request: PlainRequestHead,
  rules: Rules,
  conversion: ExplainedConversion,
  sourceIp: string,
): RequestExplanation {
  const router = program.routers.find((item) => item.name === listener.routerName);
  const base = {
    listener: listener.name,
    address: listener.path === '' ? `${listener.host}:${listener.port}` : listener.path,
    router: listener.routerName,
    filters: listener.filters.map((filter) => filter.name),
  };
  if (router === undefined)
    return {
      ...base,
      rules: explainRulesOf(listener, request, rules, sourceIp),
      virtualHost: null,
      considered: [],
      route: null,
      action: { kind: 'none', status: 404 },
    };
  const { virtualHost, considered, route } = RouteTable.create(router).explain(request, variablesOf(request, listener));
  const hosts = hostsOfRoute(config, program, route, variablesOf(request, listener));
  // Before the action, which rewrites the request.
  const said = explainWith(hosts, (hasHost) => explainRulesOf(listener, request, rules, sourceIp, hasHost));
  const action = explainAction(config, program, route, request, listener, conversion);
  return {
    ...base,
    rules: said.rules,
    virtualHost,
    considered,
    route: route?.name ?? null,
    action: action.kind === 'forward' && said.choices.length > 0 ? { ...action, choices: said.choices } : action,
  };
}

function explainAction(
  config: MosnConfig,
  program: Program,
  route: Route | null,
  request: PlainRequestHead,
  listener: ListenerSpec,
  conversion: ExplainedConversion,
): ExplainedAction {
  if (route === null) return { kind: 'none', status: 404 };
  const { action } = route;
  if (action.kind === 'direct') return { kind: 'direct', status: action.status, body: action.body };
  if (action.kind === 'redirect')
    return { kind: 'redirect', status: action.status, location: redirectLocation(action, request) };
  if (conversion.refusal !== null) return { kind: 'refused', ...conversion.refusal };
  const clusters = clustersOf(action, variablesOf(request, listener)).map(({ name, weight }) =>
    explainCluster(config, program, name, weight),
  );
  const outgoing = conversion.transcoder === null ? request : conversion.head;
  if (outgoing !== null) rewriteRequest(route, outgoing, '');
  return {
    kind: 'forward',
    clusters,
    protocol: conversion.transcoder?.protocol ?? upstreamProtocol(action, request),
    transcoder: conversion.transcoder?.name ?? '',
    mapping: conversion.mapping === null ? '' : describeOrigin(conversion.mapping),
    mappingOrigin: conversion.mapping,
    timeoutMs: action.timeoutMs,
    retries: action.retry?.retryOn === true ? action.retry.maxRetries : 0,
    method: outgoing?.method ?? '',
    authority: outgoing?.authority ?? '',
    path: outgoing?.path ?? '',
  };
}

function upstreamProtocol({ upstreamProtocol: name }: ForwardProgram, request: PlainRequestHead): string {
  return name === '' || name.toLowerCase() === 'auto' ? request.protocol : name;
}

function clustersOf(
  action: ForwardProgram,
  variables: VariableReader,
): readonly { readonly name: string; readonly weight: number }[] {
  return action.clusterVariable === ''
    ? action.clusters
    : [{ name: variables.getVariable(action.clusterVariable) ?? '', weight: 1 }];
}

function explainCluster(config: MosnConfig, program: Program, name: string, weight: number): ExplainedCluster {
  const spec = program.clusters.find((item) => item.name === name);
  const source = config.cluster_manager.clusters.find((item) => item.name === name);
  return {
    name,
    weight,
    loadBalancer: spec?.loadBalancer ?? null,
    hosts: (spec?.hosts ?? []).map((host) => ({ address: host.address, weight: host.weight })),
    names: source === undefined ? [] : namesOf(source).map((item) => `${item.name}:${item.port}`),
  };
}

/** The variables that a request has before anything was sent or received, from as much of an exchange as they read. */
function variablesOf(request: PlainRequestHead, listener: ListenerSpec): VariableReader {
  const exchange = {
    request,
    response: null,
    listener,
    connection: { id: 0, localAddress: '', remoteAddress: '' },
    stream: { id: 0 },
    context: { now: 0 },
    upstream: null,
    variables: null,
    startedAt: 0,
    sentAt: 0,
    respondedAt: 0,
    finishedAt: 0,
    ownMs: 0,
    bytesSent: 0,
    bytesReceived: 0,
    status: 0,
    flags: 0,
    failureDetail: '',
    hostAddress: '',
    clusterName: '',
    routeName: '',
  } as unknown as ExchangeRecord;
  return { getVariable: (name) => resolveVariable(name)?.(exchange) };
}
