import { EdgeOutcome, type EdgeTable } from '@weft/telemetry/edges';
import type { ExchangeRecord } from './exchange-record.ts';
import { Flag } from './flags.ts';

/** Clusters of the application's own services are called so; what follows is the dataId. */
const LOCAL_CLUSTER = /^local_[a-z0-9]+_service_/;

/** The requests that a policy has refused: no fault of the service. */
const REFUSED = Flag.RateLimited;

const MAX_CLUSTERS = 4096;

/** Counts the requests of a listener by the service that they were for. */
export class EdgeRecorder {
  readonly #table: EdgeTable;
  readonly #direction: 'inbound' | 'outbound';
  /** Places in the table by the name of the cluster, a string that the program made once. */
  readonly #byCluster = new Map<string, number>();

  constructor(table: EdgeTable, listenerType: string) {
    this.#table = table;
    this.#direction = listenerType === 'ingress' ? 'inbound' : 'outbound';
  }

  record(exchange: ExchangeRecord, success: boolean): void {
    const { cluster } = exchange;
    // A refused request has no cluster yet.
    const index =
      cluster === null
        ? this.#table.index(this.#direction, exchange.request.protocol, serviceOf(exchange))
        : (this.#byCluster.get(cluster.name) ?? this.#add(cluster.name, exchange.request.protocol));
    const outcome =
      (exchange.flags & REFUSED) !== 0 ? EdgeOutcome.REJECTED : success ? EdgeOutcome.OK : EdgeOutcome.ERROR;
    this.#table.record(index, exchange.finishedAt - exchange.startedAt, outcome);
  }

  #add(cluster: string, protocol: string): number {
    // Services come and go: names of those that are gone are not kept for ever.
    if (this.#byCluster.size >= MAX_CLUSTERS) this.#byCluster.clear();
    const index = this.#table.index(this.#direction, protocol, cluster.replace(LOCAL_CLUSTER, ''));
    this.#byCluster.set(cluster, index);
    return index;
  }
}

function serviceOf({ request }: ExchangeRecord): string {
  if (request.family === 'http') return `${request.authority}@Http1`;
  return request.service.includes('@') ? request.service : `${request.service}@DEFAULT`;
}
