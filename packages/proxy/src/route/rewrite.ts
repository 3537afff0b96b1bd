import type { RequestHead } from '@weft/sdk';
import { pathOf } from './matcher.ts';
import type { RedirectProgram } from './program.ts';
import type { Route } from './table.ts';

/** Applies path and host rewriting of a forwarding route to the head that goes upstream. */
export function rewriteRequest(route: Route, request: RequestHead, hostName: string): void {
  const { action, program } = route;
  if (action.kind !== 'forward' || request.family !== 'http') return;
  if (action.prefixRewrite !== '' && (program.match.kind === 'prefix' || program.match.kind === 'path')) {
    const original = request.path;
    request.path = action.prefixRewrite + original.slice(program.match.value.length);
    request.set('x-mosn-original-path', original);
  } else if (route.regexRewrite !== null && action.regexRewrite !== null) {
    const original = request.path;
    const path = pathOf(request);
    const rewritten = path.replace(route.regexRewrite, action.regexRewrite.substitution);
    if (rewritten !== path) {
      // What an expression leaves over may be nothing, and a request target is never that.
      const slash = rewritten.charCodeAt(0) === 47 ? '' : '/';
      request.path = slash + rewritten + original.slice(path.length);
      request.set('x-mosn-original-path', original);
    }
  }
  if (action.hostRewrite !== '') request.authority = action.hostRewrite;
  else if (action.autoHostRewriteHeader !== '') {
    const value = request.get(action.autoHostRewriteHeader.toLowerCase());
    if (value !== undefined && value !== '') request.authority = value;
  } else if (action.autoHostRewrite && hostName !== '') request.authority = hostName;
}

/** Value of `location` for a redirecting route. */
export function redirectLocation(action: RedirectProgram, request: RequestHead): string {
  const scheme = action.scheme === '' ? request.scheme : action.scheme;
  let host = action.host === '' ? request.authority : action.host;
  if (scheme === 'http' && host.endsWith(':443')) host = host.slice(0, -4);
  if (scheme === 'https' && host.endsWith(':80')) host = host.slice(0, -3);
  const path = pathOf(request);
  if (action.path.includes('?') || action.path.includes('#')) return `${scheme}://${host}${action.path}`;
  return `${scheme}://${host}${action.path === '' ? path : action.path}${request.path.slice(path.length)}`;
}
