import type { RequestHead } from '@weft/sdk';
import { Matcher, type VariableReader } from './matcher.ts';
import type { RouteProgram, StringMatchProgram } from './program.ts';

const NONE: readonly number[] = [];

/**
 * Finds the routes that can match at all, in declared order, without asking each of them.
 *
 * A route that demands one service, one exact path or a prefix with at least one whole segment is found through a map, and so
 * is one that demands a value of the header that most of the others do; what is left is always a candidate. The lists hold
 * indices in ascending order and are merged while walking.
 */
export class CandidateIndex {
  readonly #byService = new Map<string, number[]>();
  readonly #byPath = new Map<string, number[]>();
  readonly #bySegment = new Map<string, number[]>();
  /** Name of that header, '' when there is none. */
  readonly #header: string;
  readonly #lowerHeader: string;
  readonly #byHeader = new Map<string, number[]>();
  readonly #rest: number[] = [];
  /** What is left to ask of each route when its list was found. */
  readonly #matchers: readonly Matcher[];

  constructor(routes: readonly RouteProgram[], matchers: readonly Matcher[]) {
    const left = [...matchers];
    this.#matchers = left;
    this.#header = commonHeader(routes);
    this.#lowerHeader = this.#header.toLowerCase();
    routes.forEach((route, index) => {
      const { match } = route;
      const service = demanded(route, 'service');
      const segment = match.kind === 'prefix' ? firstSegment(match.value) : '';
      if (match.kind === 'headers' && service !== undefined) {
        push(this.#byService, service.value, index);
        left[index] = without(match, service);
      } else if (match.kind === 'path') push(this.#byPath, match.value, index);
      // The last segment of a prefix may go on in the path ("/ab" matches "/abc"): only what is in front of a slash is whole.
      else if (segment !== '') push(this.#bySegment, segment, index);
      else {
        const header = this.#header === '' ? undefined : demanded(route, this.#header);
        if (header === undefined) this.#rest.push(index);
        else {
          push(this.#byHeader, header.value, index);
          left[index] = without(match, header);
        }
      }
    });
  }

  /** Index of the first route that matches, -1 for none. */
  find(request: RequestHead, path: string, variables: VariableReader): number {
    const service = this.#byService.size === 0 ? NONE : (this.#byService.get(serviceOf(request)) ?? NONE);
    const exact = this.#byPath.size === 0 ? NONE : (this.#byPath.get(path) ?? NONE);
    const segment = this.#bySegment.size === 0 ? NONE : (this.#bySegment.get(firstSegment(path)) ?? NONE);
    const header = this.#byHeader.size === 0 ? NONE : (this.#byHeader.get(this.#headerOf(request)) ?? NONE);
    const rest = this.#rest;
    const total = service.length + exact.length + segment.length + header.length + rest.length;
    // Routes of one virtual host mostly ask for the same kind of thing: then one list has them all.
    if (total === service.length) return this.#firstOf(service, request, path, variables);
    if (total === exact.length) return this.#firstOf(exact, request, path, variables);
    if (total === segment.length) return this.#firstOf(segment, request, path, variables);
    if (total === header.length) return this.#firstOf(header, request, path, variables);
    if (total === rest.length) return this.#firstOf(rest, request, path, variables);
    return this.#firstOfAll([service, exact, segment, header, rest], request, path, variables);
  }

  #firstOf(list: readonly number[], request: RequestHead, path: string, variables: VariableReader): number {
    for (let i = 0; i < list.length; i++) {
      const index = list[i] as number;
      if ((this.#matchers[index] as Matcher).matches(request, path, variables)) return index;
    }
    return -1;
  }

  /** Merges the lists while walking. No index is in two of them. */
  #firstOfAll(
    lists: readonly (readonly number[])[],
    request: RequestHead,
    path: string,
    variables: VariableReader,
  ): number {
    const at = lists.map(() => 0);
    for (;;) {
      let from = -1;
      let next = Number.POSITIVE_INFINITY;
      for (let i = 0; i < lists.length; i++) {
        const index = (lists[i] as readonly number[])[at[i] as number] ?? Number.POSITIVE_INFINITY;
        if (index >= next) continue;
        next = index;
        from = i;
      }
      if (from < 0) return -1;
      if ((this.#matchers[next] as Matcher).matches(request, path, variables)) return next;
      at[from] = (at[from] as number) + 1;
    }
  }

  /** As the matcher reads it; '' stands for none, which no route in the map demands. */
  #headerOf(request: RequestHead): string {
    return request.get(request.family === 'http' ? this.#lowerHeader : this.#header) ?? '';
  }
}

/** The matcher of a route without a condition that is known to hold. */
function without(match: RouteProgram['match'], condition: StringMatchProgram): Matcher {
  return new Matcher({ ...match, headers: match.headers.filter((one) => one !== condition) });
}

/** As the matcher reads it; '' stands for none, which no route in the map demands. */
function serviceOf(request: RequestHead): string {
  return request.get('service') ?? (request.family === 'http' ? '' : request.service);
}

/** The condition by which a route demands one value of a header; undefined when it takes several or any. */
function demanded(route: RouteProgram, name: string): StringMatchProgram | undefined {
  return route.match.headers.find((one) => one.name === name && !one.regex && one.value !== '');
}

/** Names that mean something else than a header to some protocols. */
const RESERVED = new Set(['service', 'method']);

/** The header of which most routes demand a value; '' when none does. */
function commonHeader(routes: readonly RouteProgram[]): string {
  const counts = new Map<string, number>();
  let most = '';
  for (const { match } of routes) {
    for (const { name, regex, value } of match.headers) {
      if (regex || value === '' || RESERVED.has(name.toLowerCase())) continue;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      if (count > (counts.get(most) ?? 0)) most = name;
    }
  }
  return most;
}

/** `/a/` of `/a/b`; '' when there is no whole first segment. */
function firstSegment(path: string): string {
  const slash = path.indexOf('/', 1);
  return slash < 0 ? '' : path.slice(0, slash + 1);
}

function push(map: Map<string, number[]>, key: string, index: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [index]);
  else list.push(index);
}
