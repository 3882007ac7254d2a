import type { MetricRow } from '../../api/tempo';
import { durationText } from './traceql';

// Durations over time, in cells. Rows are powers of two ns, as the server counts them: row e holds durations above 2^(e-1) and up to 2^e.

export interface HeatMap {
  fromMs: number;
  stepMs: number;
  columns: number;
  lowest: number; // exponent of the lowest row
  rows: number; // from the lowest up
  counts: readonly Float64Array[]; // by row from the lowest, then column
  most: number;
  total: number;
}

export interface Area {
  fromMs: number;
  toMs: number;
  lowNanos: number; // durations above
  highNanos: number | null; // and up to; null: any
}

/** A rectangle of cells, ends included; rows from the lowest. */
export interface Cells { left: number; right: number; bottom: number; top: number }

const LEAST_ROWS = 6;

export function buildHeatMap(series: readonly MetricRow[], fromMs: number, toMs: number, stepMs: number): HeatMap {
  const first = Math.floor(fromMs / stepMs) * stepMs;
  const columns = Math.max(1, Math.ceil((toMs - first) / stepMs));
  const found = series.flatMap((one) => {
    const upper = Number(one.labels['__bucket']) * 1e9;
    return Number.isFinite(upper) ? [{ exponent: upper <= 1 ? 0 : Math.round(Math.log2(upper)), one }] : [];
  }).filter(({ one }) => one.values.some((value) => value > 0));
  const exponents = found.map(({ exponent }) => exponent);
  const highest = exponents.length === 0 ? LEAST_ROWS - 1 : Math.max(...exponents);
  const lowest = Math.max(0, Math.min(exponents.length === 0 ? 0 : Math.min(...exponents), highest - LEAST_ROWS + 1));
  const rows = highest - lowest + 1;
  const counts = Array.from({ length: rows }, () => new Float64Array(columns));
  let most = 0;
  let total = 0;
  for (const { exponent, one } of found) {
    const row = counts[exponent - lowest];
    for (const [i, at] of one.times.entries()) {
      const column = Math.floor((at - first) / stepMs);
      const value = one.values[i] ?? 0;
      if (!row || column < 0 || column >= columns || !(value > 0)) continue;
      row[column] = (row[column] ?? 0) + value;
      most = Math.max(most, row[column] ?? 0);
      total += value;
    }
  }
  return { fromMs: first, stepMs, columns, lowest, rows, counts, most, total };
}

export const lowOf = (map: HeatMap, row: number): number => (map.lowest + row === 0 ? 0 : 2 ** (map.lowest + row - 1));
export const highOf = (map: HeatMap, row: number): number => 2 ** (map.lowest + row);

export const SHADES = 5;

/** 0 for none, 1 to 5 by the logarithm of the count: a single slow span beside thousands of quick ones stays in sight. */
export function shade(count: number, most: number): number {
  if (!(count > 0)) return 0;
  return most <= 1 ? SHADES : 1 + Math.min(SHADES - 1, Math.floor((Math.log(count) / Math.log(most)) * SHADES));
}

/** One path a shade, in units of cells, y from the top. */
export function shadePaths(map: HeatMap): string[] {
  const paths = Array.from({ length: SHADES }, () => '');
  for (let row = 0; row < map.rows; row++) {
    const y = map.rows - 1 - row;
    for (let column = 0; column < map.columns; column++) {
      const of = shade(map.counts[row]?.[column] ?? 0, map.most);
      if (of > 0) paths[of - 1] += `M${column} ${y}h1v1h-1z`;
    }
  }
  return paths;
}

export function areaOf(map: HeatMap, cells: Cells): Area {
  return { fromMs: map.fromMs + cells.left * map.stepMs, toMs: map.fromMs + (cells.right + 1) * map.stepMs, lowNanos: lowOf(map, cells.bottom), highNanos: highOf(map, cells.top) };
}

/** The cells that an area covers, at least one; null when it lies outside. */
export function cellsOf(map: HeatMap, area: Area): Cells | null {
  const left = Math.max(0, Math.floor((area.fromMs - map.fromMs) / map.stepMs));
  const right = Math.min(map.columns - 1, Math.ceil((area.toMs - map.fromMs) / map.stepMs) - 1);
  const rowOf = (nanos: number) => (nanos <= 1 ? 0 : Math.ceil(Math.log2(nanos) - 1e-9)) - map.lowest;
  const bottom = Math.max(0, area.lowNanos <= 0 ? 0 : rowOf(area.lowNanos) + 1);
  const top = area.highNanos === null ? map.rows - 1 : Math.min(map.rows - 1, rowOf(area.highNanos));
  return left > right || bottom > top ? null : { left, right, bottom, top };
}

export function countIn(map: HeatMap, cells: Cells): number {
  let sum = 0;
  for (let row = cells.bottom; row <= cells.top; row++) for (let column = cells.left; column <= cells.right; column++) sum += map.counts[row]?.[column] ?? 0;
  return sum;
}

/** Which end of the durations an area holds: all above some length, all below one, or neither. */
export function endOf(map: HeatMap, cells: Cells): 'slow' | 'fast' | 'some' {
  const filled = Array.from({ length: map.rows }, (_, row) => (map.counts[row] ?? []).some((count) => count > 0));
  const lowest = filled.indexOf(true);
  const highest = filled.lastIndexOf(true);
  if (cells.top >= highest && cells.bottom > lowest) return 'slow';
  return cells.bottom <= lowest && cells.top < highest ? 'fast' : 'some';
}

/** The area as a condition of TraceQL; its times are those of the search. */
export function conditionOf({ lowNanos, highNanos }: Area): string {
  const parts = [lowNanos > 0 ? `duration > ${durationText(lowNanos)}` : '', highNanos !== null ? `duration <= ${durationText(highNanos)}` : ''].filter((part) => part !== '');
  return parts.length === 0 ? 'duration >= 0s' : parts.join(' && ');
}

export const writeArea = ({ fromMs, toMs, lowNanos, highNanos }: Area): string => `${Math.floor(fromMs)}-${Math.ceil(toMs)}-${Math.round(lowNanos)}-${highNanos === null ? '' : Math.round(highNanos)}`;

export function readArea(text: string | undefined): Area | null {
  const match = /^(\d{1,16})-(\d{1,16})-(\d{1,19})-(\d{0,19})$/.exec(text ?? '');
  if (!match) return null;
  const area = { fromMs: Number(match[1]), toMs: Number(match[2]), lowNanos: Number(match[3]), highNanos: match[4] === '' ? null : Number(match[4]) };
  return area.fromMs < area.toMs && (area.highNanos === null || area.lowNanos < area.highNanos) ? area : null;
}
