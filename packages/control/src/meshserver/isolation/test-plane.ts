/** What the tests of grants share: a registry that is a list, and proxies that hear what they are told. Not shipped. */
import type { AskVerdict, RuleAsk } from '@weft/distribution';
import { noopLogger } from '@weft/kit';
import { createFakeClock } from '@weft/kit/testing';
import type { IsolationState } from '../../registry/index.ts';
import { IsolationGrants } from './grants.ts';
import type { ServiceProvider } from './may-isolate.ts';

export const SERVICE = 's@Http1';
export const RULE = 7;
export const OTHER_RULE = 8;

export const askOf = (more: Partial<RuleAsk> = {}): RuleAsk => ({
  ruleDbId: RULE,
  service: SERVICE,
  granted: false,
  forMs: 60_000,
  calls: 10,
  exceptions: 9,
  maxInstances: 1,
  maxRatio: 1,
  ...more,
});

export class TestGrants {
  readonly clock = createFakeClock();
  confirmed = true;
  providers: ServiceProvider[] = [];
  /** Rules that are in force. */
  readonly rules = new Set([RULE, OTHER_RULE]);
  /** By address. */
  readonly states = new Map<string, IsolationState>();
  /** By proxy, the newest last. */
  readonly verdicts = new Map<string, AskVerdict[]>();
  readonly grants: IsolationGrants;

  constructor(...ids: string[]) {
    this.stand(...ids);
    this.grants = new IsolationGrants({
      clock: this.clock,
      log: noopLogger,
      port: this.#port(),
    });
  }

  #port(): ConstructorParameters<typeof IsolationGrants>[0]['port'] {
    const own = this;
    return {
      get confirmed() {
        return own.confirmed;
      },
      providers: (_instance, dataId) => (dataId === SERVICE ? this.providers : []),
      publishedBy: (_instance, proxyId) => (this.providers.some((one) => one.proxyId === proxyId) ? [SERVICE] : []),
      ruleName: (_instance, id) => (this.rules.has(id) ? `rule ${id}` : null),
      isolate: (_instance, _dataId, address, state) => {
        if (state === null) this.states.delete(address);
        else this.states.set(address, state);
      },
      tell: ({ proxyId }, verdicts) => {
        this.verdicts.set(proxyId, [...(this.verdicts.get(proxyId) ?? []), ...verdicts]);
      },
    };
  }

  /** These are registered. */
  stand(...ids: string[]): void {
    this.providers = ids.map((proxyId) => providerOf(proxyId));
  }

  /** One more is, or at another port than before: before anybody is told of it. */
  publish(proxyId: string, port = 80): void {
    this.providers = [...this.providers.filter((one) => one.proxyId !== proxyId), providerOf(proxyId, port)];
    this.grants.published({ instanceId: 'i', proxyId, app: 'app' }, SERVICE);
  }

  /** A proxy connects and says what its rules ask for. */
  arrive(proxyId: string, ...asks: RuleAsk[]): void {
    this.grants.arrived({ instanceId: 'i', proxyId, app: 'app' }, asks);
  }

  report(proxyId: string, ...asks: RuleAsk[]): void {
    this.grants.reported({ instanceId: 'i', proxyId, app: 'app' }, asks);
  }

  /** Addresses that callers leave out. */
  out(): string[] {
    return [...this.states].flatMap(([address, { share }]) => (share === 0 ? [address] : [])).sort();
  }

  last(proxyId: string): AskVerdict | undefined {
    return this.verdicts.get(proxyId)?.at(-1);
  }
}

const providerOf = (proxyId: string, port = 80): ServiceProvider => ({
  proxyId,
  app: 'app',
  group: 'g',
  address: `${proxyId}:${port}`,
  usable: true,
});
