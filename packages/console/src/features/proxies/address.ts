import type { Sidecar } from '../../services/proxies.ts';

/** With the port that it publishes: on one machine proxies have one address. */
export const addressOf = ({ podIp, port }: Pick<Sidecar, 'podIp' | 'port'>): string =>
  port === null ? podIp : `${podIp.includes(':') ? `[${podIp}]` : podIp}:${port}`;
