import { compileSubstitution } from '@weft/schema';
import { PlainRequestHead } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import type { ForwardProgram, RedirectProgram } from './program.ts';
import { redirectLocation, rewriteRequest } from './rewrite.ts';
import { Route } from './table.ts';

const NONE = { add: [], remove: [] };
const HOST = { name: 'h', domains: ['*'], routes: [], request: NONE, response: NONE, perFilter: {} };
const ROUTER = { name: 'r', digest: '', virtualHosts: [HOST], request: NONE, response: NONE };

function forward(more: Partial<ForwardProgram>, prefix = '/'): Route {
  const action: ForwardProgram = {
    kind: 'forward',
    clusters: [{ name: 'fixed', weight: 1 }],
    clusterVariable: '',
    upstreamProtocol: '',
    timeoutMs: 0,
    retry: null,
    prefixRewrite: '',
    regexRewrite: null,
    hostRewrite: '',
    autoHostRewrite: false,
    autoHostRewriteHeader: '',
    ...more,
  };
  const match = { kind: 'prefix' as const, value: prefix, headers: [], variables: [] };
  return new Route({ name: 'x', match, action, request: NONE, response: NONE, perFilter: {} }, HOST, ROUTER);
}

const head = (path: string) =>
  new PlainRequestHead('Http1', 'http', { method: 'GET', path, authority: 'a.com', scheme: 'http' }, []);

describe('rewriting', () => {
  it.each([
    ['^/users/(\\d+)', '/u/\\1', '/users/7/x?q=1', '/u/7/x?q=1'],
    ['^/api', '', '/api/x', '/x'],
    // Never empty, and never without its slash: it could not be sent.
    ['^/api', '', '/api', '/'],
    ['^/api', '', '/api?q=1', '/?q=1'],
    ['^/api/', '', '/api/x', '/x'],
    ['b', '$&-$1-\\0\\\\', '/b', '/$&-$1-b\\'],
    ['^/(a)', '/\\10', '/a', '/a0'],
  ])('%s by %s makes of %s %s', (pattern, substitution, path, expected) => {
    const request = head(path);
    const regexRewrite = { pattern, substitution: compileSubstitution(substitution) };
    rewriteRequest(forward({ regexRewrite }), request, '');
    expect(request.path).toBe(expected);
    expect(request.get('x-mosn-original-path')).toBe(path);
  });
});

describe('redirects', () => {
  const to = (path: string, from: string): string =>
    redirectLocation({ kind: 'redirect', status: 301, scheme: '', host: '', path } as RedirectProgram, head(from));
  it('keep the query, unless the new path brings one', () => {
    expect(to('/b', '/a?q=1')).toBe('http://a.com/b?q=1');
    expect(to('', '/a?q=1')).toBe('http://a.com/a?q=1');
    expect(to('/b?r=2', '/a?q=1')).toBe('http://a.com/b?r=2');
    expect(to('/b#c', '/a?q=1')).toBe('http://a.com/b#c');
  });
});

describe('the cluster', () => {
  it('is that of the variable, or the fixed one when the variable is empty', () => {
    const route = forward({ clusterVariable: 'v' });
    expect(route.clusterName(() => 0, { getVariable: () => 'other' })).toBe('other');
    expect(route.clusterName(() => 0, { getVariable: () => undefined })).toBe('fixed');
    expect(route.clusterName(() => 0, { getVariable: () => '' })).toBe('fixed');
  });
});
