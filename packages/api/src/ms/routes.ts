import { defineComponent } from '../contract/index.ts';
import { limitRuleRoutes } from './limit-rule-routes.ts';
import { monitorRoutes } from './monitor-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { sidecarRoutes } from './sidecar-routes.ts';

/** Services, rules, proxies and topology. */
export const ms = defineComponent('ms', 'Services, governance rules, proxies and topology', {
  ...serviceRoutes,
  ...limitRuleRoutes,
  ...sidecarRoutes,
  ...monitorRoutes,
});
