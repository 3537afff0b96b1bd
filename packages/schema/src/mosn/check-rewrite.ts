import type { CheckProblems } from './check-problems.ts';
import { isAuthority, isTargetText, isToken, isVisibleText } from './check-syntax.ts';
import type { RouteActionConfig, RouteConfig } from './route.ts';

const TARGET_EXPECTED = 'a path that begins with / and has no spaces, line ends or #';
const AUTHORITY_EXPECTED = '`host` or `host:port`';

/** Rewriting of a forwarding route: what it makes must be sendable whatever the request was. */
export function checkRewrite(
  action: RouteActionConfig,
  match: RouteConfig['match'],
  path: string,
  problems: CheckProblems,
): void {
  const { prefix_rewrite, host_rewrite, auto_host_rewrite_header, regex_rewrite } = action;
  if (prefix_rewrite !== '' && !(prefix_rewrite.startsWith('/') && isTargetText(prefix_rewrite)))
    problems.add(`${path}.prefix_rewrite`, prefix_rewrite, TARGET_EXPECTED, 'not a path that can be sent');
  if (host_rewrite !== '' && !isAuthority(host_rewrite))
    problems.add(`${path}.host_rewrite`, host_rewrite, AUTHORITY_EXPECTED, 'not a host that can be sent');
  if (auto_host_rewrite_header !== '' && !isToken(auto_host_rewrite_header))
    problems.add(
      `${path}.auto_host_rewrite_header`,
      auto_host_rewrite_header,
      'a token of RFC 9110, such as "x-host"',
      'not the name of a header',
    );
  if (regex_rewrite === undefined) return;
  if (!problems.regex(`${path}.regex_rewrite.pattern.regex`, regex_rewrite.pattern.regex, 'groups')) return;
  const pattern = new RegExp(regex_rewrite.pattern.regex, 'g');
  const place = `${path}.regex_rewrite.substitution`;
  const { substitution } = regex_rewrite;
  const refused = badEscape(substitution, pattern);
  if (!isTargetText(substitution))
    problems.add(place, substitution, 'text without spaces, line ends and #', 'not a part of a path');
  else if (refused !== '')
    problems.add(place, substitution, '`\\1` to `\\9` for groups of the pattern, `\\\\` for a backslash', refused);
  else if (prefix_rewrite === '' && losesPath(match, pattern, substitution))
    problems.add(place, substitution, 'a path that begins with /', 'the path would never begin with / any more');
}

/** A redirect whose `location` could not be sent, or not be understood. */
export function checkRedirect(
  redirect: NonNullable<RouteConfig['redirect']>,
  path: string,
  problems: CheckProblems,
): void {
  const { path_redirect, host_redirect } = redirect;
  if (path_redirect !== '' && !(path_redirect.startsWith('/') && isVisibleText(path_redirect)))
    problems.add(
      `${path}.path_redirect`,
      path_redirect,
      'a path that begins with / and has no spaces and line ends',
      'not a path that can be sent',
    );
  if (host_redirect !== '' && !isAuthority(host_redirect))
    problems.add(`${path}.host_redirect`, host_redirect, AUTHORITY_EXPECTED, 'not a host that can be sent');
}

/** Why a substitution cannot be used; '' when it can. */
function badEscape(substitution: string, pattern: RegExp): string {
  const groups = (new RegExp(`${pattern.source}|`).exec('') as RegExpExecArray).length - 1;
  for (let at = substitution.indexOf('\\'); at >= 0; at = substitution.indexOf('\\', at + 2)) {
    const next = substitution[at + 1] ?? '';
    if (next === '\\') continue;
    if (!/[0-9]/.test(next)) return 'a backslash without the number of a group';
    if (Number(next) > groups) return `the pattern has no group ${next}`;
  }
  return '';
}

/** Whether no path that the route takes would begin with / behind the rewriting; tried with three of them. */
function losesPath(match: RouteConfig['match'], pattern: RegExp, substitution: string): boolean {
  if (match.regex !== '' || match.variables.length > 0) return false;
  const prefix = match.prefix === '' ? '/' : match.prefix;
  const samples =
    match.prefix === '' && match.path.startsWith('/') ? [match.path] : [prefix, `${prefix}a`, `${prefix}a/b`];
  const replacement = compileSubstitution(substitution);
  return samples.every((sample) => !sample.replace(pattern, replacement).startsWith('/'));
}

/**
 * The replacement for `String.replace` of a substitution as configurations write it: `\1` to `\9` are groups, `\0` the
 * whole match, `\\` a backslash, and a dollar sign is itself.
 */
export function compileSubstitution(substitution: string): string {
  return substitution
    .replaceAll('$', '$$$$')
    .replace(/\\([0-9\\])/g, (_, next: string) => (next === '\\' ? '\\' : next === '0' ? '$&' : `$0${next}`));
}
