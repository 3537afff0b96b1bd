import { message, messageText } from '@weft/api';
import { ApiFailure } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';
import type { SidecarRecord } from '../sidecars/sidecars.ts';

/** Questions under way for one call of the interface, and proxies that it asks, where it says nothing else. */
const USUAL = { atOnce: 16, most: 1000 };
const PATH = '/api/v1/governance/records';

export interface SilentProxy {
  readonly proxyId: string;
  readonly proxy: string;
  readonly reason: string;
}

export interface Asked<T> {
  readonly answers: readonly { readonly sidecar: SidecarRecord; readonly answer: T }[];
  readonly silent: readonly SilentProxy[];
}

/** App and version: what tells proxies of one app apart. */
export function proxyName({ node }: SidecarRecord): string {
  const version = node.labels['version'] ?? '';
  return (version === '' ? node.app : `${node.app} ${version}`) || node.id;
}

/** Asks several proxies the same; one that does not answer, or is beyond `most`, is named with the reason. */
export async function askProxies<T>(
  sidecars: readonly SidecarRecord[],
  ask: (sidecar: SidecarRecord) => Promise<T>,
  { atOnce, most }: typeof USUAL = USUAL,
): Promise<Asked<T>> {
  const answers: { sidecar: SidecarRecord; answer: T }[] = [];
  const silent: SilentProxy[] = [];
  const waiting = sidecars.slice(0, most);
  const note = (sidecar: SidecarRecord, reason: string): void =>
    void silent.push({ proxyId: sidecar.node.id, proxy: proxyName(sidecar), reason });
  for (const sidecar of sidecars.slice(most)) note(sidecar, messageText(message('proxy.asked-most', { count: most })));
  const work = async (): Promise<void> => {
    for (let sidecar = waiting.shift(); sidecar !== undefined; sidecar = waiting.shift()) {
      try {
        answers.push({ sidecar, answer: await ask(sidecar) });
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        note(sidecar, error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { answers, silent };
}

/** A record with the app of its proxy, which a proxy without rules does not write. */
export function withApp<T extends { readonly sourceApp: string; readonly targetApp: string }>(
  { node }: SidecarRecord,
  direction: 'SERVER' | 'CLIENT',
  record: T,
): T {
  return direction === 'SERVER' ? { ...record, targetApp: node.app } : { ...record, sourceApp: node.app };
}

/** What a proxy answers about the requests that it remembers. @throws ApiFailure */
export async function askRecords<T>(
  { sidecars }: MeshserverParts,
  sidecar: SidecarRecord,
  query: Readonly<Record<string, string>>,
): Promise<T> {
  const answer = await sidecars.ask(sidecar, `${PATH}?${new URLSearchParams(query)}`, '');
  const text = Buffer.from(answer.body).toString('utf8');
  if (answer.status === 404)
    throw new ApiFailure('UNAVAILABLE', `its version ${sidecar.node.version} remembers no requests`);
  if (answer.status !== 200) throw new ApiFailure('UNAVAILABLE', `it answers ${answer.status}: ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiFailure('UNAVAILABLE', `it answers what is no JSON: ${text.slice(0, 200)}`);
  }
}
