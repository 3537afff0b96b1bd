import { DataIdError, parseServiceDataId } from '@weft/schema/data-id';
import type { Condition } from '@weft/schema/wire';
import type { RuleRequest } from '@weft/sdk';
import { comparedValues, compileCondition, type Matcher, systemField } from './conditions.ts';

/** What the index needs to know of an entry. */
export interface Keyed {
  /** dataId of the service, or `*`. */
  readonly service: string;
  /** Method, HTTP verb, or `*`. */
  readonly method: string;
  readonly conditions: readonly Condition[];
  /** What it was made of: with a `ruleDbId` where it comes of one rule. */
  readonly program?: object;
}

/** Lists longer than this are split by the condition that most of their entries have. */
const SPLIT_FROM = 12;
const ENTRIES_PER_STEP = 64;

/** Entries of one key: those without the common equality condition, and the others by the value that they ask for. */
export interface Bucket<Entry> {
  readonly plain: readonly Entry[];
  readonly read: Matcher['read'] | null;
  readonly byValue: ReadonlyMap<string, readonly Entry[]>;
}

interface ServiceNode<Entry> {
  readonly byMethod: ReadonlyMap<string, Bucket<Entry>>;
  readonly any: Bucket<Entry> | null;
}

interface Groups<Entry> {
  readonly host: ReadonlyMap<string, ServiceNode<Entry>>;
  readonly grpc: ReadonlyMap<string, ServiceNode<Entry>>;
  readonly rpc: ReadonlyMap<string, ServiceNode<Entry>>;
  readonly star: ServiceNode<Entry> | null;
}

/**
 * Rules by service and method: `S.M`, `S.*`, `*.M`, `*.*`, in this order, whatever the number of rules. HTTP services are
 * found by the host of the request, whether their id ends in `@Http1` or `@Http2`; gRPC and RPC services by their name.
 */
export class KeyIndex<Entry extends Keyed> {
  readonly #hosts: ReadonlyMap<string, ServiceNode<Entry>>;
  readonly #grpc: ReadonlyMap<string, ServiceNode<Entry>>;
  readonly #rpc: ReadonlyMap<string, ServiceNode<Entry>>;
  readonly #star: ServiceNode<Entry> | null;
  readonly size: number;

  private constructor(groups: Groups<Entry>, size: number) {
    this.#hosts = groups.host;
    this.#grpc = groups.grpc;
    this.#rpc = groups.rpc;
    this.#star = groups.star;
    this.size = size;
  }

  /** Builds an index in small steps. */
  static *build<Entry extends Keyed>(entries: readonly Entry[]): Generator<void, KeyIndex<Entry>> {
    const lists = {
      host: new Map<string, Entry[]>(),
      grpc: new Map<string, Entry[]>(),
      rpc: new Map<string, Entry[]>(),
    };
    const star: Entry[] = [];
    for (const [count, entry] of entries.entries()) {
      if (count % ENTRIES_PER_STEP === 0) yield;
      if (entry.service === '*') {
        star.push(entry);
        continue;
      }
      const { kind, key } = serviceKey(entry.service);
      addTo(lists[kind], key, entry);
      // Triple on a listener of Http2 is gRPC: its service has no suffix, and rules for it hold all the same, beside those for gRPC.
      if (kind === 'grpc' && key.endsWith(TRI)) addTo(lists.grpc, key.slice(0, -TRI.length), entry);
    }
    const nodes = function* (group: ReadonlyMap<string, Entry[]>): Generator<void, Map<string, ServiceNode<Entry>>> {
      const made = new Map<string, ServiceNode<Entry>>();
      for (const [key, all] of group) {
        const list = withoutTwins(all);
        // A service that only Triple's rules name has the same rules under both of its names.
        const isSame = group.get(key + TRI)?.length === list.length && list.every(isTriple);
        made.set(key, (isSame ? made.get(key + TRI) : undefined) ?? nodeOf(list));
        yield;
      }
      return made;
    };
    const groups: Groups<Entry> = {
      host: yield* nodes(lists.host),
      grpc: yield* nodes(lists.grpc),
      rpc: yield* nodes(lists.rpc),
      star: star.length === 0 ? null : nodeOf(star),
    };
    return new KeyIndex(groups, entries.length);
  }

