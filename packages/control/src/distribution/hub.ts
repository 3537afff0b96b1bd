import {
  type AuthResult,
  createDistributionServer,
  createKeyAuthenticator,
  type DistributionServer,
  type DistributionServerEvents,
  type DistributionServerOptions,
  type NodeScope,
  type PeerHandler,
  type RegistryClientMessage,
  type RegistryServerMessage,
  type ReportsClientMessage,
  type ReportsServerMessage,
  type ServerPeer,
  STATUS,
  type StreamService,
} from '@weft/distribution';
import type { Clock, Logger } from '@weft/kit';
import type { AccessKeys, ProductGap, Products } from '../osp/index.ts';
import { Refusals } from './refusals.ts';

/** Header with the id of the access key; the signature over the hello is checked by the distribution package. */
const ACCESS_KEY_HEADER = 'x-weft-access-key';

/** What lets proxies of a workspace connect. */
const PRODUCT = 'MESH';

/** What a proxy is told, and writes to its log. */
function gapText(gap: ProductGap, { tenant, workspace }: Pick<NodeScope, 'tenant' | 'workspace'>): string {
  return gap === 'not-opened'
    ? `[OSP-NOT-OPENED] tenant=${tenant} product=${PRODUCT}: the product is not opened for the tenant`
    : `[OSP-NOT-STARTED] tenant=${tenant} workspace=${workspace} product=${PRODUCT}: the product is not started in the workspace`;
}

export interface HubOptions {
  readonly accessKeys: AccessKeys;
  readonly products: Products;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: DistributionServerOptions['limits'];
}

/**
 * The one push engine of a control plane process. Components that own resources define their types on `server`;
 * registry and meshserver take over the streams that are theirs.
 */
export interface DistributionHub {
  readonly server: DistributionServer;
  /** Events of all types; each component looks at its own. Listeners must not throw. */
  onEvents(events: DistributionServerEvents): void;
  /** Once. Until then sessions are refused with `unavailable`, and proxies come again. */
  serveRegistry(service: StreamService<RegistryClientMessage, RegistryServerMessage>): void;
  serveReports(service: StreamService<ReportsClientMessage, ReportsServerMessage>): void;
  /** Whose connections were refused for their key. */
  readonly refusals: Refusals;
}

export function createDistributionHub(options: HubOptions): DistributionHub {
  const listeners: DistributionServerEvents[] = [];
  const registry = createSlot<RegistryClientMessage, RegistryServerMessage>('registry');
  const reports = createSlot<ReportsClientMessage, ReportsServerMessage>('meshserver');
  const refusals = new Refusals(options.clock);
  listeners.push({ connected: ({ id }) => refusals.accepted(id) });
  const server = createDistributionServer({
    clock: options.clock,
    log: options.log,
    identifier: 'weft',
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    async authenticate(stream, node) {
      const accessKeyId = stream.header(ACCESS_KEY_HEADER) ?? '';
      const key = accessKeyId === '' ? null : await options.accessKeys.open(accessKeyId);
      const check = createKeyAuthenticator({
        clock: options.clock,
        lookup: () =>
          key === null
            ? undefined
            : {
                secret: key.secret,
                scope: { tenant: key.tenantId, workspace: key.workspaceId, instanceId: key.instanceId },
              },
      });
      const proved = await check(stream, node);
      const gap =
        proved.kind === 'accepted'
          ? await options.products.gap(proved.scope.tenant, proved.scope.workspace, PRODUCT)
          : null;
      const result: AuthResult =
        gap === null || proved.kind === 'refused'
          ? proved
          : { kind: 'refused', cause: gap, reason: gapText(gap, proved.scope) };
      // Only for people to look at: a database that cannot be written to must not keep proxies out.
      if (result.kind === 'accepted')
        options.accessKeys
          .used(accessKeyId)
          .catch((error: unknown) => options.log.warn({ err: error }, 'use of an access key not recorded'));
      else {
        const known = accessKeyId === '' ? null : await options.accessKeys.find(accessKeyId);
        refusals.add(stream.peer, node, accessKeyId, known, result);
      }
      return result;
    },
    registry: registry.service,
    reports: reports.service,
    events: fanOut(listeners),
  });
  options.accessKeys.onDisabled((accessKeyId) => {
    server.disconnect((node) => node.accessKey === accessKeyId, {
      code: STATUS.unauthenticated,
      message: 'the access key was disabled',
    });
  });
  options.products.onClosed((tenant, workspace) => {
    server.disconnect((node) => node.tenant === tenant && (workspace === null || node.workspace === workspace), {
      code: STATUS.permissionDenied,
      message: `the product ${PRODUCT} was closed for ${workspace === null ? `tenant ${tenant}` : `workspace ${tenant}/${workspace}`}`,
    });
  });
  return {
    server,
    onEvents: (events) => void listeners.push(events),
    serveRegistry: registry.fill,
    serveReports: reports.fill,
    refusals,
  };
}

/** A stream service that a component brings later. */
function createSlot<In, Out>(
  component: string,
): { service: StreamService<In, Out>; fill(service: StreamService<In, Out>): void } {
  let filled: StreamService<In, Out> | null = null;
  return {
    service(peer: ServerPeer<Out>): PeerHandler<In> {
      if (filled !== null) return filled(peer);
      peer.close({ code: STATUS.unavailable, message: `${component} does not run here` });
      return { message: () => {}, closed: () => {} };
    },
    fill(service) {
      if (filled !== null) throw new Error(`the streams of ${component} are served already`);
      filled = service;
    },
  };
}

function fanOut(listeners: readonly DistributionServerEvents[]): DistributionServerEvents {
  return {
    connected: (...args) => listeners.forEach((listener) => listener.connected?.(...args)),
    disconnected: (...args) => listeners.forEach((listener) => listener.disconnected?.(...args)),
    subscribed: (...args) => listeners.forEach((listener) => listener.subscribed?.(...args)),
    unsubscribed: (...args) => listeners.forEach((listener) => listener.unsubscribed?.(...args)),
    acked: (...args) => listeners.forEach((listener) => listener.acked?.(...args)),
    removed: (...args) => listeners.forEach((listener) => listener.removed?.(...args)),
    rejected: (...args) => listeners.forEach((listener) => listener.rejected?.(...args)),
    ahead: (...args) => listeners.forEach((listener) => listener.ahead?.(...args)),
    repaired: (...args) => listeners.forEach((listener) => listener.repaired?.(...args)),
  };
}
