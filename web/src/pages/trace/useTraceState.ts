import { useCallback, useMemo } from 'react';
import { useView } from '../../time/view';
import { findSpans } from './find';
import { layoutTrace, visibleRows, type View, type Waterfall } from './waterfall';
import type { Trace } from '../../api/traces';

// What the address says of a trace: span (the chosen one), path=critical, q (what is searched for), scale (the stretch in sight, ns), hide (folded
// spans), show=logs.

export interface TraceState {
  waterfall: Waterfall;
  rows: readonly number[]; // drawn, in order
  chosen: number; // row
  isChosen: boolean; // by the reader or the link, not by us
  view: View;
  isZoomed: boolean;
  folded: ReadonlySet<number>;
  onlyPath: boolean;
  text: string;
  found: readonly number[];
  showsLogs: boolean;
  choose: (row: number) => void;
  zoom: (view: View | null) => void;
  fold: (rows: ReadonlySet<number>) => void;
  setOnlyPath: (only: boolean) => void;
  search: (text: string) => void;
  showLogs: (show: boolean) => void;
}

// An address of more folded spans than these would be refused on its way; the rest is unfolded again by a reload.
const MOST_FOLDED = 300;

export function useTraceState(trace: Trace): TraceState {
  const { view: address, setView } = useView();
  const waterfall = useMemo(() => layoutTrace(trace), [trace]);
  const rowOf = useMemo(() => new Map(trace.spans.toReversed().map((span) => [span.spanId, span.row])), [trace]);
  const folded = useMemo(() => new Set((address.hide ?? '').split(',').map((id) => rowOf.get(id) ?? -1).filter((row) => row >= 0)), [address.hide, rowOf]);
  const onlyPath = address.path === 'critical';
  const rows = useMemo(() => visibleRows(waterfall, folded, onlyPath), [waterfall, folded, onlyPath]);
  const text = address.q ?? '';
  const found = useMemo(() => findSpans(waterfall, text), [waterfall, text]);
  const asked = address.span === undefined ? undefined : rowOf.get(address.span.toLowerCase());
  const view = useMemo(() => readScale(address.scale, trace.totalNanos), [address.scale, trace.totalNanos]);
  const isZoomed = view.from > 0 || view.to < trace.totalNanos;

  const fold = useCallback((next: ReadonlySet<number>) => setView({ hide: [...next].slice(0, MOST_FOLDED).map((row) => trace.spans[row]?.spanId ?? '').join(',') || undefined }, true), [setView, trace]);
  const choose = useCallback((row: number) => {
    const above = ancestors(trace, row);
    const hidden = above.filter((one) => folded.has(one));
    const hide = hidden.length === 0 ? {} : { hide: [...folded].filter((one) => !hidden.includes(one)).map((one) => trace.spans[one]?.spanId ?? '').join(',') || undefined };
    setView({ span: trace.spans[row]?.spanId, ...hide }, true);
  }, [setView, trace, folded]);
  const zoom = useCallback((next: View | null) => setView({ scale: next === null ? undefined : `${Math.floor(next.from)}-${Math.ceil(next.to)}` }, true), [setView]);
  return {
    waterfall, rows, chosen: asked ?? firstLook(waterfall), isChosen: asked !== undefined, view, isZoomed, folded, onlyPath, text, found, showsLogs: address.show === 'logs', choose, zoom, fold,
    setOnlyPath: (only) => setView({ path: only ? 'critical' : undefined }, true),
    search: (wanted) => setView({ q: wanted === '' ? undefined : wanted }, true),
    showLogs: (show) => setView({ show: show ? 'logs' : undefined }, true),
  };
}

/** The span most worth a first look: the widest wait where it is a good part of the trace, else the first that failed, else the first. */
function firstLook({ trace, failed, order }: Waterfall): number {
  const wait = trace.widestWait;
  if (wait && wait.nanos > trace.totalNanos / 10) return wait.row;
  return failed[0] ?? order[0] ?? 0;
}

export function ancestors(trace: Trace, row: number): number[] {
  const above: number[] = [];
  for (let at = trace.spans[row]?.parent ?? -1; at >= 0; at = trace.spans[at]?.parent ?? -1) above.push(at);
  return above;
}

export function readScale(text: string | undefined, totalNanos: number): View {
  const match = /^(\d{1,18})-(\d{1,18})$/.exec(text ?? '');
  const from = Math.max(0, Number(match?.[1] ?? 0));
  const to = Math.min(totalNanos, Number(match?.[2] ?? totalNanos));
  return match && from < to ? { from, to } : { from: 0, to: totalNanos };
}
