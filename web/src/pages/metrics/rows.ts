import type { ResultSeries } from '../../api/prometheus';
import type { LineTone } from '../../components/chart/TimeChart';
import { seriesId } from './exploreState';
import type { Format } from './units';

// The series of all queries as rows of one legend: short names that tell them apart, figures, and how each line looks.

export interface Row {
  id: string;
  query: number; // which of the queries
  name: string;
  series: ResultSeries;
  format: Format;
  last: number | null;
  min: number | null;
  max: number | null;
  mean: number | null;
}

export interface RowSource {
  query: string;
  series: readonly ResultSeries[];
  prefix: string; // p99, or the query's letter; empty when there is one query only
  format: Format;
}

export const MAX_LINES = 40;
export const MAX_ROWS = 200;

export function buildRows(sources: readonly RowSource[]): Row[] {
  return sources.flatMap((source, query) => {
    const names = distinctNames(source.series);
    return source.series.map((series, i) => ({ id: seriesId(source.query, series.name), query, name: joined(source.prefix, names[i] ?? ''), series, format: source.format, ...figures(series.values) }));
  });
}

const joined = (prefix: string, name: string): string => (prefix === '' || name === '' ? prefix + name : `${prefix} ${name}`);

/** The values of the labels in which the series differ; a single series needs no name. */
export function distinctNames(series: readonly ResultSeries[]): string[] {
  if (series.length <= 1) return series.map(() => '');
  const keys = [...new Set(series.flatMap((one) => Object.keys(one.labels)))];
  const differing = keys.filter((key) => series.some((one) => one.labels[key] !== series[0]?.labels[key]));
  return series.map((one) => differing.flatMap((key) => one.labels[key] ?? []).join(' ') || '–');
}

function figures(values: readonly (number | null)[]): Pick<Row, 'last' | 'min' | 'max' | 'mean'> {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let known = 0;
  let last: number | null = null;
  for (const value of values) {
    if (value === null) continue;
    last = value;
    known++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return known === 0 ? { last, min: null, max: null, mean: null } : { last, min, max, mean: sum / known };
}

/** Highest last value first; rows seen before keep their places, so that nothing jumps at a refresh. */
export function steadyOrder(rows: readonly Row[], before: readonly string[]): Row[] {
  const place = new Map(before.map((id, i) => [id, i]));
  const value = (row: Row) => row.last ?? -Infinity;
  return [...rows].sort((a, b) => {
    const [left, right] = [place.get(a.id), place.get(b.id)];
    if (left !== undefined && right !== undefined) return left - right;
    if (left !== undefined || right !== undefined) return left !== undefined ? -1 : 1;
    return value(b) - value(a) || (a.name < b.name ? -1 : 1);
  });
}

export interface Drawn { row: Row; tone: LineTone; pattern: 'solid' | 'dash' | 'dotted' }

const TONES = ['d1', 'd2', 'd3'] as const;
const PATTERNS = ['solid', 'dash', 'dotted'] as const;

/** How the row at this place of the legend is drawn: three greys, then the same dashed, then dotted. Colour is kept for the chosen line. */
export const lookOf = (place: number): { tone: LineTone; pattern: Drawn['pattern'] } => ({ tone: TONES[place % 3] ?? 'd3', pattern: PATTERNS[Math.floor(place / 3) % 3] ?? 'solid' });

/** The rows that are drawn: not hidden, with figures, and no more than a chart can show. */
export function drawnRows(rows: readonly Row[], hidden: ReadonlySet<string>, only: string | null): { drawn: Drawn[]; left: number } {
  const alone = only !== null && rows.some((row) => row.id === only) ? only : null;
  const shown = rows.map((row, place) => ({ row, ...lookOf(place) })).filter(({ row }) => row.series.times.length > 0 && (alone === null ? !hidden.has(row.id) : row.id === alone));
  return { drawn: shown.slice(0, MAX_LINES), left: Math.max(0, shown.length - MAX_LINES) };
}
