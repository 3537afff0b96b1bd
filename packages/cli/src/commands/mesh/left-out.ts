import { type ApiClient, ApiError, type IsolatedInstance, type Service } from '@weft/api';

/** Who asks for a service, and the instances that proxies leave out. */
export interface Callers {
  readonly consumerCount: number;
  readonly isolated: readonly Pick<
    IsolatedInstance,
    'proxyId' | 'app' | 'name' | 'host' | 'service' | 'direction' | 'mode' | 'state'
  >[];
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
  const isolated = isolates ? await unlessForbidden(() => client.ms.listIsolated({ query: {} })) : [];
  return { consumerCount, isolated };
}

/** The same where the rules of the service were not asked for before. */
export async function askCallersOf(
  client: ApiClient,
  service: Pick<Service, 'consumerCount' | 'serviceId' | 'ruleCount'>,
): Promise<Callers> {
  const params = { serviceId: service.serviceId };
  const list = () => client.ms.listServiceRules({ params, query: { size: 100 } });
  return callersOf(client, service, service.ruleCount === 0 ? [] : await unlessForbidden(list));
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
  const who =
    count <= consumerCount ? `${count} of ${consumerCount} callers` : `${count} caller${count === 1 ? '' : 's'}`;
  return { callers: count, by: `${who} (rule${rules.length === 1 ? '' : 's'} ${rules.join(', ')})`, rules };
}

async function unlessForbidden<T>(ask: () => Promise<{ readonly items: readonly T[] }>): Promise<readonly T[]> {
  try {
    return (await ask()).items;
  } catch (error) {
    if (error instanceof ApiError && error.status === FORBIDDEN) return [];
    throw error;
  }
}

const FORBIDDEN = 403;
