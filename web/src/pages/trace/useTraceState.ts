import { useCallback, useMemo } from 'react';
import type { Trace } from '../../api/traces';
import { useView } from '../../time/view';
import { findSpans } from './find';
import { readFolded, revealing, writeFolded } from './folding';
import { rowsBySpanId } from './spanLogs';
import { layoutTrace, visibleRows, type View, type Waterfall } from './waterfall';

// What the address says of a trace: span (the chosen one), path=critical, q (what is searched for), scale (the stretch in sight, ns), hide (folded
// spans), show=logs.

export interface TraceState {
  waterfall: Waterfall;
  rows: readonly number[]; // drawn, in order
  chosen: number; // row
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

export function useTraceState(trace: Trace): TraceState {
  const { view: address, setView } = useView();
  const waterfall = useMemo(() => layoutTrace(trace), [trace]);
  const rowOf = useMemo(() => rowsBySpanId(trace), [trace]);
  const folded = useMemo(() => readFolded(waterfall, address.hide, rowOf), [waterfall, address.hide, rowOf]);
  const onlyPath = address.path === 'critical';
  const rows = useMemo(() => visibleRows(waterfall, folded, onlyPath), [waterfall, folded, onlyPath]);
  const text = address.q ?? '';
  const found = useMemo(() => findSpans(waterfall, text), [waterfall, text]);
  const asked = address.span === undefined ? undefined : rowOf.get(address.span.toLowerCase());
  const view = useMemo(() => readScale(address.scale, trace.totalNanos), [address.scale, trace.totalNanos]);
  const isZoomed = view.from > 0 || view.to < trace.totalNanos;

  const fold = useCallback((next: ReadonlySet<number>) => setView({ hide: writeFolded(waterfall, next) }, true), [setView, waterfall]);
  const choose = useCallback((row: number) => {
    const open = revealing(waterfall, folded, row);
    setView({ span: trace.spans[row]?.spanId, ...(open === folded ? {} : { hide: writeFolded(waterfall, open) }) }, true);
  }, [setView, trace, waterfall, folded]);
  const zoom = useCallback((next: View | null) => setView({ scale: next === null ? undefined : `${Math.floor(next.from)}-${Math.ceil(next.to)}` }, true), [setView]);
  return {
    waterfall, rows, chosen: asked ?? firstLook(waterfall), view, isZoomed, folded, onlyPath, text, found, showsLogs: address.show === 'logs', choose, zoom, fold,
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

export function readScale(text: string | undefined, totalNanos: number): View {
  const match = /^(\d{1,18})-(\d{1,18})$/.exec(text ?? '');
  const from = Math.max(0, Number(match?.[1] ?? 0));
  const to = Math.min(totalNanos, Number(match?.[2] ?? totalNanos));
  return match && from < to ? { from, to } : { from: 0, to: totalNanos };
}
