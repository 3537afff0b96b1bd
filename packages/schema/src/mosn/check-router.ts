import { formatDuration } from '../parse/scalars.ts';
import { checkHeaders } from './check-headers.ts';
import type { CheckProblems, Names } from './check-problems.ts';
import { checkRedirect, checkRewrite } from './check-rewrite.ts';
import { isDomain, isTargetText } from './check-syntax.ts';
import type { RouteActionConfig, RouteConfig, RouterConfig } from './route.ts';

const DOMAIN_EXPECTED = '`host`, `host:port`, `*.suffix` or `*`';

/** Everything about one router configuration that its schema cannot say. */
export function checkRouter(router: RouterConfig, path: string, clusters: Names, problems: CheckProblems): void {
  checkHeaders(router, path, problems);
  const domains = new Map<string, { readonly host: number; readonly domain: string }>();
  for (const [index, host] of router.virtual_hosts.entries()) {
    const place = `${path}.virtual_hosts[${index}]`;
    checkHeaders(host, place, problems);
    for (const [at, domain] of host.domains.entries()) {
      checkDomain(domain, index, `${place}.domains[${at}]`, domains, problems);
    }
    for (const [at, route] of host.routers.entries()) checkRoute(route, `${place}.routers[${at}]`, clusters, problems);
  }
}

function checkDomain(
  domain: string,
  host: number,
  path: string,
  known: Map<string, { readonly host: number; readonly domain: string }>,
  problems: CheckProblems,
): void {
  const lower = domain.toLowerCase();
  // `host` and `host:*` are the same, and may stand beside each other.
  const key = lower.replace(/:\*$/, '');
  const before = known.get(key);
  if (before !== undefined && (before.host !== host || before.domain === lower))
    problems.add(
      path,
      domain,
      'a domain of one virtual host only',
      `virtual_hosts[${before.host}] has this domain already`,
    );
  known.set(key, { host, domain: lower });
  if (lower.indexOf('*', 1) >= 0 && !lower.endsWith(':*'))
    problems.add(path, domain, DOMAIN_EXPECTED, 'a star stands only at the beginning');
  else if (!isDomain(lower)) problems.add(path, domain, DOMAIN_EXPECTED, 'this domain can never match');
}

function checkRoute(route: RouteConfig, path: string, clusters: Names, problems: CheckProblems): void {
  const actions = [route.route, route.redirect, route.direct_response].filter((action) => action !== undefined).length;
  if (actions !== 1)
    problems.add(
      path,
      undefined,
      'exactly one of route, redirect and direct_response',
      `the route has ${actions} actions`,
    );
  checkMatch(route.match, `${path}.match`, problems);
  if (route.redirect !== undefined) checkRedirect(route.redirect, `${path}.redirect`, problems);
  if (route.route === undefined) return;
  checkHeaders(route.route, `${path}.route`, problems);
  checkAction(route.route, `${path}.route`, clusters, problems);
  checkRewrite(route.route, route.match, `${path}.route`, problems);
}

function checkMatch(match: RouteConfig['match'], path: string, problems: CheckProblems): void {
  if (match.regex !== '') problems.regex(`${path}.regex`, match.regex);
  for (const [key, value] of [
    ['prefix', match.prefix],
    ['path', match.path],
  ] as const) {
    if (value === '' || (key === 'path' && value === '*')) continue;
    if (!value.startsWith('/'))
      problems.add(`${path}.${key}`, value, 'a path that begins with /', `this ${key} can never match`);
    else if (value.includes('?') || !isTargetText(value))
      problems.add(
        `${path}.${key}`,
        value,
        'a path without query, spaces, # and characters that must be percent-encoded',
        `this ${key} can never match`,
      );
  }
  for (const [index, header] of match.headers.entries()) {
    if (header.name.startsWith(':'))
      problems.add(
        `${path}.headers[${index}].name`,
        header.name,
        'the name of a header',
        'this header can never match',
        'the method is the header `method`; hosts are matched by the domains of the virtual host',
      );
    if (header.regex) problems.regex(`${path}.headers[${index}].value`, header.value);
  }
  for (const [index, variable] of match.variables.entries()) {
    if (variable.regex !== '') problems.regex(`${path}.variables[${index}].regex`, variable.regex);
  }
}

function checkAction(action: RouteActionConfig, path: string, clusters: Names, problems: CheckProblems): void {
  const { cluster_name, cluster_variable, weighted_clusters } = action;
  if (cluster_name === '' && cluster_variable === '' && weighted_clusters.length === 0)
    problems.add(path, undefined, 'cluster_name, cluster_variable or weighted_clusters', 'the route names no cluster');
  if (cluster_name !== '') problems.reference(`${path}.cluster_name`, cluster_name, clusters, 'cluster');
  let sum = 0;
  for (const [index, { cluster }] of weighted_clusters.entries()) {
    sum += cluster.weight;
    problems.reference(`${path}.weighted_clusters[${index}].cluster.name`, cluster.name, clusters, 'cluster');
  }
  if (weighted_clusters.length > 0 && sum === 0)
    problems.add(`${path}.weighted_clusters`, undefined, 'at least one weight above 0', 'all weights are 0');
  const tryMs = action.retry_policy?.retry_timeout ?? 0;
  if (tryMs > 0 && action.timeout > 0 && tryMs >= action.timeout) {
    problems.addShown(
      `${path}.retry_policy.retry_timeout`,
      formatDuration(tryMs),
      `less than the timeout of the route (${formatDuration(action.timeout)})`,
      'the time for one attempt leaves none for another',
    );
  }
}
