import type { Series } from '../../api/bongsu';
import { levelTone } from '../../components/logLevel';

// Records by level over time, as bars that stand on each other: the quiet ones at the bottom, what is wrong on top.

export type LevelClass = 'bad' | 'warn' | 'info' | 'other';
/** From the bottom up. */
export const CLASSES: readonly LevelClass[] = ['other', 'info', 'warn', 'bad'];

export function classOf(level: string): LevelClass {
  const tone = levelTone(level);
  if (tone !== '') return tone;
  return /^(info|information|notice)/i.test(level) ? 'info' : 'other';
}

export interface Bars {
  times: number[]; // the end of each bar
  stepMs: number;
  by: Record<LevelClass, number[]>;
  total: number;
  bad: number; // warnings and errors
  unknown: number; // records without a level
}

/** Sums series of levels into the classes, on a grid of steps from `fromMs`; steps without a record count 0, since the range was read whole. */
export function barsOf(series: readonly Series[], fromMs: number, toMs: number, stepMs: number): Bars {
  const count = Math.max(1, Math.round((toMs - fromMs) / stepMs) + 1);
  const times = Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
  const by = Object.fromEntries(CLASSES.map((one) => [one, new Array<number>(count).fill(0)])) as Record<LevelClass, number[]>;
  for (const one of series) {
    const bars = by[classOf(one.name)];
    for (const [i, at] of one.times.entries()) {
      const slot = Math.round((at - fromMs) / stepMs);
      if (slot >= 0 && slot < count) bars[slot] = (bars[slot] ?? 0) + (one.values[i] ?? 0);
    }
  }
  const sum = (level: LevelClass): number => by[level].reduce((all, value) => all + value, 0);
  return { times, stepMs, by, total: CLASSES.reduce((all, level) => all + sum(level), 0), bad: sum('bad') + sum('warn'), unknown: series.filter((one) => one.name === '').reduce((all, one) => all + one.values.reduce<number>((some, value) => some + (value ?? 0), 0), 0) };
}

/** The highest bar. */
export const highest = (bars: Bars): number => bars.times.reduce((most, _, i) => Math.max(most, CLASSES.reduce((sum, level) => sum + (bars.by[level][i] ?? 0), 0)), 0);

const short = (value: number): string => Number(value.toFixed(2)).toString();

/** The bars of one class as SVG path data on a 1000 × 100 box, standing on the classes below; a bar covers the step before its time. */
export function barPath(bars: Bars, level: LevelClass, range: { fromMs: number; toMs: number }, top: number): string {
  const below = CLASSES.slice(0, CLASSES.indexOf(level));
  const x = (ms: number): number => Math.min(1000, Math.max(0, ((ms - range.fromMs) / (range.toMs - range.fromMs)) * 1000));
  return bars.times.map((at, i) => {
    const value = bars.by[level][i] ?? 0;
    const left = x(at - bars.stepMs);
    const width = (x(at) - left) * 0.86;
    if (value === 0 || width <= 0) return '';
    const base = below.reduce((sum, one) => sum + (bars.by[one][i] ?? 0), 0);
    const y = 100 - (base / top) * 100;
    return `M${short(left)} ${short(y)}v${short((-value / top) * 100)}h${short(width)}V${short(y)}Z`;
  }).join('');
}

/** The index of the bar under a time; past the last one it is the last. */
export function barAt(bars: Bars, ms: number): number {
  const at = bars.times.findIndex((end) => ms <= end);
  return at === -1 ? bars.times.length - 1 : at;
}

/** Start and end for a count by steps: multiples of the step, so that bars stay where they are at every refresh. */
export function grid(fromMs: number, toMs: number, stepMs: number): { fromMs: number; toMs: number } {
  const first = (Math.floor(fromMs / stepMs) + 1) * stepMs;
  return { fromMs: first, toMs: Math.max(first, Math.ceil(toMs / stepMs) * stepMs) };
}
