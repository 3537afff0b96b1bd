import type { Direction } from '@weft/schema/wire';
import type { RuleConditionTrace, RuleRequest, RuleTrace } from '@weft/sdk';
import { compileCondition, type Matcher, matchesAll, traceConditions } from './conditions.ts';
import { type Bucket, hostKey, type Keyed, KeyIndex, serviceKey } from './key-index.ts';
import type { EntryProgram, IdleProgram } from './targets.ts';

const DIRECTIONS: readonly Direction[] = ['SERVER', 'CLIENT'];

/** A rule on one service and method, on one thread. */
export interface MatchedEntry extends Keyed {
  readonly program: EntryProgram;
  readonly matchers: readonly Matcher[];
}

/** The rules of one direction. */
export interface RuleSide<Entry extends MatchedEntry> {
  readonly control: KeyIndex<Entry>;
  readonly observe: KeyIndex<Entry>;
  readonly idle: readonly IdleProgram[];
  readonly entries: readonly Entry[];
}

/** The rules of both directions, the SERVER's first; in small steps. */
export function* buildSides<Entry extends MatchedEntry>(
  entries: readonly Entry[],
  idle: readonly IdleProgram[],
): Generator<void, RuleSide<Entry>[]> {
  const sides: RuleSide<Entry>[] = [];
  for (const direction of DIRECTIONS) {
    const own = entries.filter(({ program }) => program.direction === direction);
    const control = yield* KeyIndex.build(own.filter(({ program }) => program.mode === 'CONTROL'));
    const observe = yield* KeyIndex.build(own.filter(({ program }) => program.mode === 'OBSERVE'));
    sides.push({ control, observe, idle: idle.filter((item) => item.direction === direction), entries: own });
    yield;
  }
  return sides;
}

/** Finds the rules of a request whose conditions hold. One per set of rules and thread: what it gives is reused. */
export class Matches<Entry extends MatchedEntry> {
  /** The rules of the last `find`; those behind its count are older. */
  readonly found: Entry[] = [];
  readonly #buckets: Bucket<Entry>[] = [];

  /** Puts the rules that match into `found`, in the order of their keys; returns how many there are. */
  find(index: KeyIndex<Entry>, request: RuleRequest): number {
    if (index.size === 0) return 0;
    const buckets = this.#buckets;
    const count = index.collect(request, buckets);
    let found = 0;
    for (let i = 0; i < count; i++) {
      const bucket = buckets[i] as Bucket<Entry>;
      found = this.#add(bucket.plain, request, found);
      if (bucket.read === null) continue;
      const more = bucket.byValue.get(bucket.read(request));
      if (more !== undefined) found = this.#add(more, request, found);
    }
    return found;
  }

  #add(entries: readonly Entry[], request: RuleRequest, from: number): number {
    let found = from;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as Entry;
      if (entry.matchers.length === 0 || matchesAll(entry.matchers, request)) this.found[found++] = entry;
    }
    return found;
  }
}

/** What a rule does with a request whose conditions hold. */
export interface RuleJudgement extends Pick<RuleTrace, 'verdict' | 'detail' | 'effect' | 'leavesOut'> {
  /** What the type itself asks of a request and this one does not have: the rule is not for it. */
  readonly unmet?: RuleConditionTrace;
}

/** What rules say of a request that somebody asks about: those that act, as `decide` comes to them, then those that do not. */
export function explainSide<Entry extends MatchedEntry>(
  type: RuleTrace['type'],
  { control, observe, idle }: RuleSide<Entry>,
  request: RuleRequest,
  judge: (entry: Entry) => RuleJudgement,
  limit = Number.POSITIVE_INFINITY,
): RuleTrace[] {
  const traces: RuleTrace[] = [];
  for (const entry of considered([control, observe], request, limit)) {
    const { program } = entry;
    const { verdict, unmet, detail, ...said } = judge(entry);
    const conditions = [...(unmet === undefined ? [] : [unmet]), ...traceConditions(entry.matchers, request)];
    const matched = conditions.every((condition) => condition.matched);
    traces.push({
      ...traceHead(type, program),
      conditions,
      matched,
      verdict: matched ? verdict : 'not_matched',
      // How it stands is no reason why it is not for this request.
      detail: matched || unmet !== undefined ? detail : 'its conditions do not hold',
      ...said,
    });
  }
  return [...traces, ...explainIdle(type, idle, request, limit - traces.length)];
}

/**
 * The rules of a request, at most so many, those whose conditions hold before the others. They are in the order in which `decide` comes to
 * them, so that the first that refuses is the one that live calls name; those that watch stand behind.
 */
function considered<Entry extends MatchedEntry>(
  indexes: readonly KeyIndex<Entry>[],
  request: RuleRequest,
  limit: number,
): Entry[] {
  const matches = new Matches<Entry>();
  const asked = new Set<Entry>();
  for (const index of indexes) {
    const count = matches.find(index, request);
    for (let i = 0; i < count && asked.size < limit; i++) asked.add(matches.found[i] as Entry);
  }
  const buckets: Bucket<Entry>[] = [];
  for (const index of indexes) {
    const count = index.collect(request, buckets);
    for (const { plain, byValue } of buckets.slice(0, count))
      for (const entries of [plain, ...byValue.values()])
        for (let i = 0; i < entries.length && asked.size < limit; i++) asked.add(entries[i] as Entry);
  }
  const watches = ({ program }: Entry): number => (program.mode === 'OBSERVE' ? 1 : 0);
  return [...asked].sort((a, b) => watches(a) - watches(b));
}

/** Rules that are there and do not act. */
export function explainIdle(
  type: RuleTrace['type'],
  idle: readonly IdleProgram[],
  request: RuleRequest,
  limit = Number.POSITIVE_INFINITY,
): RuleTrace[] {
  return idle
    .slice(0, Math.max(0, limit))
    .filter(({ service, method }) => isAsked(service, method, request))
    .map((program) => {
      const conditions = traceConditions(program.conditions.map(compileCondition), request);
      const matched = conditions.every((condition) => condition.matched);
      return { ...traceHead(type, program), conditions, matched, verdict: 'skipped', detail: program.why };
    });
}

export function traceHead(
  type: RuleTrace['type'],
  { ruleDbId, name, resource, mode }: EntryProgram,
): Pick<RuleTrace, 'type' | 'ruleDbId' | 'name' | 'resource' | 'mode'> {
  return { type, ruleDbId, name, resource, mode };
}

/** Whether the service and method of a rule are those of the request: the index in words. */
export function isAsked(service: string, method: string, request: RuleRequest): boolean {
  if (service !== '*') {
    const { kind, key } = serviceKey(service);
    const name = kind === 'host' ? hostKey(request.host) : request.service.replace(/@DEFAULT$/, '');
    if (request.isHttp === (kind === 'rpc') || (name !== key && `${name}@tri` !== key)) return false;
    if (kind === 'host') return method === '*' || method === request.httpMethod;
  }
  return method === '*' || method === (request.method || request.httpMethod);
}
