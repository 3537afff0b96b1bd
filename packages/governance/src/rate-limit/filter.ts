import type { RuleMode } from '@weft/schema/wire';
import {
  type RuleDecision,
  RuleDirection,
  type RuleRequest,
  type RuleServices,
  type RuleSet,
  type RuleSlot,
  type RuleTrace,
  RuleVerdict,
} from '@weft/sdk';
import {
  type Bucket,
  compileCondition,
  describeCondition,
  KeyIndex,
  lookupKey,
  matchesAll,
  requestService,
  serviceKey,
  traceConditions,
} from '../common/index.ts';
import { LimitEntry } from './entry.ts';
import { DETAIL_LOG } from './log-lines.ts';
import type { IdleEntryProgram, LimitProgram } from './program.ts';

interface Side {
  readonly control: KeyIndex<LimitEntry>;
  readonly observe: KeyIndex<LimitEntry>;
  readonly idle: readonly IdleEntryProgram[];
  readonly entries: readonly LimitEntry[];
}

const DIRECTIONS = ['SERVER', 'CLIENT'] as const;
/** Rules with conditions take some microseconds each. */
const ENTRIES_PER_STEP = 16;

/** Judges requests by rate-limit rules: finds the rules of a request, and takes from all of them or from none. */
export class LimitRuleSet implements RuleSet {
  readonly #sides: readonly Side[];
  readonly #services: RuleServices;
  /** Reused by every call: a judgement is synchronous. */
  readonly #buckets: Bucket<LimitEntry>[] = [];
  readonly #taken: LimitEntry[] = [];

  private constructor(sides: readonly Side[], services: RuleServices) {
    this.#sides = sides;
    this.#services = services;
  }

  /** Builds the rules of one thread in small steps. */
  static *build(program: LimitProgram, services: RuleServices): Generator<void, LimitRuleSet> {
    const entries: LimitEntry[] = [];
    for (const entry of program.entries) {
      entries.push(new LimitEntry(entry, services.slots[entry.slot] as RuleSlot, services));
      if (entries.length % ENTRIES_PER_STEP === 0) yield;
    }
    const sides: Side[] = [];
    for (const direction of DIRECTIONS) {
      const own = entries.filter((entry) => entry.program.direction === direction);
      const index = function* (mode: RuleMode): Generator<void, KeyIndex<LimitEntry>> {
        return yield* KeyIndex.build(own.filter((entry) => entry.program.mode === mode));
      };
      const control = yield* index('CONTROL');
      const observe = yield* index('OBSERVE');
      sides.push({
        control,
        observe,
        idle: program.idle.filter((entry) => entry.direction === direction),
        entries: own,
      });
      yield;
    }
    return new LimitRuleSet(sides, services);
  }

  isEmpty(direction: RuleDirection): boolean {
    return (this.#sides[direction] as Side).entries.length === 0;
  }

  decide(direction: RuleDirection, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    const { control, observe } = this.#sides[direction] as Side;
    if (this.#services.detail()) this.#writeDetail(direction, request);
    // Watching rules judge every request, whatever the others say: so their figures are those that they would have alone.
    if (observe.size > 0) this.#observe(observe, request, decision);
    return control.size > 0 ? this.#enforce(control, request, decision) : RuleVerdict.PASS;
  }

  #enforce(index: KeyIndex<LimitEntry>, request: RuleRequest, decision: RuleDecision): RuleVerdict {
    const buckets = this.#buckets;
    const taken = this.#taken;
    const { nowMs } = request;
    const count = index.collect(request, buckets);
    let takenCount = 0;
    for (let i = 0; i < count; i++) {
      const bucket = buckets[i] as Bucket<LimitEntry>;
      let list: readonly LimitEntry[] | undefined = bucket.plain;
      for (let round = 0; round < 2; round++) {
        for (let j = 0; j < list.length; j++) {
          const entry = list[j] as LimitEntry;
          if (entry.matchers.length > 0 && !matchesAll(entry.matchers, request)) continue;
          if (entry.admit(nowMs)) {
            taken[takenCount++] = entry;
            continue;
          }
          for (let k = 0; k < takenCount; k++) (taken[k] as LimitEntry).giveBack();
          entry.refuse(request);
          decision.reject(entry.rejection, entry.retryAfterSeconds(nowMs));
          return RuleVerdict.REJECT;
        }
        if (bucket.read === null) break;
        list = bucket.byValue.get(bucket.read(request));
        if (list === undefined) break;
      }
    }
    for (let k = 0; k < takenCount; k++) {
      const entry = taken[k] as LimitEntry;
      entry.countPass(nowMs);
      decision.hold(entry);
    }
    return RuleVerdict.PASS;
  }

  #observe(index: KeyIndex<LimitEntry>, request: RuleRequest, decision: RuleDecision): void {
    const buckets = this.#buckets;
    const count = index.collect(request, buckets);
    for (let i = 0; i < count; i++) {
      const { plain, read, byValue } = buckets[i] as Bucket<LimitEntry>;
      this.#observeAll(plain, request, decision);
      const more = read === null ? undefined : byValue.get(read(request));
      if (more !== undefined) this.#observeAll(more, request, decision);
    }
  }

