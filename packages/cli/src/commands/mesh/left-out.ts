import { type ApiClient, ApiError, type IsolatedInstance, type Service } from '@weft/api';
import { allPages } from '../../mesh-api/all-pages.ts';

/** Who asks for a service, and the instances that proxies leave out. */
export interface Callers {
  readonly consumerCount: number;
  readonly isolated: readonly Pick<
    IsolatedInstance,
    'proxyId' | 'app' | 'name' | 'host' | 'service' | 'direction' | 'mode' | 'state'
  >[];
  /** Proxies that did not say what they leave out; null where none could be asked. */
  readonly silent: number | null;
}

/** Callers that leave an instance out. */
export interface LeftOut {
  /** In words, as `1 of 3 callers (rule page/bad)`. */
  readonly by: string;
  readonly callers: number;
  /** The rules, as `app/name`; never empty. */
  readonly rules: readonly string[];
}

/** The callers of a service, as far as rules of isolation are in force for it. Without the right to read these, nobody is left out. */
export async function callersOf(
  client: ApiClient,
  { consumerCount }: Pick<Service, 'consumerCount'>,
  rules: readonly { readonly type: string; readonly enabled: boolean }[],
): Promise<Callers> {
  const isolates = rules.some(({ type, enabled }) => type === 'ISOLATE' && enabled);
  if (!isolates) return { consumerCount, isolated: [], silent: 0 };
  try {
    const { items, silent } = await client.ms.listIsolated({ query: {} });
    return { consumerCount, isolated: items, silent: silent.length };
  } catch (error) {
    if (isForbidden(error)) return { consumerCount, isolated: [], silent: 0 };
    // Every proxy is asked. What is known of the service must not be lost with an answer that takes too long.
    return { consumerCount, isolated: [], silent: null };
  }
}

/** The same where the rules of the service were not asked for before. */
export async function askCallersOf(
  client: ApiClient,
  service: Pick<Service, 'consumerCount' | 'serviceId' | 'ruleCount'>,
): Promise<Callers> {
  const params = { serviceId: service.serviceId };
  let rules: Parameters<typeof callersOf>[2] = [];
  try {
    if (service.ruleCount > 0) rules = await allPages((page) => client.ms.listServiceRules({ params, query: page }));
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
  return callersOf(client, service, rules);
}

/** What is not known of instances that callers leave out; '' where all is. */
export function notKnown({ silent }: Callers): string {
  if (silent === 0) return '';
  const proxies = silent === null ? 'the proxies' : silent === 1 ? '1 proxy' : `${silent} proxies`;
  return `${proxies} did not answer: which instances ${silent === 1 ? 'it leaves' : 'they leave'} out is not known`;
}

/** Undefined where no caller leaves it out. */
export function leftOutBy(
  { isolated, consumerCount }: Callers,
  serviceId: string,
  address: string,
): LeftOut | undefined {
  const without = isolated.filter(
    (item) =>
      item.host === address &&
      item.service === serviceId &&
      item.direction === 'CLIENT' &&
      item.mode === 'CONTROL' &&
      item.state === 'ISOLATED',
  );
  if (without.length === 0) return undefined;
  const count = new Set(without.map(({ proxyId }) => proxyId)).size;
  const rules = [...new Set(without.map((item) => `${item.app}/${item.name}`))];
  // Who has the host from a configuration does not subscribe.
  const isKnown = count <= consumerCount;
  const who = `${count}${isKnown ? ` of ${consumerCount}` : ''} caller${(isKnown ? consumerCount : count) === 1 ? '' : 's'}`;
  return { callers: count, by: `${who} (rule${rules.length === 1 ? '' : 's'} ${rules.join(', ')})`, rules };
}

const isForbidden = (error: unknown): boolean => error instanceof ApiError && error.status === FORBIDDEN;
const FORBIDDEN = 403;
