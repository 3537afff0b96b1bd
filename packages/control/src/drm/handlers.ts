import type { drm as contract, DrmGray, DrmResource, DrmValue, FreezeBody } from '@weft/api';
import type { Clock } from '@weft/kit';
import {
  ApiFailure,
  type CallContext,
  type Caller,
  type Handlers,
  invalid,
  notFound,
  pageOfRows,
  retryAfter,
} from '../http/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Drm, PutOptions, StoredValue, ValueKey } from './contract.ts';
import type { FreezeScope } from './freezes.ts';
import { parseDataId } from './validators.ts';

const MAX_FREEZE_MS = 30 * 86_400_000;
const MINUTE_MS = 60_000;

interface DrmParts {
  readonly drm: Drm;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly writesPerMinute: number;
}

export function drmHandlers({ drm, storage, clock, writesPerMinute }: DrmParts): Handlers<(typeof contract)['routes']> {
  const keyOf = (call: CallContext, { dataId, zone }: { dataId: string; zone?: string }): ValueKey => {
    parseDataId(dataId, 'query.dataId');
    return { instanceId: call.caller.instanceId, dataId, zone };
  };
  const needValue = (key: ValueKey): StoredValue => {
    const found = drm.get(key);
    if (found === null) throw notFound(`value ${key.dataId}`);
    return found;
  };

  const windows = new Map<string, { since: number; count: number }>();
  const countWrite = (tenantId: string): void => {
    const now = clock.now();
    let window = windows.get(tenantId);
    if (window === undefined || window.since + MINUTE_MS <= now) {
      window = { since: now, count: 0 };
      windows.set(tenantId, window);
    }
    if (++window.count > writesPerMinute)
      throw retryAfter(
        'RATE_LIMITED',
        `a tenant writes at most ${writesPerMinute} values a minute`,
        (window.since + MINUTE_MS - now) / 1000,
      );
  };

  /** Values of a feature are changed through the feature: its objects and its values would drift apart. */
  const refuseOwned = (dataId: string): void => {
    const owner = drm.validators.find(parseDataId(dataId, '/dataId'))?.owner ?? '';
    if (owner !== '')
      throw new ApiFailure('CONFLICT', `${dataId} is written by ${owner}: change the rule, not the value`);
  };

  const write = async (
    call: CallContext,
    options: Omit<PutOptions, 'operator' | 'instanceId' | 'urgent'>,
  ): Promise<DrmResource> => {
    countWrite(call.caller.tenantId);
    const reason = call.requestHeader('x-weft-break-glass');
    const stored = await storage.write(async (tx) => {
      const put = await drm.put(tx, {
        ...options,
        instanceId: call.caller.instanceId,
        operator: call.caller.loginName,
        urgent: reason !== undefined,
      });
      await call.audit(tx, {
        object: `value ${options.dataId}`,
        diff: { version: put.version, sha256: put.sha256, ...(reason === undefined ? {} : { breakGlass: reason }) },
      });
      return put;
    });
    call.setVersion(stored.version);
    return toResource(stored);
  };

  const endGray = async (
    call: CallContext,
    body: { dataId: string; zone?: string },
    how: 'promote' | 'abort',
  ): Promise<DrmResource> => {
    const key = keyOf(call, body);
    refuseOwned(body.dataId);
    const stored = await storage.write(async (tx) => {
      const after = await drm.gray[how](tx, key, call.caller.loginName);
      await call.audit(tx, { object: `gray value ${body.dataId}`, diff: { version: after.version } });
      return after;
    });
    call.setVersion(stored.version);
    return toResource(stored);
  };

  const freeze = async (call: CallContext, scope: FreezeScope, object: string, body: FreezeBody) => {
    const untilMs = Date.parse(body.until);
    const leftMs = untilMs - clock.wallNow();
    if (!(leftMs > 0 && leftMs <= MAX_FREEZE_MS))
      throw invalid('/until', `found "${body.until}", expected an instant in the future, at most 30 days ahead`);
    await storage.write(async (tx) => {
      await drm.freezes.freeze(tx, scope, untilMs, body.reason, call.caller.loginName);
      await call.audit(tx, { object, diff: body });
    });
    return drm.freezes.state(scope);
  };
  const thaw = async (call: CallContext, scope: FreezeScope, object: string) => {
    await storage.write(async (tx) => {
      await drm.freezes.thaw(tx, scope);
      await call.audit(tx, { object });
    });
    return drm.freezes.state(scope);
  };
  return {
    listResources(call) {
      const { keyword, app, owner } = call.query;
      const rows = drm
        .list(call.caller.instanceId)
        .filter((value) => keyword === undefined || value.dataId.toLowerCase().includes(keyword.toLowerCase()))
        .filter((value) => app === undefined || value.app === app)
        .filter((value) => owner === undefined || value.owner === owner);
      return pageOfRows(
        rows.map(toResource),
        call.query,
        ['dataId', 'zone', 'version', 'bytes', 'owner', 'app', 'operator', 'modifiedAt'],
        'dataId',
      );
    },
    getValue(call) {
      const found = needValue(keyOf(call, call.query));
      call.setVersion(found.version);
      return toValue(found);
    },
    putValue(call) {
      refuseOwned(call.body.dataId);
      return write(call, call.body);
    },
    async rollbackValue(call) {
      const { to, baseVersion, dataId, zone } = call.body;
      refuseOwned(dataId);
      const key: ValueKey = { instanceId: call.caller.instanceId, dataId, zone };
      needValue(key);
      const old = await drm.historyValue(key, to);
      if (old === null) throw notFound(`version ${to} of ${dataId}`);
      return write(call, {
        dataId,
        zone,
        value: old.value,
        comment: `back to version ${to}`,
        ...(baseVersion === undefined ? {} : { baseVersion }),
      });
    },
    async listHistory(call) {
      const key = keyOf(call, call.query);
      needValue(key);
      return pageOfRows(
        (await drm.history(key)).map(toResource),
        call.query,
        ['version', 'modifiedAt', 'operator'],
        '-version',
      );
    },
    async getHistoryValue(call) {
      const found = await drm.historyValue(keyOf(call, call.query), call.params.version);
      if (found === null) throw notFound(`version ${call.params.version} of ${call.query.dataId}`);
      return toValue(found);
    },
    getStatus(call) {
      const key = keyOf(call, call.query);
      needValue(key);
      return drm.status(key);
    },
    async startGray(call) {
      const { dataId, value, selector, baseVersion, comment = '' } = call.body;
      refuseOwned(dataId);
      countWrite(call.caller.tenantId);
      const key = keyOf(call, call.body);
      drm.validators.check(value, parseDataId(dataId, '/dataId'));
      await storage.write(async (tx) => {
        const operator = call.caller.loginName;
        const gray = await drm.gray.start(tx, key, { value, selector, baseVersion, comment, operator });
        await call.audit(tx, { object: `gray value ${dataId}`, diff: { version: gray.version, selector } });
      });
      return toGray(drm, key);
    },
    getGray: (call) => toGray(drm, keyOf(call, call.query)),
    async expandGray(call) {
      const { dataId, selector } = call.body;
      const key = keyOf(call, call.body);
      refuseOwned(dataId);
      await storage.write(async (tx) => {
        const gray = await drm.gray.expand(tx, key, selector, call.caller.loginName);
        await call.audit(tx, { object: `gray value ${dataId}`, diff: { version: gray.version, selector } });
      });
      return toGray(drm, key);
    },
    promoteGray: (call) => endGray(call, call.body, 'promote'),
    abortGray: (call) => endGray(call, call.body, 'abort'),
    parseDataId(call) {
      const { domain, className, attribute, app, serviceId } = parseDataId(call.query.dataId, 'query.dataId');
      return { dataId: call.query.dataId, domain, class: className, attribute, app, service: serviceId };
    },
    listIds: (call) => ({ items: drm.validators.idsOf(call.query.app) }),
    getFreeze: () => drm.freezes.state('platform'),
    freeze: (call) => freeze(call, 'platform', 'pushing', call.body),
    thaw: (call) => thaw(call, 'platform', 'pushing'),
    getWorkspaceFreeze: ({ caller }) => drm.freezes.state(caller),
    freezeWorkspace: (call) => freeze(call, call.caller, pushingOf(call.caller), call.body),
    thawWorkspace: (call) => thaw(call, call.caller, pushingOf(call.caller)),
  };
}

const pushingOf = ({ workspaceId }: Caller): string => `pushing of workspace ${workspaceId}`;

function toGray(drm: Drm, key: ValueKey): DrmGray {
  const gray = drm.gray.get(key);
  if (gray === null) throw notFound(`gray value of ${key.dataId}`);
  const { clients, formal } = drm.status(key);
  const selected = clients.filter(({ expected }) => expected === gray.version);
  const { dataId, zone, version, selector, operator, comment, modifiedAt } = gray;
  return {
    dataId,
    zone,
    formal,
    version,
    selector,
    selected: selected.length,
    applied: selected.filter(({ result }) => result === 'APPLIED').length,
    subscribers: clients.length,
    operator,
    comment,
    modifiedAt: new Date(modifiedAt).toISOString(),
  };
}

function toResource(value: StoredValue): DrmResource {
  return {
    dataId: value.dataId,
    zone: value.zone,
    version: value.version,
    sha256: value.sha256,
    bytes: Buffer.byteLength(value.value),
    owner: value.owner,
    app: value.app,
    operator: value.operator,
    comment: value.comment,
    modifiedAt: new Date(value.modifiedAt).toISOString(),
  };
}

const toValue = (value: StoredValue): DrmValue => ({ ...toResource(value), value: value.value });
