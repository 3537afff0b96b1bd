import type { ProcessReport } from '@weft/distribution';

/** CPU and memory of this process, as differences since they were taken last. */
export class ProcessFigures {
  #cpuUs = totalCpuUs();

  take(connections: number, requests: number): ProcessReport {
    const cpuUs = totalCpuUs();
    const report = { cpuUs: cpuUs - this.#cpuUs, rssBytes: process.memoryUsage.rss(), connections, requests };
    this.#cpuUs = cpuUs;
    return report;
  }
}

function totalCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
