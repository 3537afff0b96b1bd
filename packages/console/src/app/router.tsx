import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router';
import { kindOf } from '../ui/rule-kinds/index.ts';
import { parseView } from '../ui/url-state.ts';
import { LoginGate } from './login-gate.tsx';
import { NotFound, PageFailed, PageLoading } from './page-states.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({
  component: LoginGate,
  notFoundComponent: () => (
    <Shell>
      <NotFound />
    </Shell>
  ),
  validateSearch: parseView,
});

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
const parent = { getParentRoute: () => shell };

/** Rules of a type that there is. */
const rules = {
  ...parent,
  beforeLoad: ({ params }: { params: { type?: string } }): void => {
    if (kindOf(params.type ?? '') === undefined) throw notFound();
  },
};

/** Every page is a file of its own that the browser loads when it is first opened. */
const pages = [
  createRoute({
    ...parent,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/services' as never });
    },
  }),
  createRoute({
    ...parent,
    path: '/services',
    component: lazyRouteComponent(() => import('../features/services/services-page.tsx'), 'ServicesPage'),
  }),
  createRoute({
    ...parent,
    path: '/services/$serviceId',
    component: lazyRouteComponent(() => import('../features/services/service-page.tsx'), 'ServicePage'),
  }),
  createRoute({
    ...rules,
    path: '/rules/$type',
    component: lazyRouteComponent(() => import('../features/rules/rules-page.tsx'), 'RulesPage'),
  }),
  createRoute({
    ...rules,
    path: '/rules/$type/new',
    component: lazyRouteComponent(() => import('../features/rules/rule-page.tsx'), 'NewRulePage'),
  }),
  createRoute({
    ...rules,
    path: '/rules/$type/$ruleId',
    component: lazyRouteComponent(() => import('../features/rules/rule-page.tsx'), 'EditRulePage'),
  }),
  createRoute({
    ...parent,
    path: '/topology',
    component: lazyRouteComponent(() => import('../features/topology/topology-page.tsx'), 'TopologyPage'),
  }),
  createRoute({
    ...parent,
    path: '/proxies',
    component: lazyRouteComponent(() => import('../features/proxies/proxies-page.tsx'), 'ProxiesPage'),
  }),
  createRoute({
    ...parent,
    path: '/explain',
    component: lazyRouteComponent(() => import('../features/explain/explain-page.tsx'), 'ExplainPage'),
  }),
  createRoute({
    ...parent,
    path: '/audit',
    component: lazyRouteComponent(() => import('../features/audit/audit-page.tsx'), 'AuditPage'),
  }),
];

export const router = createRouter({
  routeTree: root.addChildren([shell.addChildren(pages)]),
  defaultErrorComponent: PageFailed,
  defaultPendingComponent: PageLoading,
  defaultNotFoundComponent: NotFound,
  defaultPreload: 'intent',
  scrollRestoration: true,
});
