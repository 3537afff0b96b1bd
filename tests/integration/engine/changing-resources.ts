import { cluster, routesTo } from '../../support/config.ts';

/**
 * Routes, headers, weights and clusters that are others in each round of reloads, beside 300 that are there to be compared.
 * `hosts`: those of the cluster `main` in this round.
 */
export const changingResources = (round: number, hosts: readonly number[]) => ({
  routes: [
    ...Array.from({ length: 150 }, (_, index) => ({
      match: { prefix: `/p${index}-${round % 7}` },
      route: { cluster_name: 'main' },
    })),
    routesTo('main', { response_headers_to_add: [{ header: { key: 'x-round', value: String(round) } }] }),
  ],
  clusters: [
    cluster('main', hosts, round % 4 === 0 ? { lb_type: 'LB_LEAST_REQUEST' } : {}),
    ...Array.from({ length: 150 }, (_, index) => cluster(`c${index}`, [40_000 + ((index + round) % 100)])),
  ],
});
