import { readFileSync } from 'node:fs';
import type { Logger } from '@weft/kit';
import type { MosnConfig } from '@weft/schema';
import { AdminServer, type AdminTarget, adminRoutes } from '../admin/index.ts';
import { bindAddress } from './listen-socket.ts';

/** The admin API on its Unix socket and, where configured, on a port; the page of the metrics. */
export class AdminServers {
  readonly #target: AdminTarget;
  readonly #log: Logger;
  readonly #servers: AdminServer[] = [];
  #port = 0;

  constructor(target: AdminTarget, log: Logger) {
    this.#target = target;
    this.#log = log;
  }

  /** Port of the admin API; 0 when it has its Unix socket only. */
  get port(): number {
    return this.#port;
  }

  /** @throws MeshError address_in_use and the like; what the system says of a socket or a token file that it refuses */
  async start(config: MosnConfig, socketFile: string): Promise<void> {
    const { admin_token_file: tokenFile } = config.weft;
    const token = tokenFile === undefined ? null : readFileSync(tokenFile, 'utf8').split('\n')[0]?.trim() || null;
    const routes = adminRoutes(this.#target);
    const audit = (line: object): void => this.#log.child('admin').info(line, 'admin call');
    const local = new AdminServer(routes, { token: null, owner: true, audit });
    const mask = process.umask(0o177);
    try {
      await local.listen({ path: socketFile });
    } finally {
      process.umask(mask);
    }
    this.#servers.push(local);
    if (config.admin !== undefined) {
      const { address, port_value } = config.admin.address.socket_address;
      const remote = new AdminServer(routes, { token, owner: false, audit });
      await this.#listen(remote, address, port_value, 'admin');
      this.#port = remote.port;
    }
    await this.#startMetrics(config);
  }

  close(): void {
    for (const server of this.#servers) server.close();
  }

  async #startMetrics(config: MosnConfig): Promise<void> {
    for (const sink of config.metrics.sinks) {
      if (sink.type !== 'prometheus') {
        this.#log.warn({ sink: sink.type }, 'this metrics sink is not in this release and is ignored');
        continue;
      }
      // The check of the configuration has made sure of the port.
      const { port = 0, endpoint, address } = sink.config;
      const routes = adminRoutes(this.#target)
        .filter((route) => route.path === '/metrics')
        .map((route) => ({ ...route, path: endpoint }));
      const server = new AdminServer(routes, { token: null, owner: false, audit: () => {} });
      await this.#listen(server, address, port, 'prometheus');
    }
  }

  async #listen(server: AdminServer, host: string, port: number, name: string): Promise<void> {
    // Binding through the same door gives the same clear errors.
    bindAddress(host === 'localhost' ? '127.0.0.1' : host, port, name).close();
    await server.listen({ host, port });
    this.#servers.push(server);
  }
}
