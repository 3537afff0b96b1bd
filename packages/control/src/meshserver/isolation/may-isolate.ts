/** Whether one more instance of a service may be left out by all its callers. Pure. */

/** What of an instance it is judged by whether it may go. */
export interface Candidate {
  readonly proxyId: string;
  readonly app: string;
  /** Most instances of the app at one time, whatever rules left the others out. */
  readonly maxInstances: number;
  /** Most of the app's instances of the service, 0 to 1, in the same way. */
  readonly maxRatio: number;
}

/** A provider of a service. */
export interface ServiceProvider {
  readonly proxyId: string;
  readonly app: string;
  /** Callers ask for one group of a service. */
  readonly group: string;
  /** `ip:port`. */
  readonly address: string;
  /** Callers would call it if nobody isolated it. */
  readonly usable: boolean;
}

/** Who is left out already, by whatever rule. */
export interface Standing {
  /** Of this service. */
  readonly ofService: ReadonlySet<string>;
  /** Of this service and app. */
  readonly ofAppHere: ReadonlySet<string>;
  /** Of the app, of whatever service. */
  readonly ofApp: ReadonlySet<string>;
}

/** A share of 0.29 of 100 instances is 29 of them, whatever binary fractions say. */
const ROUNDING = 1e-9;

const without = (set: ReadonlySet<string>, one: string): number => set.size - (set.has(one) ? 1 : 0);

/** Why an instance must stay in; null when it may go. */
export function whyNot(
  { proxyId, app, maxInstances, maxRatio }: Candidate,
  providers: readonly ServiceProvider[],
  { ofService, ofAppHere, ofApp }: Standing,
): string | null {
  const own = providers.filter((provider) => provider.proxyId === proxyId);
  if (own.length === 0) return 'it publishes no such service';
  if (without(ofApp, proxyId) >= maxInstances)
    return `${without(ofApp, proxyId)} of at most ${maxInstances} instances of ${app} are isolated`;
  const instances = new Set(providers.filter((one) => one.app === app).map((one) => one.proxyId)).size;
  const most = Math.floor(maxRatio * instances + ROUNDING);
  if (without(ofAppHere, proxyId) >= most)
    return `of ${instances} instances at most ${most} may be isolated, ${without(ofAppHere, proxyId)} are`;
  // Callers of each group must find somebody.
  for (const group of new Set(own.map((provider) => provider.group)))
    if (
      !providers.some(
        (one) => one.group === group && one.usable && one.proxyId !== proxyId && !ofService.has(one.proxyId),
      )
    )
      return 'it is the last one that callers can use';
  return null;
}

interface Judged {
  readonly calls: number;
  readonly exceptions: number;
}

/** The worst first: by the share of calls that failed, then by calls. */
export function worstFirst(one: Judged, other: Judged): number {
  const rate = ({ calls, exceptions }: Judged): number => (calls === 0 ? 0 : exceptions / calls);
  return rate(other) - rate(one) || other.calls - one.calls;
}
