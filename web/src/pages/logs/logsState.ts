import type { ViewState } from '../../time/view';
import { asQuery, isMetric } from './logql';

// What the address bar holds of this page.

/** What the lines around a record are taken from: its stream, its service whatever the level, its instance, its trace. */
export type Near = 'service' | 'stream' | 'instance' | 'trace';
const NEAR: readonly string[] = ['service', 'stream', 'instance', 'trace'] satisfies Near[];

export interface LogsState {
  query: string; // LogQL
  isMetric: boolean;
  limit: number;
  open: string | null; // key of the opened record
  near: Near | null;
  facets: readonly string[]; // opened beside those that are always there
  tail: boolean;
  patterns: boolean;
  wrap: boolean;
}

export const FIRST_LINES = 200;
/** The server gives no more at once. */
export const MAX_LINES = 5000;

export function readLogs(view: ViewState): LogsState {
  const query = asQuery(view.q ?? '');
  const limit = Number(view.limit ?? FIRST_LINES);
  return {
    query,
    isMetric: isMetric(query),
    limit: Number.isFinite(limit) ? Math.min(MAX_LINES, Math.max(10, Math.round(limit))) : FIRST_LINES,
    open: view.open ?? null,
    near: NEAR.includes(view.near ?? '') ? (view.near as Near) : null,
    facets: (view.facets ?? '').split(',').filter((name) => /^[a-zA-Z_]\w*$/.test(name)).slice(0, 12),
    tail: view.tail === 'on',
    patterns: view.show === 'patterns',
    wrap: view.wrap === 'on',
  };
}

/** Another query: what was opened in the answer before it is left behind. */
export const asking = (query: string): Partial<ViewState> => ({ q: query, open: undefined, near: undefined, limit: undefined });
