import type { EdgeReport } from '@weft/distribution';
import { type EdgeDelta, EdgeSum, type StatsStore } from '@weft/telemetry';

/** Figures by service over all data threads: as Prometheus metrics, and for the next report to the control plane. */
export class EdgeFigures {
  readonly #app: string;
  readonly #stats: StatsStore;
  readonly #appOf: (service: string) => string;
  readonly #sum = new EdgeSum();

  /** `appOf` names the application that provides a service. */
  constructor(app: string, stats: StatsStore, appOf: (service: string) => string) {
    this.#app = app;
    this.#stats = stats;
    this.#appOf = appOf;
  }

  add(deltas: readonly EdgeDelta[]): void {
    this.#sum.add(deltas);
    for (const delta of deltas) {
      const { direction, protocol, service } = delta;
      const { sourceApp, targetApp } = this.#apps(delta);
      const labels = {
        direction: direction === 'inbound' ? 'in' : 'out',
        protocol,
        source_app: sourceApp,
        target_app: targetApp,
        service,
      };
      const counts = {
        ok: delta.requests - delta.errors - delta.rejected,
        error: delta.errors,
        rejected: delta.rejected,
      };
      for (const [result, count] of Object.entries(counts))
        if (count > 0) this.#stats.counter('weft_requests_total', { ...labels, result }, count);
      this.#stats.addReadings(
        'weft_service_request_duration_seconds',
        labels,
        delta.histogram,
        delta.durationMs / 1000,
      );
    }
  }

  /** What was added since it was taken last. */
  take(): { readonly edges: EdgeReport[]; readonly requests: number } {
    let requests = 0;
    const edges = this.#sum.take().map((delta): EdgeReport => {
      if (delta.direction === 'inbound') requests += delta.requests;
      return {
        direction: delta.direction,
        ...this.#apps(delta),
        service: delta.service,
        method: '',
        protocol: delta.protocol,
        requests: delta.requests,
        errors: delta.errors,
        rejected: delta.rejected,
        durationMsSum: delta.durationMs,
        histogram: delta.histogram,
      };
    });
    return { edges, requests };
  }

  #apps({ direction, service, sourceApp }: EdgeDelta): { sourceApp: string; targetApp: string } {
    return direction === 'inbound'
      ? { sourceApp, targetApp: this.#app }
      : { sourceApp: this.#app, targetApp: this.#appOf(service) };
  }
}
