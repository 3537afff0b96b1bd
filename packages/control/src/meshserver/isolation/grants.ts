import type { AskVerdict, RuleAsk } from '@weft/distribution';
import type { Clock, Logger } from '@weft/kit';
import type { IsolationState } from '../../registry/index.ts';
import { type Candidate, type ServiceProvider, type Standing, whyNot, worstFirst } from './may-isolate.ts';

/** How often it is looked whether something has changed, while there is something to look at. */
const TICK_MS = 500;
/** Of a proxy that has just connected: what it publishes follows what it asks for. */
const ARRIVAL_MS = 5000;
/** Instances that are left out at one time, in all workspaces together. */
const MAX_GRANTS = 10_000;
/** Asks of one proxy. */
const MAX_ASKS = 100;
/** Of the name of a service, as rules have it. */
const MAX_SERVICE_CHARS = 512;
/** Proxies report once a second. */
const SILENT_MS = 60_000;
/** Four times the longest recovery time that a rule can have. */
const MAX_ISOLATION_MS = 4 * 86_400_000;
/** An instance that comes back gets a tenth of its calls, and all of them after this long, in so many steps. */
const RAMP_MS = 10_000;
const RAMP_STEPS = 5;
const RAMP_START = 0.1;
const REBUILDING = 'the registry has just started, and does not know yet who is there';
const OVER = 'its time is over';

/** A proxy whose rules ask for something. */
export interface AskingProxy {
  readonly instanceId: string;
  readonly proxyId: string;
  readonly app: string;
}

/** What grants are decided by, and who is told of them. */
export interface GrantsPort {
  /** Whether the registry knows who is there. */
  readonly confirmed: boolean;
  providers(instanceId: string, dataId: string): readonly ServiceProvider[];
  /** dataIds that a proxy publishes. Costly. */
  publishedBy(instanceId: string, proxyId: string): readonly string[];
  /** Name of a rule that isolates at the provider; null when there is none that is in force. */
  ruleName(instanceId: string, ruleDbId: number): string | null;
  isolate(instanceId: string, dataId: string, address: string, state: IsolationState | null): void;
  tell(proxy: AskingProxy, verdicts: readonly AskVerdict[]): void;
}

export interface GrantsOptions {
  readonly port: GrantsPort;
  readonly clock: Clock;
  readonly log: Logger;
}

/** An instance that all callers leave out of one service, or take back by degrees. */
interface Grant extends Candidate, AskingProxy {
  readonly key: string;
  readonly ruleDbId: number;
  readonly rule: string;
  /** As the proxy calls it. */
  readonly service: string;
  readonly dataId: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** Where it was registered last. */
  addresses: readonly string[];
  maxInstances: number;
  maxRatio: number;
  calls: number;
  exceptions: number;
  /** Monotonic. */
  untilMs: number;
  /** Since when it comes back, monotonic; null while it is left out. */
  backMs: number | null;
}

/** An instance that is left out, for people. */
export interface GrantStanding
  extends Pick<Grant, 'proxyId' | 'app' | 'ruleDbId' | 'rule' | 'service' | 'at' | 'calls' | 'exceptions'> {
  /** `ip:port`; '' where it is not registered any more. */
  readonly host: string;
  /** Milliseconds that are left. */
  readonly forMs: number;
}

interface Asking {
  readonly proxy: AskingProxy;
  readonly asks: readonly RuleAsk[];
  /** Monotonic. */
  readonly atMs: number;
  /** Until when its publications may be on their way, monotonic. */
  readonly arrivingUntilMs: number;
  /** The proxy has not been answered since its last report. */
  fresh: boolean;
}

/**
 * Which instances are left out by all their callers because their own proxies found that they fail. Proxies say with every
 * report what they ask for, so that nothing is stored: after a start of the control plane they say what was granted before. An
 * instance comes back when its proxy does not ask any more, when its time is over, when its rule is not in force, and when it
 * is needed because others went.
 */