  /** Appends the buckets that may hold rules for the request to `into`, in the order of the keys; returns how many there are. */
  collect(request: RuleRequest, into: Bucket<Entry>[]): number {
    let count = 0;
    if (request.isHttp) {
      if (this.#hosts.size > 0) {
        const { host } = request;
        const node = this.#hosts.get(host) ?? this.#hosts.get(hostKey(host));
        if (node !== undefined) count = take(node, request.httpMethod, into, count);
      }
      if (this.#grpc.size > 0) {
        const node = this.#grpc.get(request.service);
        if (node !== undefined) count = take(node, request.method, into, count);
      }
    } else if (this.#rpc.size > 0) {
      const { service } = request;
      const node =
        this.#rpc.get(service) ??
        (service.endsWith(DEFAULT) ? this.#rpc.get(service.slice(0, -DEFAULT.length)) : undefined);
      if (node !== undefined) count = take(node, request.method, into, count);
    }
    if (this.#star !== null) {
      // An RPC method is tried before the verb, which for gRPC is always POST.
      const { method } = request;
      count = take(this.#star, method === '' ? request.httpMethod : method, into, count);
    }
    return count;
  }
}

/** `shop` and `shop:80` are one host: clients leave the port of their scheme out. */
export function hostKey(host: string): string {
  return (host.endsWith(':80') ? host.slice(0, -3) : host).toLowerCase();
}

const DEFAULT = '@DEFAULT';
const TRI = '@tri';

const isTriple = ({ service }: Keyed): boolean => service.endsWith(TRI);

/**
 * Rules that all are asked of one call, each once: one that names a service both as gRPC and as Triple would count it twice. Rules
 * without an id are apart.
 */
function withoutTwins<Entry extends Keyed>(entries: readonly Entry[]): readonly Entry[] {
  if (!entries.some(isTriple)) return entries;
  const named = new Set(entries.filter((entry) => !isTriple(entry)).map(ruleKey));
  return entries.filter((entry) => !isTriple(entry) || ruleKey(entry) === '' || !named.has(ruleKey(entry)));
}

function ruleKey({ program, method, conditions }: Keyed): string {
  const ruleDbId = program !== undefined && 'ruleDbId' in program ? program.ruleDbId : 0;
  return ruleDbId === 0 ? '' : `${ruleDbId} ${method} ${JSON.stringify(conditions)}`;
}

/** The name that a request calls a service by. */
export function serviceKey(service: string): { readonly kind: 'host' | 'grpc' | 'rpc'; readonly key: string } {
  try {
    const id = parseServiceDataId(service);
    switch (id.kind) {
      case 'http':
        return { kind: 'host', key: hostKey(service.slice(0, service.lastIndexOf('@'))) };
      case 'cloud':
        return { kind: 'host', key: hostKey(id.app) };
      case 'grpc':
        // Requests of Triple name their version and group, those of gRPC have none.
        return { kind: 'grpc', key: id.protocol === 'tri' ? service : id.service };
      case 'sofa':
        return { kind: 'rpc', key: service.slice(0, -DEFAULT.length) };
      default:
        return { kind: 'rpc', key: service };
    }
  } catch (error) {
    if (!(error instanceof DataIdError)) throw error;
    return { kind: 'rpc', key: service };
  }
}

function addTo<Entry>(lists: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [entry]);
  else list.push(entry);
}

function take<Entry>(node: ServiceNode<Entry>, method: string, into: Bucket<Entry>[], from: number): number {
  let count = from;
  const exact = method === '' ? undefined : node.byMethod.get(method);
  if (exact !== undefined) into[count++] = exact;
  if (node.any !== null) into[count++] = node.any;
  return count;
}

function nodeOf<Entry extends Keyed>(entries: readonly Entry[]): ServiceNode<Entry> {
  const groups = Map.groupBy(entries, (entry) => entry.method);
  const any = groups.get('*');
  groups.delete('*');
  return {
    byMethod: new Map([...groups].map(([method, list]) => [method, bucketOf(list)] as const)),
    any: any === undefined ? null : bucketOf(any),
  };
}

/** `<type> <field>` of a condition that compares with given values; '' for the others. */
function splitKey({ type, field, operation, value }: Condition): string {
  if (operation !== 'EQUAL' && operation !== 'IN') return '';
  const name = type === 'SYSTEM' ? (systemField(field) as string) : field;
  // Networks are no equality.
  if (name === 'source.ip' && type === 'SYSTEM' && value.some((text) => text.includes('/'))) return '';
  return `${type} ${name}`;
}

/** Splits entries of one key by the equality that most of them ask for, when there are many. */
export function bucketOf<Entry extends Pick<Keyed, 'conditions'>>(entries: readonly Entry[]): Bucket<Entry> {
  if (entries.length < SPLIT_FROM) return { plain: entries, read: null, byValue: new Map() };
  const counts = new Map<string, number>();
  for (const entry of entries)
    for (const key of new Set(entry.conditions.map(splitKey)))
      if (key !== '') counts.set(key, (counts.get(key) ?? 0) + 1);
  const [best, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  if (count < SPLIT_FROM / 2) return { plain: entries, read: null, byValue: new Map() };
  const plain: Entry[] = [];
  const byValue = new Map<string, Entry[]>();
  let read: Matcher['read'] | null = null;
  for (const entry of entries) {
    const condition = entry.conditions.find((item) => splitKey(item) === best);
    if (condition === undefined) {
      plain.push(entry);
      continue;
    }
    read ??= compileCondition(condition).read;
    for (const value of new Set(comparedValues(condition))) {
      const list = byValue.get(value);
      if (list === undefined) byValue.set(value, [entry]);
      else list.push(entry);
    }
  }
  return { plain, read, byValue };
}
