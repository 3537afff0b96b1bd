import type { Random } from '@weft/kit';
import { type StreamContext, type StreamFilter, type StreamFilterFactory, Verdict } from '@weft/sdk';
import { compileHeaderMatch, type HeaderTest } from './match.ts';
import type { FaultConfig } from './schema.ts';

export const NAME = 'fault';

/** @throws ConfigError for an expression that cannot be read */
export function createFault(config: FaultConfig, random: Random): StreamFilterFactory {
  const filter = new FaultFilter(config, random);
  return () => filter;
}

/** Holds nothing of a stream, so one object serves all of them. */
class FaultFilter implements StreamFilter {
  readonly #plan: FaultPlan;
  readonly #random: Random;
  /** Plans of routes with a configuration of their own; gone with the configuration. */
  readonly #routePlans = new WeakMap<object, FaultPlan>();

  constructor(config: FaultConfig, random: Random) {
    this.#plan = new FaultPlan(config);
    this.#random = random;
  }

  afterRoute(context: StreamContext): Verdict {
    const routeConfig = context.routeConfig(NAME);
    const plan = routeConfig === undefined ? this.#plan : this.#routePlan(routeConfig as FaultConfig);
    if (!plan.matches(context)) return Verdict.CONTINUE;
    if (!this.#draw(plan.delayPercentage)) return this.#abort(context, plan);
    context.addFlag('DelayInjected');
    context.delay(plan.delayMs, () => context.resume(this.#abort(context, plan)));
    return Verdict.PAUSE;
  }

  #abort(context: StreamContext, plan: FaultPlan): Verdict {
    if (!this.#draw(plan.abortPercentage)) return Verdict.CONTINUE;
    context.addFlag('FaultInjected');
    context.reply({ status: plan.abortStatus, code: 'filter' });
    return Verdict.REPLIED;
  }

  #draw(percentage: number): boolean {
    return percentage > 0 && (percentage >= 100 || this.#random.below(100) < percentage);
  }

  #routePlan(config: FaultConfig): FaultPlan {
    let plan = this.#routePlans.get(config);
    if (plan === undefined) {
      plan = new FaultPlan(config);
      this.#routePlans.set(config, plan);
    }
    return plan;
  }
}

/** What one configuration comes down to. */
class FaultPlan {
  readonly delayMs: number;
  /** 0 also when there is no delay to wait. */
  readonly delayPercentage: number;
  readonly abortStatus: number;
  readonly abortPercentage: number;
  readonly #clusterName: string;
  readonly #headers: readonly HeaderTest[];

  constructor({ delay, abort, upstream_cluster, headers }: FaultConfig) {
    this.delayMs = delay?.fixed_delay ?? 0;
    this.delayPercentage = this.delayMs === 0 ? 0 : (delay?.percentage ?? 0);
    this.abortStatus = abort?.status ?? 0;
    this.abortPercentage = abort?.percentage ?? 0;
    this.#clusterName = upstream_cluster;
    this.#headers = headers.map((match, i) => compileHeaderMatch(match, `headers[${i}]`));
  }

  matches(context: StreamContext): boolean {
    if (this.#clusterName !== '' && this.#clusterName !== context.clusterName) return false;
    for (let i = 0; i < this.#headers.length; i++) {
      if (!(this.#headers[i] as HeaderTest).matches(context.request)) return false;
    }
    return true;
  }
}
