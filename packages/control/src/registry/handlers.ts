import type { registry as contract } from '@weft/api';
import { type CallContext, type Handlers, pageOfRows } from '../http/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Registry } from './registry.ts';

export function registryHandlers({
  registry,
  storage,
}: {
  readonly registry: Registry;
  readonly storage: Storage;
}): Handlers<(typeof contract)['routes']> {
  const setPush = async (call: CallContext, closed: boolean, grayIps: readonly string[]) => {
    await storage.write(async (tx) => {
      await registry.setPush(tx, closed, grayIps, call.caller.loginName);
      await call.audit(tx, { object: 'registry push', diff: { state: closed ? 'closed' : 'open', grayIps } });
    });
    return registry.push();
  };
  return {
    dump(call) {
      const { dataId, app } = call.query;
      const rows = registry
        .entries(call.caller.instanceId)
        .filter((row) => (dataId === undefined || row.dataId === dataId) && (app === undefined || row.app === app));
      return pageOfRows(
        rows,
        call.query,
        ['dataId', 'app', 'address', 'version', 'registeredAt', 'weight', 'zone'],
        'dataId',
      );
    },
    getPush: () => registry.push(),
    openPush: (call) => setPush(call, false, []),
    closePush: (call) => setPush(call, true, call.body.grayIps ?? []),
  };
}
