/** What the tests of isolation share: a proxy of some threads on a clock of its own, without sockets. Not shipped. */
import { parseConfig } from '@weft/schema';
import {
  type AskVerdict,
  type HostStanding,
  OutcomeKind,
  type RuleAsk,
  RuleDecision,
  RuleDirection,
  type RuleRequest,
  type RuleState,
  runSteps,
  UNKNOWN_NODE,
} from '@weft/sdk';
import { describedRequest, localSlots, type RequestDescription } from '../common/index.ts';
import { IsolateControl } from './control.ts';
import { IsolateRuleSet } from './filter.ts';
import { isolate } from './index.ts';

export const SERVICE = 'com.example.Hello:1.0@DEFAULT';

export const call = (atMs: number, more: Partial<RequestDescription> = {}): RuleRequest =>
  describedRequest({ protocol: 'bolt', service: SERVICE, method: 'sayHi', atMs, ...more });

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

export class TestProxy {
  nowMs = 0;
  /** Each request draws this. */
  draw = 0.999;
  detail = false;
  /** What comes in, or what goes out. */
  direction: RuleDirection = RuleDirection.CLIENT;
  readonly hosts = new Map<string, readonly HostStanding[]>();
  readonly lines: string[] = [];
  readonly events: string[] = [];
  readonly #timers = new Set<Timer>();
  readonly #threads: number;
  readonly #control: IsolateControl;
  #sets: IsolateRuleSet[] = [];
  #notice: unknown;
  #words: Int32Array = new Int32Array(0);
  #word = 0;

  constructor(threads: number, hosts: readonly string[]) {
    this.#threads = threads;
    this.stand(hosts);
    this.#control = new IsolateControl({
      threads,
      now: () => this.nowMs,
      after: (delayMs, callback) => this.#after(delayMs, callback),
      hosts: (cluster) => this.hosts.get(cluster) ?? [],
      tell: (notice) => {
        this.#notice = structuredClone(notice);
        for (const set of this.#sets) set.onNotice(this.#notice);
      },
      log: (file, level, text) => void this.lines.push(`${file} [${level}] ${text}`),
      event: (kind, message) => void this.events.push(`${kind} ${message}`),
    });
  }

  /** The hosts of the cluster, and which of them are not healthy. */
  stand(hosts: readonly string[], unhealthy: readonly string[] = []): void {
    this.hosts.set(
      'c',
      hosts.map((address) => ({ address, healthy: !unhealthy.includes(address) })),
    );
  }

  #after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, with what is due in its order. */
  advance(toMs: number): void {
    for (;;) {
      let next: Timer | null = null;
      for (const timer of this.#timers)
        if (timer.atMs <= toMs && (next === null || timer.atMs < next.atMs)) next = timer;
      if (next === null) break;
      this.#timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.callback();
    }
    this.nowMs = toMs;
  }

  /** Puts rules in force: the threads first, as in a proxy. */
  rules(...faultToleranceRules: object[]): this {
    const value = parseConfig({ faultToleranceRules }, isolate.schema).value as never;
    const { program, slots: plans, problems } = isolate.compile([{ dataId: 'd', version: 1, value }], UNKNOWN_NODE);
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const slots = localSlots(isolate as never, plans, this.nowMs);
    this.#sets = Array.from({ length: this.#threads }, (_, thread) =>
      runSteps(
        IsolateRuleSet.build(structuredClone(program), {
          slots,
          node: UNKNOWN_NODE,
          detail: () => this.detail,
          writes: () => true,
          random: () => this.draw,
          control: {
            report: (report) => this.#control.onReport(thread, structuredClone(report)),
            after: (delayMs, callback) => void this.#after(delayMs, callback),
          },
          log: (file, level, text) => void this.lines.push(`${file} [${level}] ${text}`),
        }),
      ),
    );
    for (const set of this.#sets) if (this.#notice !== undefined) set.onNotice(this.#notice);
    this.#control.replace(program, slots);
    this.#words = slots[0]?.words ?? new Int32Array(1);
    this.#word = slots[0]?.word ?? 0;
    return this;
  }

  /** What the metric of the first rule shows. */
  get gauge(): number {
    return Atomics.load(this.#words, this.#word);
  }

  get set(): IsolateRuleSet {
    return this.#sets[0] as IsolateRuleSet;
  }

  /** A call of a host that ends at once, now. */
  calls(
    host: string,
    kind: OutcomeKind = OutcomeKind.SUCCESS,
    {
      thread = 0,
      times = 1,
      more = {},
      code = 0,
    }: { thread?: number; times?: number; more?: object; code?: number } = {},
  ): void {
    for (let i = 0; i < times; i++) this.ask(thread, more).end(host, kind, code);
  }

  /** A call that the test ends. */
  ask(thread = 0, more: object = {}) {
    const decision = new RuleDecision();
    (this.#sets[thread] as IsolateRuleSet).decide(this.direction, call(this.nowMs, more), decision);
    const tell = (host: string, code: number): void => {
      decision.outcome.hostAddress = host;
      decision.outcome.clusterName = 'c';
      decision.outcome.code = code;
    };
    return {
      decision,
      /** Whether the host is left out for this call. */
      avoids: (host: string): boolean => decision.hosts.avoidance?.avoids(host, decision.hosts.avoidToken) ?? false,
      tries: (host: string, kind: OutcomeKind, code = 0): void => {
        tell(host, code);
        decision.attemptEnded(kind, this.nowMs);
      },
      end: (host: string, kind: OutcomeKind = OutcomeKind.SUCCESS, code = 0): void => {
        tell(host, code);
        decision.complete(0, kind !== OutcomeKind.SUCCESS, kind, this.nowMs);
      },
    };
  }

  /** Whether calls of a host are left out now. */
  avoids(host: string, thread = 0, more: object = {}): boolean {
    const asked = this.ask(thread, more);
    const avoided = asked.avoids(host);
    asked.end('', OutcomeKind.CANCELLED);
    return avoided;
  }

  states(): readonly RuleState[] {
    return this.#control.states(this.nowMs);
  }

  /** Hosts that are left out. */
  isolated(): string[] {
    return this.states().flatMap(({ state, host }) => (state === 'ISOLATED' && host !== undefined ? [host] : []));
  }

  /** What the control plane hears with the next report. */
  asks(): readonly RuleAsk[] {
    return this.#control.asks(this.nowMs);
  }

  /** The control plane says something to the one rule that there is. */
  verdict(more: Partial<AskVerdict>): void {
    this.#control.onVerdict(
      { ruleDbId: 21, service: SERVICE, granted: false, forMs: 0, host: '', reason: '', ...more },
      this.nowMs,
    );
  }

  release(which: (state: RuleState) => boolean): readonly RuleState[] {
    return this.#control.reset(which, this.nowMs);
  }
}
