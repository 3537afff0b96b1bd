import { routeDocumentSchema } from '@weft/schema/wire';
import { defineGovernanceRule } from '@weft/sdk';
import { OWN_LOG } from '../common/index.ts';
import { compileRoutes } from './compile.ts';
import { ROUTE_LOG, ROUTE_RECORD_LOG, RouteRuleSet } from './filter.ts';

export { checkRouteBody } from './body.ts';
export { fromRouteDocument, toRouteDocument, toWireRouteRule } from './convert.ts';
export type { RouteProgram } from './program.ts';

/** Service routing: which instances answer. */
export const route = defineGovernanceRule({
  name: 'route',
  type: 'ROUTE',
  schema: routeDocumentSchema,
  list: 'rules',
  order: { SERVER: 0, CLIENT: 5 },
  logs: [ROUTE_LOG, ROUTE_RECORD_LOG, OWN_LOG],
  detailLog: ROUTE_LOG,
  compile: compileRoutes,
  initSlot: () => {},
  instantiate: (program, services) => RouteRuleSet.build(program, services),
});
