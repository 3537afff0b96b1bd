import type { RequestHead } from '@weft/sdk';
import { CandidateIndex } from './candidates.ts';
import { type ConditionTrace, Matcher, pathOf, type VariableReader } from './matcher.ts';
import { Mutation } from './mutation.ts';
import type { ActionProgram, RouteProgram, RouterProgram, VirtualHostProgram } from './program.ts';
import { VirtualHostIndex } from './virtual-hosts.ts';

/** A route as requests use it. Immutable. */
export class Route {
  readonly name: string;
  readonly program: RouteProgram;
  readonly action: ActionProgram;
  readonly matcher: Matcher;
  readonly requestMutation: Mutation;
  readonly responseMutation: Mutation;
  readonly regexRewrite: RegExp | null;
  readonly retryStatus: ReadonlySet<number> | null;
  readonly #totalWeight: number;
  readonly #virtualHost: VirtualHostProgram;

  constructor(program: RouteProgram, virtualHost: VirtualHostProgram, router: RouterProgram) {
    this.name = program.name;
    this.program = program;
    this.action = program.action;
    this.matcher = new Matcher(program.match);
    this.requestMutation = Mutation.of([program.request, virtualHost.request, router.request]);
    this.responseMutation = Mutation.of([program.response, virtualHost.response, router.response]);
    this.#virtualHost = virtualHost;
    const { action } = program;
    const forward = action.kind === 'forward' ? action : null;
    this.regexRewrite = forward?.regexRewrite ? new RegExp(forward.regexRewrite.pattern, 'g') : null;
    this.retryStatus =
      forward?.retry && forward.retry.statusCodes.length > 0 ? new Set(forward.retry.statusCodes) : null;
    this.#totalWeight = forward === null ? 0 : forward.clusters.reduce((sum, cluster) => sum + cluster.weight, 0);
  }

  /** Name of the cluster for one request; '' when the variable that should name it has no value and nothing stands in. */
  clusterName(random: () => number, variables: VariableReader): string {
    const { action } = this;
    if (action.kind !== 'forward') return '';
    const { clusters } = action;
    if (action.clusterVariable !== '')
      return variables.getVariable(action.clusterVariable) || (clusters[0] as { name: string }).name;
    if (clusters.length === 1) return (clusters[0] as { name: string }).name;
    let point = random() * this.#totalWeight;
    for (const cluster of clusters) {
      point -= cluster.weight;
      if (point < 0) return cluster.name;
    }
    return (clusters[clusters.length - 1] as { name: string }).name;
  }

  /** Configuration of a filter for this route: the route's before the virtual host's. */
  filterConfig(filterName: string): unknown {
    return this.program.perFilter[filterName] ?? this.#virtualHost.perFilter[filterName];
  }
}

/** What was considered for a request, from the code that decides. */
export interface RouteExplanation {
  readonly virtualHost: string | null;
  readonly considered: readonly {
    readonly route: string;
    readonly matched: boolean;
    readonly conditions: readonly ConditionTrace[];
  }[];
  readonly route: Route | null;
}

/** About a fifth of a millisecond of work. */
const ROUTES_PER_STEP = 32;

interface VirtualHost {
  readonly name: string;
  readonly routes: readonly Route[];
  readonly index: CandidateIndex;
}

/** An immutable routing table; a change builds a new one. */
export class RouteTable {
  readonly name: string;
  readonly digest: string;
  readonly #hosts = new VirtualHostIndex<VirtualHost>();

  private constructor(program: RouterProgram) {
    this.name = program.name;
    this.digest = program.digest;
  }

  /** Builds a table in one go. */
  static create(program: RouterProgram): RouteTable {
    const steps = RouteTable.build(program);
    while (true) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** Builds a table in small steps, so that a thread under load can serve requests in between. */
  static *build(program: RouterProgram): Generator<void, RouteTable> {
    const table = new RouteTable(program);
    for (const host of program.virtualHosts) {
      const routes: Route[] = [];
      for (const route of host.routes) {
        routes.push(new Route(route, host, program));
        if (routes.length % ROUTES_PER_STEP === 0) yield;
      }
      const matchers = routes.map((route) => route.matcher);
      const value = { name: host.name, routes, index: new CandidateIndex(host.routes, matchers) };
      for (const domain of host.domains) table.#hosts.add(domain, value);
      yield;
    }
    return table;
  }

  match(request: RequestHead, variables: VariableReader): Route | null {
    const host = this.#hosts.find(request.authority);
    if (host === undefined) return null;
    const path = pathOf(request);
    const { routes } = host;
    if (routes.length === 1)
      return (routes[0] as Route).matcher.matches(request, path, variables) ? (routes[0] as Route) : null;
    const found = host.index.find(request, path, variables);
    return found < 0 ? null : (routes[found] as Route);
  }

  /** The cluster of every request for a host; '' where that depends on the request, or none is forwarded. */
  onlyCluster(authority: string): string {
    let only = '';
    for (const { action } of this.#hosts.find(authority)?.routes ?? []) {
      if (action.kind !== 'forward' || action.clusterVariable !== '' || action.clusters.length !== 1) return '';
      const { name } = action.clusters[0] as { name: string };
      if (only !== '' && only !== name) return '';
      only = name;
    }
    return only;
  }

  explain(request: RequestHead, variables: VariableReader): RouteExplanation {
    const host = this.#hosts.find(request.authority);
    if (host === undefined) return { virtualHost: null, considered: [], route: null };
    const path = pathOf(request);
    const chosen = this.match(request, variables);
    const considered = [];
    for (const route of host.routes) {
      considered.push({
        route: route.name,
        matched: route === chosen,
        conditions: route.matcher.trace(request, path, variables),
      });
      if (route === chosen) break;
    }
    return { virtualHost: host.name, considered, route: chosen };
  }
}
