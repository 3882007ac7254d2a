import { parseExpr, writeLabel, writeSelector, type Expr, type Filter } from '../../promql/syntax';

// What somebody who knows no PromQL chooses, and the query it stands for: `write` makes the query, `read` finds the choice again in a
// query that anybody may have edited since. A query of another form reads as null and is left alone.

export type Way = 'value' | 'sum' | 'avg' | 'max' | 'min' | 'rate' | 'increase' | 'quantiles' | 'mean' | 'observations';
export type Kind = 'counter' | 'gauge' | 'histogram' | 'nativeHistogram' | 'summary';

export interface Choice {
  metric: string; // a classic histogram without _bucket
  kind: Kind;
  way: Way;
  quantiles: number[];
  filters: Filter[];
  by: string[] | null; // null: every series apart
  window: string;
}

export const QUANTILES = [0.5, 0.9, 0.99];

export const WAYS: Record<Kind, readonly Way[]> = {
  counter: ['rate', 'increase', 'value'],
  gauge: ['value', 'sum', 'avg', 'max', 'min'],
  histogram: ['quantiles', 'mean', 'observations'],
  nativeHistogram: ['quantiles', 'mean', 'observations'],
  summary: ['value', 'max'],
};

/** The query most people want of a metric of this kind: counters per second, histograms as quantiles, gauges as they are. */
export function firstChoice(metric: string, kind: Kind, window: string): Choice {
  const way = WAYS[kind][0] ?? 'value';
  return { metric, kind, way, quantiles: way === 'quantiles' ? QUANTILES : [], filters: [], by: way === 'value' ? null : [], window };
}

/** Another way to see the same series: filters and grouping stay where they make sense. */
export function withWay(choice: Choice, way: Way): Choice {
  const addsUp = way === 'sum' || way === 'avg' || way === 'max' || way === 'min';
  const by = way === 'value' ? null : choice.way === 'value' || addsUp ? (choice.by ?? []) : choice.by;
  return { ...choice, way, by, quantiles: way === 'quantiles' ? QUANTILES : [] };
}

/** Groups by a label, or no longer. A value is seen apart until it is grouped, and grouping adds it up. */
export function toggleBy(choice: Choice, label: string): Choice {
  const before = choice.by ?? [];
  const by = before.includes(label) ? before.filter((one) => one !== label) : [...before, label];
  return { ...choice, by, way: choice.way === 'value' ? (choice.kind === 'summary' ? 'max' : 'sum') : choice.way };
}

/** Every series by itself again. */
export const apart = (choice: Choice): Choice => (choice.way === 'sum' || choice.way === 'avg' || choice.way === 'max' || choice.way === 'min' ? withWay(choice, 'value') : { ...choice, by: null });

export const toggleFilter = (choice: Choice, filter: Filter): Choice => {
  const same = (one: Filter) => one.label === filter.label && one.op === filter.op && one.value === filter.value;
  return { ...choice, filters: choice.filters.some(same) ? choice.filters.filter((one) => !same(one)) : [...choice.filters, filter] };
};

/** The queries of a choice: one, or one a quantile. */
export function writeChoice(choice: Choice): string[] {
  if (choice.way === 'quantiles') return choice.quantiles.map((quantile) => `histogram_quantile(${quantile}, ${bucketRate(choice)})`);
  return [single(choice)];
}

function single(choice: Choice): string {
  const { metric, filters, by, window, kind, way } = choice;
  const rate = (suffix: string, name = 'rate') => `${name}(${writeSelector(metric + suffix, filters)}[${window}])`;
  switch (way) {
    case 'value': return writeSelector(metric, filters);
    case 'sum': case 'avg': case 'max': case 'min': return grouped(way, by ?? [], writeSelector(metric, filters));
    case 'rate': case 'increase': return grouped('sum', by, rate('', way));
    case 'mean': return kind === 'nativeHistogram' ? `histogram_avg(${grouped('sum', by, rate(''))})` : `${grouped('sum', by, rate('_sum'))} / ${grouped('sum', by, rate('_count'))}`;
    default: return grouped('sum', by, kind === 'nativeHistogram' ? `histogram_count(${rate('')})` : rate('_count'));
  }
}

function bucketRate(choice: Choice): string {
  if (choice.kind === 'nativeHistogram') return grouped('sum', choice.by, `rate(${writeSelector(choice.metric, choice.filters)}[${choice.window}])`);
  return grouped('sum', choice.by === null ? null : ['le', ...choice.by], `rate(${writeSelector(`${choice.metric}_bucket`, choice.filters)}[${choice.window}])`);
}

function grouped(op: string, by: readonly string[] | null, inner: string): string {
  if (by === null) return inner;
  return by.length === 0 ? `${op}(${inner})` : `${op} by (${by.map(writeLabel).join(', ')}) (${inner})`;
}

/** What a query chooses, when it has the form of a choice. `kindOf` tells what is known of a metric. */
export function readChoice(query: string, kindOf: (metric: string) => { metric: string; kind: Kind } | null): Choice | null {
  const expr = parseExpr(query);
  const found = expr === null ? null : shapeOf(expr);
  if (found === null) return null;
  return known(found, kindOf);
}

type Shape = Omit<Choice, 'kind'>;