  #observeAll(entries: readonly LimitEntry[], request: RuleRequest, decision: RuleDecision): void {
    const { nowMs } = request;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as LimitEntry;
      if (!matchesAll(entry.matchers, request)) continue;
      if (entry.admit(nowMs)) {
        entry.countPass(nowMs);
        decision.hold(entry);
      } else entry.refuse(request);
    }
  }

  explain(direction: RuleDirection, request: RuleRequest): RuleTrace[] {
    const { entries, idle } = this.#sides[direction] as Side;
    const traces: RuleTrace[] = [];
    for (const entry of entries) {
      const { program } = entry;
      if (!isAsked(program.service, program.method, request)) continue;
      const conditions = traceConditions(entry.matchers, request);
      const matched = conditions.every((condition) => condition.matched);
      const { admits, detail } = entry.peek(request.nowMs);
      const refusal = program.mode === 'CONTROL' ? ('reject' as const) : ('would_reject' as const);
      traces.push({
        ...traceHead(program),
        conditions,
        matched,
        verdict: !matched ? 'not_matched' : admits ? 'pass' : refusal,
        detail,
      });
    }
    for (const program of idle) {
      if (!isAsked(program.service, program.method, request)) continue;
      const conditions = traceConditions(program.conditions.map(compileCondition), request);
      const matched = conditions.every((condition) => condition.matched);
      traces.push({ ...traceHead(program), conditions, matched, verdict: 'skipped', detail: program.why });
    }
    return traces;
  }

  tick(nowMs: number): void {
    for (const { entries } of this.#sides) for (const entry of entries) entry.log.flush(nowMs);
  }

  /** What support reads when a rule does not do what somebody expects. */
  #writeDetail(direction: RuleDirection, request: RuleRequest): void {
    const services = this.#services;
    const base = requestService(request);
    const targetApp = request.system('destination.app.name');
    const sourceIp = request.system('source.ip');
    const test = request.system('traffic.type') === 'test';
    const resource = `${base}:${direction === RuleDirection.SERVER ? 'i' : 'o'}:r`;
    services.log(
      DETAIL_LOG,
      'DEBUG',
      `[ParseResource] resource:&base.ResourceWrapper{name:"${resource}", classification:2, flowType:0},sourceIp:${sourceIp},targetApp:${targetApp},test:${test},resType:2,trafficType:${direction}`,
    );
    services.log(
      DETAIL_LOG,
      'INFO',
      `[AcquireBusinessInfo] contextRefinedData=${JSON.stringify({
        'X-CALLER-IP': sourceIp,
        'X-TARGET-APP': targetApp,
        loadTest: test,
        requestHeaders: {},
        'system.sourceApp': request.system('source.app.name'),
        'system.sourceIp': sourceIp,
        'system.targetApp': targetApp,
        'system.trafficType': request.system('traffic.type'),
        'system.uniqueId': request.system('system.uniqueId'),
      })}`,
    );
    for (const { program, matchers } of (this.#sides[direction] as Side).entries) {
      if (!isAsked(program.service, program.method, request)) continue;
      const key = lookupKey(program.service, program.method, program.direction);
      const conditions = program.conditions.map(describeCondition).join(' && ');
      services.log(DETAIL_LOG, 'DEBUG', `[match] resource:${resource},key:${key},conditions:${conditions}`);
      for (const matcher of matchers) {
        const actual = matcher.read(request);
        const { operation, value } = matcher.condition;
        services.log(
          DETAIL_LOG,
          'DEBUG',
          `[IsMatch] leftVal(${actual}),op(${operation}),rightVal([${value.join(' ')}])`,
        );
        if (!matcher.test(actual)) break;
      }
    }
  }
}

function traceHead(
  program: Omit<IdleEntryProgram, 'why'>,
): Pick<RuleTrace, 'type' | 'ruleDbId' | 'name' | 'resource' | 'mode'> {
  const { ruleDbId, name, resource, mode } = program;
  return { type: 'LIMIT', ruleDbId, name, resource, mode };
}

/** Whether the service and method of a rule are those of the request: the index in words. */
function isAsked(service: string, method: string, request: RuleRequest): boolean {
  if (service !== '*') {
    const { kind, key } = serviceKey(service);
    const name = kind === 'host' ? request.host.toLowerCase() : request.service.replace(/@DEFAULT$/, '');
    if (request.isHttp === (kind === 'rpc') || name !== key) return false;
    if (kind === 'host') return method === '*' || method === request.httpMethod;
  }
  return method === '*' || method === (request.method || request.httpMethod);
}
