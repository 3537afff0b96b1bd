import { defineComponent } from '../contract/index.ts';
import { authListRoutes } from './auth-list-routes.ts';
import { breakerRoutes } from './breaker-routes.ts';
import { isolationRoutes } from './isolation-routes.ts';
import { mappingRoutes } from './mapping-routes.ts';
import { monitorRoutes } from './monitor-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { commonRuleRoutes, ruleRoutes } from './rule-routes.ts';
import { searchRoutes } from './search-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { sidecarRoutes } from './sidecar-routes.ts';

/** Services, rules, proxies and topology. */
export const ms = defineComponent('ms', 'Services, governance rules, proxies and topology', {
  ...serviceRoutes,
  ...ruleRoutes,
  ...commonRuleRoutes,
  ...mappingRoutes,
  ...authListRoutes,
  ...breakerRoutes,
  ...isolationRoutes,
  ...sidecarRoutes,
  ...recordRoutes,
  ...monitorRoutes,
  ...searchRoutes,
});
