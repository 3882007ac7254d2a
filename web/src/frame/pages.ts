import type { IconName } from '../components/icons';
import type { Messages } from '../messages/en';

export interface PageEntry {
  id: keyof Messages['nav'];
  to: string;
  icon: IconName;
  key: string; // after g
  built: boolean;
  api: string; // where the data of a page that is not built yet can be had
}

/** The rail, in order; the last three stand below the line. */
export const PAGES: readonly PageEntry[] = [
  { id: 'now', to: '/', icon: 'flame', key: 'n', built: true, api: '/bongsu/v1/now' },
  { id: 'services', to: '/services', icon: 'stack', key: 's', built: true, api: '/bongsu/v1/services' },
  { id: 'traces', to: '/traces', icon: 'timeline', key: 't', built: true, api: '/tempo/api/search' },
  { id: 'logs', to: '/logs', icon: 'list', key: 'l', built: true, api: '/loki/api/v1/query_range' },
  { id: 'metrics', to: '/explore', icon: 'chart', key: 'm', built: true, api: '/api/v1/query_range' },
  { id: 'slos', to: '/slos', icon: 'target', key: 'o', built: true, api: '/bongsu/v1/slos' },
  { id: 'alerts', to: '/alerts', icon: 'bell', key: 'a', built: true, api: '/bongsu/v1/alerts' },
  { id: 'incidents', to: '/incidents', icon: 'urgent', key: 'i', built: true, api: '/bongsu/v1/incidents' },
  { id: 'runbooks', to: '/runbooks', icon: 'book', key: 'r', built: true, api: '/bongsu/v1/runbooks' },
  { id: 'status', to: '/status', icon: 'broadcast', key: 'u', built: false, api: '/bongsu/v1/incidents?status=open' },
  { id: 'synthetics', to: '/synthetics', icon: 'radar', key: 'y', built: false, api: '/bongsu/v1/openapi.json' },
  { id: 'storage', to: '/storage', icon: 'database', key: 'd', built: true, api: '/bongsu/v1/storage' },
  { id: 'settings', to: '/settings', icon: 'settings', key: 'e', built: false, api: '/api/v1/status/config' },
];
export const BELOW_THE_LINE: readonly string[] = ['synthetics', 'storage', 'settings'];
export const PHONE_TABS: readonly string[] = ['now', 'services', 'incidents', 'alerts'];
