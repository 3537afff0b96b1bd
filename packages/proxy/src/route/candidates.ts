import type { RequestHead } from '@weft/sdk';
import type { RouteProgram } from './program.ts';

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

  constructor(routes: readonly RouteProgram[]) {
    this.#header = commonHeader(routes);
    this.#lowerHeader = this.#header.toLowerCase();
    routes.forEach((route, index) => {
      const { match } = route;
      const service = match.headers.find((header) => header.name === 'service' && !header.regex);
      const segment = match.kind === 'prefix' ? firstSegment(match.value) : '';
      if (match.kind === 'headers' && service !== undefined) push(this.#byService, service.value, index);
      else if (match.kind === 'path') push(this.#byPath, match.value, index);
      // The last segment of a prefix may go on in the path ("/ab" matches "/abc"): only what is in front of a slash is whole.
      else if (segment !== '') push(this.#bySegment, segment, index);
      else {
        const value = this.#header === '' ? undefined : demanded(route, this.#header);
        if (value === undefined) this.#rest.push(index);
        else push(this.#byHeader, value, index);
      }
    });
  }

  /** Calls `visit` with candidate indices in ascending order until it returns true; gives that index, or -1. */
  find(request: RequestHead, path: string, visit: (index: number) => boolean): number {
    const service =
      this.#byService.size === 0 ? NONE : (this.#byService.get(request.get('service') ?? request.service) ?? NONE);
    const exact = this.#byPath.size === 0 ? NONE : (this.#byPath.get(path) ?? NONE);
    const segment = this.#bySegment.size === 0 ? NONE : (this.#bySegment.get(firstSegment(path)) ?? NONE);
    const header = this.#byHeader.size === 0 ? NONE : (this.#byHeader.get(this.#headerOf(request)) ?? NONE);
    const rest = this.#rest;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    while (true) {
      const next = Math.min(
        service[a] ?? Infinity,
        exact[b] ?? Infinity,
        segment[c] ?? Infinity,
        rest[d] ?? Infinity,
        header[e] ?? Infinity,
      );
      if (next === Infinity) return -1;
      if (visit(next)) return next;
      if (service[a] === next) a++;
      else if (exact[b] === next) b++;
      else if (segment[c] === next) c++;
      else if (rest[d] === next) d++;
      else e++;
    }
  }

  /** As the matcher reads it; '' stands for none, which no route in the map demands. */
  #headerOf(request: RequestHead): string {
    return request.get(request.family === 'http' ? this.#lowerHeader : this.#header) ?? '';
  }
}

/** The value that a route demands of a header; undefined when it takes several or any. */
function demanded(route: RouteProgram, name: string): string | undefined {
  const header = route.match.headers.find((one) => one.name === name && !one.regex && one.value !== '');
  return header?.value;
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
