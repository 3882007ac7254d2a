import { pairs, textOf, type Attribute, type Segment, type Trace, type TraceSpan } from '../../api/traces';

// The shape of a trace, worked out once, and where things stand on the screen. Times are ns from the start of the trace.

export interface Waterfall {
  trace: Trace;
  order: readonly number[]; // rows as a tree, children by start
  depth: readonly number[]; // by row
  below: readonly number[]; // by row: how many spans stand below it, at any depth
  children: readonly (readonly number[])[]; // by row
  segments: ReadonlyMap<number, readonly Segment[]>; // of the critical path, by row
  services: readonly string[]; // in the order of their first span
  failed: readonly number[]; // rows, in tree order
}

export interface View { from: number; to: number }
/** Percent of the view. */
export interface Piece { left: number; width: number }

/** Linear in the spans: rows come by start, so children stand in order already. No recursion, for a trace may be as deep as it is long. */
export function layoutTrace(trace: Trace): Waterfall {
  const { spans } = trace;
  const children: number[][] = spans.map(() => []);
  const tops: number[] = [];
  for (const span of spans) (span.parent < 0 ? tops : children[span.parent])?.push(span.row);
  const order: number[] = [];
  const depth = new Array<number>(spans.length).fill(0);
  const stack = tops.reverse();
  for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
    order.push(row);
    const below = children[row] ?? [];
    for (let i = below.length - 1; i >= 0; i--) {
      const child = below[i] ?? 0;
      depth[child] = (depth[row] ?? 0) + 1;
      stack.push(child);
    }
  }
  const below = new Array<number>(spans.length).fill(0);
  for (let i = order.length - 1; i >= 0; i--) {
    const row = order[i] ?? 0;
    const parent = spans[row]?.parent ?? -1;
    if (parent >= 0) below[parent] = (below[parent] ?? 0) + (below[row] ?? 0) + 1;
  }
  const segments = new Map<number, Segment[]>();
  for (const segment of trace.criticalPath) {
    const known = segments.get(segment.row);
    if (known) known.push(segment);
    else segments.set(segment.row, [segment]);
  }
  return { trace, order, depth, below, children, segments, services: [...new Set(spans.map((span) => span.service))], failed: order.filter((row) => spans[row]?.failed) };
}

/** The rows to draw: not those below a folded one, and of the critical path only when that is asked. */
export function visibleRows({ order, below, segments }: Waterfall, folded: ReadonlySet<number>, onlyPath: boolean): number[] {
  const rows: number[] = [];
  for (let i = 0; i < order.length; i++) {
    const row = order[i] ?? 0;
    if (!onlyPath || segments.has(row)) rows.push(row);
    if (folded.has(row)) i += below[row] ?? 0;
  }
  return rows;
}

/** Where a stretch stands in the view, cut at its ends. Null when it is not in sight. */
export function place(from: number, to: number, view: View): Piece | null {
  const span = view.to - view.from;
  if (to < view.from || from > view.to || !(span > 0)) return null;
  const left = Math.max(0, ((from - view.from) / span) * 100);
  return { left, width: Math.min(100, ((to - view.from) / span) * 100) - left };
}

const busyKept = new WeakMap<Waterfall, Map<number, readonly [number, number][]>>();

