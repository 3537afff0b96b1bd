import type { LocalReply } from '@weft/sdk';
import type { Cluster } from '../cluster/index.ts';
import { redirectLocation } from '../route/index.ts';
import type { Exchange } from './exchange.ts';
import { readerOf } from './variables.ts';

/** The answer of a route that forwards nothing; null for one that does, and where requests go by address. */
export function routeReply(exchange: Exchange): LocalReply | null {
  const action = exchange.route?.action;
  if (action === undefined || action.kind === 'forward') return null;
  if (action.kind === 'direct') return { status: action.status, code: 'direct_response', body: action.body };
  const location = redirectLocation(action, exchange.request);
  return { status: action.status, code: 'direct_response', headers: [['location', location]] };
}

/** The cluster of the matched route, or that of the connection's addresses; null, and the reason noted, when there is none. */
export function findCluster(exchange: Exchange): Cluster | null {
  const { route, listener, plane, connection } = exchange;
  const name =
    route === null
      ? listener.addressRoute(connection.remoteAddress, connection.localAddress)
      : route.clusterName(plane.random, readerOf(exchange));
  const cluster = name === '' ? undefined : plane.cluster(name);
  if (cluster === undefined) exchange.failureDetail = name === '' ? 'no cluster named' : `no cluster ${name}`;
  return cluster ?? null;
}
