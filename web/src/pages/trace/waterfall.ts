import type { TraceAnalysis } from '../../api/bongsu';
import type { TraceSpan } from '../../api/tempo';

// Where the bars of a waterfall stand. All lengths are percent of the whole trace, all offsets ns from its start.

export interface Piece {
  left: number;
  width: number;
}
export interface Row {
  span: TraceSpan;
  depth: number;
  fromNanos: number;
  toNanos: number;
  bar: Piece;
  self: Piece[]; // its own time, between its callees
  critical: Piece[];
  criticalNanos: number;
  waits: boolean; // a client span without a traced callee: nothing here ran, somebody else did
  hasChildren: boolean;
}
export interface Waterfall {
  rows: Row[];
  startNano: bigint;
  totalNanos: number;
  ticks: { percent: number; nanos: number }[];
}

/** Rows in tree order, children by start; a span whose parent is missing stands as a root, and a loop of parents is cut. */
export function layoutTrace(spans: readonly TraceSpan[], path: TraceAnalysis['criticalPath'] = []): Waterfall {
  if (spans.length === 0) return { rows: [], startNano: 0n, totalNanos: 0, ticks: [] };
  const startNano = spans.reduce((min, span) => (span.startNano < min ? span.startNano : min), spans[0]?.startNano ?? 0n);
  const endNano = spans.reduce((max, span) => (span.endNano > max ? span.endNano : max), startNano);
  const totalNanos = Math.max(1, Number(endNano - startNano));
  const known = new Set(spans.map((span) => span.spanId));
  const children = groupBy(spans, (span) => (known.has(span.parentId) && span.parentId !== span.spanId ? span.parentId : ''));
  for (const list of children.values()) list.sort((a, b) => Number(a.startNano - b.startNano) || a.spanId.localeCompare(b.spanId));
  const segments = groupBy(path, (segment) => segment.spanId);

  const rows: Row[] = [];
  const seen = new Set<string>();
  const stack = [...(children.get('') ?? [])].reverse().map((span) => ({ span, depth: 0 }));
  const visit = () => {
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { span, depth } = next;
      if (seen.has(span.spanId)) continue;
      seen.add(span.spanId);
      const below = children.get(span.spanId) ?? [];
      rows.push(toRow(span, depth, below, segments.get(span.spanId) ?? [], startNano, totalNanos));
      for (const child of [...below].reverse()) stack.push({ span: child, depth: depth + 1 });
    }
  };
  visit();
  // Spans only reachable through a loop of parents would be lost otherwise.
  for (const span of spans) {
    if (!seen.has(span.spanId)) {
      stack.push({ span, depth: 0 });
      visit();
    }
  }
  return { rows, startNano, totalNanos, ticks: ticksOf(totalNanos) };
}

function toRow(span: TraceSpan, depth: number, below: readonly TraceSpan[], segments: TraceAnalysis['criticalPath'], startNano: bigint, total: number): Row {
  const fromNanos = Number(span.startNano - startNano);
  const toNanos = Math.max(fromNanos, Number(span.endNano - startNano));
  const piece = (from: number, to: number): Piece => ({ left: (from / total) * 100, width: ((to - from) / total) * 100 });
  const busy = below.map((child): [number, number] => [Math.max(fromNanos, Number(child.startNano - startNano)), Math.min(toNanos, Number(child.endNano - startNano))]);
  return {
    span, depth, fromNanos, toNanos,
    bar: piece(fromNanos, toNanos),
    self: below.length === 0 ? [] : gapsBetween(fromNanos, toNanos, busy).map(([from, to]) => piece(from, to)),
    critical: segments.map((segment) => piece(segment.fromNanos, segment.toNanos)),
    criticalNanos: segments.reduce((sum, segment) => sum + segment.toNanos - segment.fromNanos, 0),
    waits: below.length === 0 && (span.kind === 'client' || span.kind === 'producer'),
    hasChildren: below.length > 0,
  };
}

/** What is left of [from, to] when the busy stretches are taken out. */
export function gapsBetween(from: number, to: number, busy: readonly [number, number][]): [number, number][] {
  const out: [number, number][] = [];
  let at = from;
  for (const [start, end] of [...busy].sort((a, b) => a[0] - b[0])) {
    if (start > at) out.push([at, Math.min(start, to)]);
    at = Math.max(at, end);
  }
  if (at < to) out.push([at, to]);
  return out;
}

// Map.groupBy is younger than the browsers on people's phones.
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Four to six round steps of time. */
export function ticksOf(totalNanos: number): { percent: number; nanos: number }[] {
  const rough = totalNanos / 5;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].map((lead) => lead * power).find((candidate) => candidate >= rough) ?? rough;
  const ticks: { percent: number; nanos: number }[] = [];
  for (let nanos = 0; nanos < totalNanos * 0.97; nanos += step) ticks.push({ percent: (nanos / totalNanos) * 100, nanos });
  return ticks;
}

/** Where the critical path's time went: running in services, waiting for a callee, by name, widest first. */
export function whereTimeWent(rows: readonly Row[]): { name: string; waits: boolean; failed: boolean; nanos: number }[] {
  const sums = new Map<string, { name: string; waits: boolean; failed: boolean; nanos: number }>();
  for (const row of rows) {
    if (row.criticalNanos <= 0) continue;
    const name = row.waits ? peerOf(row.span) : row.span.service;
    const key = `${row.waits ? 'wait' : 'run'} ${name}`;
    const sum = sums.get(key) ?? { name, waits: row.waits, failed: false, nanos: 0 };
    sums.set(key, { ...sum, failed: sum.failed || (row.waits && row.span.failed), nanos: sum.nanos + row.criticalNanos });
  }
  return [...sums.values()].sort((a, b) => b.nanos - a.nanos);
}

export const peerOf = (span: TraceSpan): string =>
  span.attributes['peer.service'] ?? span.attributes['db.client.connection.pool.name'] ?? span.attributes['server.address'] ?? span.attributes['db.system.name'] ?? span.attributes['messaging.destination.name'] ?? span.name;
