import { message } from '@weft/api';
import { checkRouteBody, route, toRouteDocument } from '@weft/governance/route';
import type { RouteRuleBody } from '@weft/schema/wire';
import { governedKind } from './governed-kind.ts';
import { routeConflicts } from './route-conflicts.ts';

/** Routing. */
export const routeRuleKind = governedKind<RouteRuleBody>({
  rule: route,
  ownedBy: 'service',
  check: checkRouteBody,
  toDocument: toRouteDocument,
  conflicts: routeConflicts,
  preview({ spec }) {
    const shares = spec.destinations
      .map(({ weight, labels }) => {
        const group = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
        return `${weight} % to ${group.join(', ') || 'any instance'}`;
      })
      .join('; ');
    return { said: message('preview.route', { shares }), fields: {} };
  },
});
