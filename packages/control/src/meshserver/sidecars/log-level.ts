import type { ItemResult, ms, ReplyOf } from '@weft/api';
import type { Call } from '../../http/index.ts';
import { ApiFailure } from '../../http/index.ts';
import type { MeshserverParts } from '../parts.ts';

type Routes = (typeof ms)['routes'];

const DEFAULT_MINUTES = 10;
/** Logs that are named when the one asked for is not there. */
const MAX_NAMED = 12;

/** Sets the level of a log at every proxy that was named; one that cannot does not keep the others from it. */
export async function setLogLevel(
  parts: MeshserverParts,
  call: Call<Routes['setSidecarLogLevel']>,
): Promise<ReplyOf<Routes['setSidecarLogLevel']>> {
  const { proxyIds, log, level, minutes = DEFAULT_MINUTES, comment = '' } = call.body;
  const setAt = async (proxyId: string): Promise<ItemResult> => {
    try {
      await setOne(parts, call.caller.instanceId, proxyId, { log, level, minutes });
      return { id: proxyId, ok: true, code: '', message: '' };
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      return { id: proxyId, ok: false, code: error.code, message: error.message };
    }
  };
  const items = await Promise.all([...new Set(proxyIds)].map(setAt));
  await parts.storage.write((tx) =>
    call.audit(tx, {
      object: `log level of ${items.length === 1 ? `proxy ${items[0]?.id}` : `${items.length} proxies`}`,
      diff: {
        log,
        level,
        minutes,
        set: items.filter(({ ok }) => ok).map(({ id }) => id),
        failed: items.filter(({ ok }) => !ok).map(({ id }) => id),
        ...(comment === '' ? {} : { comment }),
      },
    }),
  );
  return { items };
}

async function setOne(
  { sidecars }: MeshserverParts,
  instanceId: string,
  proxyId: string,
  { log, level, minutes }: { readonly log: string; readonly level: string; readonly minutes: number },
): Promise<void> {
  const record = sidecars.get(instanceId, proxyId);
  const answer = await sidecars.ask(record, '/api/v1/get_loglevel', '');
  const path = log === '*' ? log : pathOf(log, logsOf(answer.body));
  const set = await sidecars.act(
    record,
    '/api/v1/update_loglevel',
    JSON.stringify({ log_path: path, log_level: level, ttl: `${minutes}m` }),
  );
  if (set.status === 200) return;
  const reason = Buffer.from(set.body).toString('utf8').slice(0, 500);
  throw new ApiFailure('INVALID', `the proxy did not set ${path} to ${level}: ${reason}`);
}

function logsOf(body: Uint8Array): readonly string[] {
  try {
    const levels: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof levels === 'object' && levels !== null ? Object.keys(levels) : [];
  } catch {
    // Of a release that answers otherwise.
    return [];
  }
}

/** Proxies of one machine have logs of the same name in folders of their own. */
function pathOf(log: string, logs: readonly string[]): string {
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const found = logs.find((path) => path === log) ?? logs.find((path) => path !== '' && nameOf(path) === nameOf(log));
  if (found !== undefined) return found;
  const there = logs.slice(0, MAX_NAMED).map(nameOf).join(', ');
  throw new ApiFailure('NOT_FOUND', `found "${log}", expected a log of the proxy: ${there}, or * for all`);
}
