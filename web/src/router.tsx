import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams } from '@tanstack/react-router';
import { Frame } from './frame/Frame';
import { KEPT_KEYS, parseSearch, readView, stringifySearch, type ViewState } from './time/view';

// Every page is its own chunk; the first load carries the frame only.

const root = createRootRoute({
  component: Frame,
  validateSearch: (search: Record<string, unknown>): ViewState => readView(search),
  search: { middlewares: [retainSearchParams([...KEPT_KEYS])] },
  notFoundComponent: lazyRouteComponent(() => import('./pages/unknown/Unknown')),
});

const at = <Path extends string>(path: Path, load: () => Promise<{ default: React.ComponentType }>) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) });

const notBuilt = () => import('./pages/notbuilt/NotBuilt');

export const router = createRouter({
  routeTree: root.addChildren([
    at('/', () => import('./pages/now/Now')),
    at('/services', () => import('./pages/services/Services')),
    at('/services/$name', () => import('./pages/service/Service')),
    at('/traces', () => import('./pages/traces/Traces')),
    at('/traces/$traceId', () => import('./pages/trace/Trace')),
    at('/logs', () => import('./pages/logs/Logs')),
    // Not /metrics: there the server answers with its own metrics, as Prometheus expects.
    at('/explore', () => import('./pages/metrics/Metrics')),
    at('/explore/cardinality', () => import('./pages/cardinality/Cardinality')),
    at('/explore/targets', () => import('./pages/targets/Targets')),
    at('/slos', () => import('./pages/slos/Slos')),
    at('/slos/$id', () => import('./pages/slo/Slo')),
    at('/alerts', () => import('./pages/alerts/Alerts')),
    at('/alerts/$id', () => import('./pages/alert/Alert')),
    at('/incidents', () => import('./pages/incidents/Incidents')),
    at('/incidents/$id', () => import('./pages/incident/Room')),
    at('/runbooks', () => import('./pages/runbooks/Runbooks')),
    at('/runbooks/$name', () => import('./pages/runbook/Runbook')),
    at('/more', () => import('./pages/more/More')),
    at('/status', notBuilt),
    at('/synthetics', notBuilt),
    at('/storage', () => import('./pages/storage/Storage')),
    at('/settings', notBuilt),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  // Another service or incident starts clean: it never shows the one before while it loads.
  defaultRemountDeps: ({ params }) => params,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
