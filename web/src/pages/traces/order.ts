import type { TraceRow } from '../../api/tempo';

export type Sort = 'new' | 'slow' | 'spans';
export const SORTS: readonly Sort[] = ['new', 'slow', 'spans'];

/** The list in the asked order; with `errorsFirst`, those with errors before all others. */
export function orderRows(rows: readonly TraceRow[], sort: Sort, errorsFirst: boolean): TraceRow[] {
  const failed = (row: TraceRow) => ((row.errorCount ?? 0) > 0 ? 1 : 0);
  const by: Record<Sort, (a: TraceRow, b: TraceRow) => number> = {
    new: (a, b) => b.startMs - a.startMs,
    slow: (a, b) => b.durationMs - a.durationMs,
    spans: (a, b) => (b.spanCount ?? 0) - (a.spanCount ?? 0),
  };
  return [...rows].sort((a, b) => (errorsFirst ? failed(b) - failed(a) : 0) || by[sort](a, b) || a.traceId.localeCompare(b.traceId));
}