function known(shape: Shape, kindOf: (metric: string) => { metric: string; kind: Kind } | null): Choice | null {
  if (shape.way === 'quantiles' || shape.way === 'mean') {
    const classic = shape.metric.endsWith('_bucket') || shape.metric.endsWith('_sum');
    return { ...shape, kind: classic ? 'histogram' : 'nativeHistogram', metric: shape.metric.replace(/_(bucket|sum)$/, '') };
  }
  const catalogued = kindOf(shape.metric);
  if (shape.way === 'observations') return { ...shape, kind: 'nativeHistogram' };
  if (!catalogued) return { ...shape, kind: shape.way === 'rate' || shape.way === 'increase' ? 'counter' : 'gauge' };
  const family = catalogued.kind === 'histogram';
  if (family && shape.way === 'rate' && shape.metric === `${catalogued.metric}_count`) return { ...shape, metric: catalogued.metric, kind: 'histogram', way: 'observations' };
  // A part of a histogram by itself (x_bucket, x_sum) is a counter like any other.
  return { ...shape, kind: family ? 'counter' : catalogued.kind };
}

function shapeOf(expr: Expr): Shape | null {
  if (expr.kind === 'call' && expr.name === 'histogram_quantile') return quantileShape(expr.args);
  if (expr.kind === 'call' && expr.name === 'histogram_avg' && expr.args.length === 1) {
    const inner = expr.args[0] && rateShape(expr.args[0]);
    return inner && inner.way === 'rate' ? { ...inner, way: 'mean' } : null;
  }
  if (expr.kind === 'binary') return meanShape(expr);
  return rateShape(expr);
}

function quantileShape(args: readonly Expr[]): Shape | null {
  const [quantile, inner] = args;
  if (args.length !== 2 || quantile?.kind !== 'number' || !inner) return null;
  const shape = rateShape(inner);
  if (!shape || shape.way !== 'rate') return null;
  const classic = shape.metric.endsWith('_bucket');
  if (classic && shape.by !== null && !shape.by.includes('le')) return null;
  return { ...shape, way: 'quantiles', quantiles: [quantile.value], by: classic ? (shape.by?.filter((label) => label !== 'le') ?? null) : shape.by };
}

function meanShape(expr: Extract<Expr, { kind: 'binary' }>): Shape | null {
  if (expr.op !== '/' || !expr.plain) return null;
  const sum = rateShape(expr.left);
  const count = rateShape(expr.right);
  if (!sum || !count || sum.way !== 'rate' || !sum.metric.endsWith('_sum')) return null;
  const twin = { ...sum, metric: sum.metric.replace(/_sum$/, '_count') };
  return JSON.stringify(twin) === JSON.stringify(count) ? { ...sum, way: 'mean' } : null;
}

function rateShape(expr: Expr): Shape | null {
  if (expr.kind === 'aggregate') return aggregateShape(expr);
  if (expr.kind === 'selector') return expr.window !== null || expr.metric === '' ? null : { metric: expr.metric, way: 'value', quantiles: [], filters: expr.filters, by: null, window: '5m' };
  if (expr.kind !== 'call') return null;
  const [inner] = expr.args;
  if (expr.args.length !== 1 || !inner) return null;
  if (expr.name === 'histogram_count') {
    const counted = rateShape(inner);
    return counted?.way === 'rate' && counted.by === null ? { ...counted, way: 'observations' } : null;
  }
  if ((expr.name !== 'rate' && expr.name !== 'increase') || inner.kind !== 'selector' || inner.window === null || inner.metric === '') return null;
  return { metric: inner.metric, way: expr.name, quantiles: [], filters: inner.filters, by: null, window: inner.window };
}

function aggregateShape(expr: Extract<Expr, { kind: 'aggregate' }>): Shape | null {
  const [arg] = expr.args;
  if (expr.without || expr.args.length !== 1 || !arg) return null;
  const inner = rateShape(arg);
  if (!inner || inner.by !== null) return null;
  if (inner.way === 'value') return expr.op === 'sum' || expr.op === 'avg' || expr.op === 'max' || expr.op === 'min' ? { ...inner, way: expr.op, by: expr.labels } : null;
  return expr.op === 'sum' ? { ...inner, by: expr.labels } : null;
}

/** The rows that show one choice together: p50, p90 and p99 of the same series. */
export interface Group { choice: Choice; rows: number[] }

/** The choice behind one row, with the other rows that differ from it by the quantile only. */
export function groupAt(readings: readonly (Choice | null)[], at: number): Group | null {
  const chosen = readings[at];
  if (!chosen) return null;
  if (chosen.way !== 'quantiles') return { choice: chosen, rows: [at] };
  const key = (choice: Choice) => JSON.stringify({ ...choice, quantiles: [] });
  const rows = readings.flatMap((reading, i) => (reading?.way === 'quantiles' && key(reading) === key(chosen) ? [i] : []));
  return { choice: { ...chosen, quantiles: rows.flatMap((row) => readings[row]?.quantiles ?? []) }, rows };
}

/** The rows with those of one group replaced by what the choice says now. */
export function replaceGroup(queries: readonly string[], rows: readonly number[], choice: Choice, most: number): string[] {
  const first = rows[0] ?? queries.length;
  const kept = (from: number, to: number) => queries.slice(from, to).filter((_, i) => !rows.includes(from + i));
  return [...kept(0, first), ...writeChoice(choice), ...kept(first, queries.length)].slice(0, most);
}

/** How far a rate looks back: five minutes, or one step when that is longer, so that no sample is skipped. */
export function windowFor(stepSeconds: number): string {
  if (stepSeconds <= 300) return '5m';
  return stepSeconds % 3600 === 0 ? `${stepSeconds / 3600}h` : `${Math.ceil(stepSeconds / 60)}m`;
}
