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
    at('/traces', notBuilt),
    at('/traces/$traceId', notBuilt),
    at('/logs', notBuilt),
    at('/metrics', notBuilt),
    at('/slos', notBuilt),
    at('/slos/$id', notBuilt),
    at('/alerts', notBuilt),
    at('/alerts/$id', notBuilt),
    at('/incidents', notBuilt),
    at('/incidents/$id', () => import('./pages/incident/Room')),
    at('/runbooks', notBuilt),
    at('/runbooks/$name', notBuilt),
    at('/more', () => import('./pages/more/More')),
    at('/status', notBuilt),
    at('/synthetics', notBuilt),
    at('/storage', notBuilt),
    at('/settings', notBuilt),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