/** The stretches of a span in which a child ran, overlapping ones joined. */
export function busyOf(waterfall: Waterfall, row: number): readonly [number, number][] {
  const kept = busyKept.get(waterfall) ?? new Map<number, readonly [number, number][]>();
  busyKept.set(waterfall, kept);
  const known = kept.get(row);
  if (known) return known;
  const { spans } = waterfall.trace;
  const span = spans[row];
  const out: [number, number][] = [];
  for (const child of waterfall.children[row] ?? []) {
    const from = Math.max(span?.from ?? 0, spans[child]?.from ?? 0);
    const to = Math.min(span?.to ?? 0, spans[child]?.to ?? 0);
    const last = out.at(-1);
    if (to <= from) continue;
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  kept.set(row, out);
  return out;
}

/** Time of a span that none of its children covers. */
export function selfNanos(waterfall: Waterfall, row: number): number {
  const span = waterfall.trace.spans[row];
  return span ? span.to - span.from - busyOf(waterfall, row).reduce((sum, [from, to]) => sum + to - from, 0) : 0;
}

/** A caller does nothing of its own: what no child explains is the network, a queue, or somebody who sends no spans. */
export const waits = (span: TraceSpan): boolean => span.kind === 'client' || span.kind === 'producer';

// A path holds no more pieces than the screen has places for them.
const PLACES = 1000;

/** Stretches as one path of rectangles in a box of 1,000 × height. Stretches closer than a place are joined, so the path is bounded whatever the trace. */
export function rectPath(stretches: readonly (readonly [number, number])[], view: View, top: number, height: number): string {
  const scale = PLACES / (view.to - view.from);
  let path = '';
  let open: [number, number] | null = null;
  const close = () => {
    if (open) path += `M${round(open[0])} ${top}h${round(Math.max(1, open[1] - open[0]))}v${height}h${-round(Math.max(1, open[1] - open[0]))}z`;
    open = null;
  };
  for (const [from, to] of stretches) {
    if (to < view.from || from > view.to) continue;
    const left = Math.max(0, (from - view.from) * scale);
    const right = Math.min(PLACES, (to - view.from) * scale);
    if (open !== null && left - open[1] < 1) open[1] = Math.max(open[1], right);
    else {
      close();
      open = [left, right];
    }
  }
  close();
  return path;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Moments as ticks, at most one a place. */
export function tickPath(moments: readonly number[], view: View, top: number, height: number): string {
  const places = new Set<number>();
  for (const at of moments) if (at >= view.from && at <= view.to) places.add(Math.round(((at - view.from) / (view.to - view.from)) * PLACES));
  return [...places].map((x) => `M${x} ${top}v${height}`).join('');
}

/** Four to six round steps of time. */
export function ticksOf(view: View): { percent: number; nanos: number }[] {
  const total = view.to - view.from;
  const rough = total / 5;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].map((lead) => lead * power).find((candidate) => candidate >= rough) ?? rough;
  const ticks: { percent: number; nanos: number }[] = [];
  for (let nanos = Math.ceil(view.from / step) * step; nanos < view.from + total * 0.97; nanos += step) ticks.push({ percent: ((nanos - view.from) / total) * 100, nanos });
  return ticks;
}

export interface Part { name: string; waits: boolean; failed: boolean; nanos: number; row: number }

/** Where the critical path's time went: running in services, waiting for a callee, by name, widest first. `row` is the span with most of it. */
export function whereTimeWent(waterfall: Waterfall): Part[] {
  const sums = new Map<string, Part & { widest: number }>();
  for (const [row, segments] of waterfall.segments) {
    const span = waterfall.trace.spans[row];
    const nanos = segments.reduce((sum, segment) => sum + segment.to - segment.from, 0);
    if (!span || nanos <= 0) continue;
    const waiting = waits(span);
    const name = waiting ? peerOf(waterfall, span) : span.service;
    const key = `${waiting ? 'wait' : 'run'} ${name}`;
    const sum = sums.get(key) ?? { name, waits: waiting, failed: false, nanos: 0, row, widest: 0 };
    const wider = nanos > sum.widest;
    sums.set(key, { ...sum, failed: sum.failed || (waiting && span.failed), nanos: sum.nanos + nanos, row: wider ? row : sum.row, widest: Math.max(sum.widest, nanos) });
  }
  return [...sums.values()].sort((a, b) => b.nanos - a.nanos).map(({ widest: _, ...part }) => part);
}

const PEER_KEYS = ['peer.service', 'db.client.connection.pool.name', 'server.address', 'net.peer.name', 'db.system.name', 'db.system', 'messaging.destination.name'];

/** Whom a caller waits for: the service that answered, or what the caller says of it. */
export function peerOf({ trace, children }: Waterfall, span: TraceSpan): string {
  const answered = children[span.row]?.map((row) => trace.spans[row]).find((child) => child?.kind === 'server' || child?.kind === 'consumer');
  if (answered && answered.service !== '') return answered.service;
  const attributes = attributesOf(trace, span);
  return PEER_KEYS.map((key) => textOf(attributes, key)).find((text) => text !== '') ?? span.name;
}

export const attributesOf = (trace: Trace, span: TraceSpan): Attribute[] => pairs(span.attributes, trace.values);

/**
 * The next or previous span of the critical path, in the order in which the path comes to them first; from a span off the path, the nearest in time.
 * The path comes back to a span after each of its children, so a step never goes to a span already passed.
 */
export function pathStep({ trace, segments }: Waterfall, row: number, by: 1 | -1): number | null {
  const visits = [...new Set(trace.criticalPath.map((segment) => segment.row))];
  if (visits.length === 0) return null;
  if (segments.has(row)) return visits[(visits.indexOf(row) + by + visits.length) % visits.length] ?? null;
  const from = trace.spans[row]?.from ?? 0;
  const after = trace.criticalPath.find((segment) => segment.from >= from)?.row;
  const before = trace.criticalPath.findLast((segment) => segment.from < from)?.row;
  return (by === 1 ? (after ?? visits[0]) : (before ?? visits.at(-1))) ?? null;
}

/** The rows above a row, from its parent up. */
export function pathUp(trace: Trace, row: number): number[] {
  const above: number[] = [];
  for (let at = trace.spans[row]?.parent ?? -1; at >= 0; at = trace.spans[at]?.parent ?? -1) above.push(at);
  return above;
}