export class IsolationGrants {
  readonly #port: GrantsPort;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #asking = new Map<string, Asking>();
  readonly #grants = new Map<string, Grant>();
  /** Proxies whose instances are left out: they may have been silent for so long that they are not in `#asking`. */
  readonly #holders = new Set<string>();
  /** What the registry was told, by place. */
  readonly #told = new Map<string, readonly [instanceId: string, dataId: string, address: string]>();
  #cancel: (() => void) | null = null;

  constructor({ port, clock, log }: GrantsOptions) {
    this.#port = port;
    this.#clock = clock;
    this.#log = log;
  }

  /** Instances that are left out. */
  get size(): number {
    let size = 0;
    for (const { backMs } of this.#grants.values()) if (backMs === null) size++;
    return size;
  }

  /** Instances that are left out, of one workspace. */
  standing(instanceId: string): GrantStanding[] {
    const now = this.#clock.now();
    return [...this.#grants.values()].flatMap((grant) => {
      if (grant.instanceId !== instanceId || grant.backMs !== null) return [];
      const { proxyId, app, ruleDbId, rule, service, at, calls, exceptions, untilMs } = grant;
      const host = this.#addressesOf(grant)[0] ?? '';
      return [{ proxyId, app, ruleDbId, rule, service, host, at, calls, exceptions, forMs: untilMs - now }];
    });
  }

  /** What a proxy asks for that has just connected: it says so before it publishes anything. */
  arrived(proxy: AskingProxy, asks: readonly RuleAsk[]): void {
    this.#hear(proxy, asks, this.#clock.now() + ARRIVAL_MS);
  }

