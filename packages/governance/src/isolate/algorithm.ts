/**
 * Which instances of a service are left out, at the end of a window. Pure: who counts, and when a window ends, is told.
 */
export interface IsolationParameters {
  readonly windowMs: number;
  /** An instance with fewer calls is not judged. */
  readonly leastCalls: number;
  /** Per cent, times `multiple`: abnormal from here on. */
  readonly leastRate: number;
  readonly multiple: number;
  /** Most instances at one time. */
  readonly maxHosts: number;
  /** Most of the instances, 0 to 1. */
  readonly maxRatio: number;
  readonly recoverMs: number;
}

/** What an instance did in a window. */
export interface HostFigures {
  readonly address: string;
  readonly calls: number;
  readonly exceptions: number;
}

/** The instances of a service as they stand when a window ends. */
export interface Roster {
  /** Whether the health checks take each for healthy, by address. */
  readonly healthy: ReadonlyMap<string, boolean>;
  /** Those that are left out already. */
  readonly isolated: ReadonlySet<string>;
}

/** An instance that comes back gets a tenth of its share, and all of it after this long. */
export const RAMP_MS = 10_000;
const RAMP_START = 0.1;
/** Each time it is left out soon again an instance stays away twice as long, up to so many times. */
const MAX_FACTOR = 4;
/** Windows, at least, in which an instance must stay normal before its past is forgotten. */
const FORGET_WINDOWS = 10;
/** A share of 0.29 of 100 instances is 29 of them, whatever binary fractions say. */
const ROUNDING = 1e-9;

/** Per cent of the calls that failed. */
export const exceptionRate = ({ calls, exceptions }: Pick<HostFigures, 'calls' | 'exceptions'>): number =>
  calls === 0 ? 0 : (100 * exceptions) / calls;

/** Whether an instance is abnormal, by what it did in a window. */
export function isAbnormal(host: HostFigures, { leastCalls, leastRate, multiple }: IsolationParameters): boolean {
  if (host.exceptions === 0 || host.calls < Math.max(1, leastCalls)) return false;
  return exceptionRate(host) >= leastRate * multiple;
}

/** The worst first: by rate, then by calls; equal ones by address, so that every proxy agrees. */
export function byRate(a: HostFigures, b: HostFigures): number {
  return exceptionRate(b) - exceptionRate(a) || b.calls - a.calls || (a.address < b.address ? -1 : 1);
}

/** How many of `instances` may be left out at one time. */
export function mostIsolated(instances: number, { maxHosts, maxRatio }: IsolationParameters): number {
  return Math.min(maxHosts, Math.floor(maxRatio * instances + ROUNDING));
}

/** The instances that are left out from now on, the worst first. */
export function chooseIsolated(
  figures: Iterable<HostFigures>,
  roster: Roster,
  parameters: IsolationParameters,
): HostFigures[] {
  const { healthy, isolated } = roster;
  const most = mostIsolated(healthy.size, parameters);
  let count = 0;
  let usable = 0;
  for (const [address, isHealthy] of healthy) {
    if (isolated.has(address)) count++;
    else if (isHealthy) usable++;
  }
  const abnormal = [...figures].filter(
    (host) => healthy.has(host.address) && !isolated.has(host.address) && isAbnormal(host, parameters),
  );
  const chosen: HostFigures[] = [];
  for (const host of abnormal.sort(byRate)) {
    if (count >= most) break;
    if (healthy.get(host.address) === true) {
      // Never the last one that callers can use.
      if (usable <= 1) continue;
      usable--;
    }
    count++;
    chosen.push(host);
  }
  return chosen;
}

/** How long an instance is left out that was left out `before` times without having been normal for long in between, ms. */
export function isolationMs(before: number, { recoverMs }: IsolationParameters): number {
  return recoverMs * Math.min(MAX_FACTOR, 2 ** before);
}

/** How long an instance must stay normal before it counts as one that never was left out, ms. */
export function forgetMs({ recoverMs, windowMs }: IsolationParameters): number {
  return Math.max(MAX_FACTOR * recoverMs, RAMP_MS + FORGET_WINDOWS * windowMs);
}

/**
 * Up to which moment of its return an instance takes part in a request: one that came back later, or comes back in the
 * future, does not.
 *
 * @param draw from 0 up to, and not including, 1; one per request
 */
export function returnLimitMs(nowMs: number, draw: number): number {
  return nowMs - Math.max(0, ((draw - RAMP_START) / (1 - RAMP_START)) * RAMP_MS);
}