  /**
   * A proxy publishes a service, or at another place than before, and nobody has been told of it yet. What it was granted
   * counts from here on, whatever order its words come in.
   */
  published(proxy: AskingProxy, dataId: string): void {
    const key = proxyKey(proxy);
    const asked = this.#asking.get(key)?.asks.some((ask) => ask.granted && sameService(ask.service, dataId)) === true;
    if (asked || (this.#holders.has(key) && this.#holds(key, dataId))) this.#tick();
  }

  /** What a proxy asks for now; whatever it does not name it does not ask for any more. */
  reported(proxy: AskingProxy, asks: readonly RuleAsk[]): void {
    this.#hear(proxy, asks, this.#asking.get(proxyKey(proxy))?.arrivingUntilMs ?? 0);
  }

  #hear(proxy: AskingProxy, asks: readonly RuleAsk[], arrivingUntilMs: number): void {
    const key = proxyKey(proxy);
    if (asks.length === 0 && !this.#asking.has(key) && !this.#holders.has(key)) return;
    const taken = asks.slice(0, MAX_ASKS).filter(isSane);
    if (taken.length === 0) this.#asking.delete(key);
    else this.#asking.set(key, { proxy, asks: taken, atMs: this.#clock.now(), arrivingUntilMs, fresh: true });
    const named = new Set(taken.map((ask) => grantKey(proxy, ask)));
    for (const grant of this.#grants.values())
      if (proxyKey(grant) === key && grant.backMs === null && !named.has(grant.key))
        this.#end(grant, 'its proxy asks for it no more');
    // What was granted before this control plane started goes on before callers hear that the instance is there.
    if (taken.some((ask) => ask.granted && !this.#grants.has(grantKey(proxy, ask)))) this.#tick();
    this.#tickLater();
  }

  /** Lets instances come back by hand, also where the proxy cannot be asked. */
  release(instanceId: string, ruleDbId: number, host: string | undefined, proxyId: string | undefined): void {
    for (const grant of this.#grants.values()) {
      if (grant.instanceId !== instanceId || grant.ruleDbId !== ruleDbId || grant.backMs !== null) continue;
      if (proxyId !== undefined && grant.proxyId !== proxyId) continue;
      if (host === undefined || this.#addressesOf(grant).includes(host)) this.#end(grant, 'released by hand', true);
    }
    this.#tell();
  }

  #tickLater(): void {
    this.#cancel ??= this.#clock.schedule(TICK_MS, () => {
      this.#cancel = null;
      this.#tick();
      if (this.#grants.size > 0 || this.#asking.size > 0) this.#tickLater();
    });
  }

  #tick(): void {
    const now = this.#clock.now();
    this.#refresh(now);
    const out = new Standings();
    this.#review(out);
    const verdicts = this.#answer(out);
    for (const [key, grant] of this.#grants)
      if (grant.backMs !== null && grant.backMs + RAMP_MS <= now) this.#grants.delete(key);
    // A proxy that says nothing asks for nothing; what it was granted ends in its time, or with the instance.
    for (const [key, { atMs }] of this.#asking) if (atMs + SILENT_MS <= now) this.#asking.delete(key);
    for (const grant of this.#grants.values())
      if (grant.backMs === null && !this.#asking.has(proxyKey(grant)) && this.#ownOf(grant).length === 0)
        this.#end(grant, 'it is gone');
    this.#holders.clear();
    for (const grant of this.#grants.values()) if (grant.backMs === null) this.#holders.add(proxyKey(grant));
    this.#tell();
    for (const [proxy, said] of verdicts) this.#port.tell(proxy, said);
  }

  /** What proxies say of what they were granted; what is over by itself. */
  #refresh(now: number): void {
    for (const { proxy, asks, fresh } of this.#asking.values())
      for (const ask of asks) {
        const grant = this.#grants.get(grantKey(proxy, ask));
        if (grant === undefined || grant.backMs !== null) continue;
        const { maxInstances, maxRatio, calls, exceptions } = ask;
        Object.assign(grant, { maxInstances, maxRatio, calls, exceptions });
        if (fresh && ask.granted) grant.untilMs = now + Math.min(ask.forMs, MAX_ISOLATION_MS);
      }
    for (const grant of this.#grants.values()) {
      if (grant.backMs !== null) continue;
      if (grant.untilMs <= now) this.#end(grant, OVER);
      else if (this.#port.ruleName(grant.instanceId, grant.ruleDbId) === null)
        this.#end(grant, 'its rule is not in force any more', true);
    }
  }

  /** Those that are left out, the worst first: as many as may be by who is there now. */
  #review(out: Standings): void {
    for (const grant of [...this.#grants.values()].filter(({ backMs }) => backMs === null).sort(worstFirst)) {
      const providers = this.#port.providers(grant.instanceId, grant.dataId);
      // One that is not there takes nobody's place; it may be on its way back.
      if (!providers.some(({ proxyId }) => proxyId === grant.proxyId)) continue;
      const reason = this.#port.confirmed ? whyNot(grant, providers, out.of(grant)) : null;
      if (reason === null) out.add(grant);
      else this.#end(grant, reason, true);
    }
  }

  /** Decides about those that ask: first what was granted before this control plane started, then the worst. */
  #answer(out: Standings): Map<AskingProxy, AskVerdict[]> {
    const verdicts = new Map<AskingProxy, AskVerdict[]>();
    const say = (proxy: AskingProxy, verdict: AskVerdict): void => {
      const said = verdicts.get(proxy);
      if (said === undefined) verdicts.set(proxy, [verdict]);
      else said.push(verdict);
    };
    const open: { readonly proxy: AskingProxy; readonly ask: RuleAsk }[] = [];
    for (const asking of this.#asking.values()) {
      if (!asking.fresh) continue;
      asking.fresh = false;
      for (const ask of asking.asks) {
        const grant = this.#grants.get(grantKey(asking.proxy, ask));
        if (grant === undefined || grant.backMs !== null) open.push({ proxy: asking.proxy, ask });
        else if (!ask.granted) say(asking.proxy, this.#granted(grant));
      }
    }
    open.sort((one, other) => Number(other.ask.granted) - Number(one.ask.granted) || worstFirst(one.ask, other.ask));
    for (const { proxy, ask } of open) {
      const verdict = this.#decide(proxy, ask, out);
      if (verdict !== null) say(proxy, verdict);
    }
    return verdicts;
  }

  /** Null: it cannot be said yet. */
  #decide(proxy: AskingProxy, ask: RuleAsk, out: Standings): AskVerdict | null {
    const { ruleDbId, service } = ask;
    const no = (reason: string): AskVerdict => ({ ruleDbId, service, granted: false, forMs: 0, host: '', reason });
    const key = grantKey(proxy, ask);
    // It has ended here, which the proxy did not know yet.
    if (ask.granted && this.#grants.has(key)) return no(OVER);
    const rule = this.#port.ruleName(proxy.instanceId, ruleDbId);
    if (rule === null) return no(`rule ${ruleDbId} is not in force here`);
    if (this.size >= MAX_GRANTS) return no(`${MAX_GRANTS} instances are isolated, which is the limit`);
    const dataId = this.#dataIdOf(proxy, service);
    const now = this.#clock.now();
    if (dataId === null && ask.granted) {
      const asking = this.#asking.get(proxyKey(proxy));
      if (asking !== undefined && (!this.#port.confirmed || asking.arrivingUntilMs > now)) {
        // Its publications are on their way.
        asking.fresh = true;
        return null;
      }
    }
    if (dataId === null) return no('it publishes no such service');
    const grant: Grant = {
      ...proxy,
      ...{ key, ruleDbId, rule, service, dataId, addresses: [], backMs: null },
      ...{ calls: ask.calls, exceptions: ask.exceptions, maxInstances: ask.maxInstances, maxRatio: ask.maxRatio },
      at: this.#clock.wallNow(),
      untilMs: now + Math.min(ask.forMs, MAX_ISOLATION_MS),
    };
    if (this.#port.confirmed) {
      const reason = whyNot(grant, this.#port.providers(proxy.instanceId, dataId), out.of(grant));
      if (reason !== null) return no(reason);
    } else if (!ask.granted) return no(REBUILDING);
    this.#grants.set(key, grant);
    out.add(grant);
    this.#log.info({ ...about(grant), calls: ask.calls, exceptions: ask.exceptions }, 'an instance is isolated');
    return this.#granted(grant);
  }

  #granted(grant: Grant): AskVerdict {
    const { ruleDbId, service, untilMs } = grant;
    const host = this.#ownOf(grant)[0]?.address ?? '';
    const forMs = Math.max(1, Math.ceil(untilMs - this.#clock.now()));
    return { ruleDbId, service, granted: true, forMs, host, reason: '' };
  }

  /** `tells`: the proxy does not know it. */
  #end(grant: Grant, reason: string, tells = false): void {
    grant.backMs = this.#clock.now();
    this.#log.info({ ...about(grant), reason }, 'an isolated instance comes back');
    const { ruleDbId, service } = grant;
    if (tells) this.#port.tell(grant, [{ ruleDbId, service, granted: false, forMs: 0, host: '', reason }]);
  }

  #holds(key: string, dataId: string): boolean {
    for (const grant of this.#grants.values())
      if (grant.backMs === null && grant.dataId === dataId && proxyKey(grant) === key) return true;
    return false;
  }

  /** Where callers leave it out: also while it is not registered, so that nobody calls it when it is again. */
  #addressesOf(grant: Grant): readonly string[] {
    const providers = this.#port.providers(grant.instanceId, grant.dataId);
    const own = providers.filter(({ proxyId }) => proxyId === grant.proxyId);
    if (own.length > 0) grant.addresses = own.map(({ address }) => address);
    // Another instance may have got its address.
    else grant.addresses = grant.addresses.filter((one) => !providers.some(({ address }) => address === one));
    return grant.addresses;
  }

  /** Where the instance of a grant is registered now. */
  #ownOf({ instanceId, dataId, proxyId }: Grant): ServiceProvider[] {
    return this.#port.providers(instanceId, dataId).filter((provider) => provider.proxyId === proxyId);
  }

  /** The service as it is published. */
  #dataIdOf(proxy: AskingProxy, service: string): string | null {
    if (this.#port.providers(proxy.instanceId, service).some(({ proxyId }) => proxyId === proxy.proxyId))
      return service;
    const found = this.#port
      .publishedBy(proxy.instanceId, proxy.proxyId)
      .filter((dataId) => sameService(dataId, service));
    return new Set(found).size === 1 ? (found[0] as string) : null;
  }

  /** Tells the registry how things stand. */
  #tell(): void {
    const now = this.#clock.now();
    const wanted = new Map<string, IsolationState>();
    for (const grant of this.#grants.values()) {
      const { rule: by, at, untilMs, backMs } = grant;
      const state = { share: backMs === null ? 0 : shareOf(now - backMs), untilMs, by, at };
      for (const address of this.#addressesOf(grant)) {
        const place = `${grant.instanceId}\n${grant.dataId}\n${address}`;
        const known = wanted.get(place);
        // Of several rules the one that leaves it out, and for longest.
        if (
          known !== undefined &&
          (known.share < state.share || (known.share === state.share && known.untilMs >= untilMs))
        )
          continue;
        wanted.set(place, state);
        this.#told.set(place, [grant.instanceId, grant.dataId, address]);
      }
    }
    for (const [place, [instanceId, dataId, address]] of this.#told) {
      const state = wanted.get(place) ?? null;
      this.#port.isolate(instanceId, dataId, address, state);
      if (state === null) this.#told.delete(place);
    }
  }

  stop(): void {
    this.#cancel?.();
  }
}

/** What no rule asks for is not looked at: the network is not to be believed. */
const isSane = ({ service, forMs, maxRatio }: RuleAsk): boolean =>
  service.length <= MAX_SERVICE_CHARS && forMs > 0 && maxRatio >= 0 && maxRatio <= 1;

/** Who is left out, by service and by app. */
class Standings {
  readonly #sets = new Map<string, Set<string>>();

  #set(key: string): Set<string> {
    let set = this.#sets.get(key);
    if (set === undefined) {
      set = new Set();
      this.#sets.set(key, set);
    }
    return set;
  }

  of({ instanceId, dataId, app }: Pick<Grant, 'instanceId' | 'dataId' | 'app'>): Standing & {
    readonly sets: readonly Set<string>[];
  } {
    const ofService = this.#set(`${instanceId}\n${dataId}`);
    const ofAppHere = this.#set(`${instanceId}\n${dataId}\n${app}`);
    const ofApp = this.#set(`${instanceId}\n\n${app}`);
    return { ofService, ofAppHere, ofApp, sets: [ofService, ofAppHere, ofApp] };
  }

  add(grant: Grant): void {
    for (const set of this.of(grant).sets) set.add(grant.proxyId);
  }
}

/** Part of its calls that an instance gets so long after its return began. */
function shareOf(backForMs: number): number {
  const step = Math.min(RAMP_STEPS, Math.floor((backForMs / RAMP_MS) * RAMP_STEPS));
  return RAMP_START + (1 - RAMP_START) * (step / RAMP_STEPS);
}

const proxyKey = ({ instanceId, proxyId }: AskingProxy): string => `${instanceId}\n${proxyId}`;
const grantKey = (proxy: AskingProxy, { ruleDbId, service }: Pick<RuleAsk, 'ruleDbId' | 'service'>): string =>
  `${proxyKey(proxy)}\n${ruleDbId}\n${service}`;
const nameOf = (dataId: string): string => dataId.slice(0, dataId.lastIndexOf('@'));
/** Requests may call a service by another protocol than it is published with. */
const sameService = (one: string, other: string): boolean => one === other || nameOf(one) === nameOf(other);
const about = ({ proxyId, app, ruleDbId, dataId }: Grant) => ({ proxyId, app, ruleDbId, dataId });
