// Numbers typeset for comparing: three significant digits, thousands separated, never a bare 0 for something that is not zero.

const NO_BREAK = '\u00a0';
export const DASH = '–';

/** Three significant digits with at most two decimals: 4741 → 4,740, 12.46 → 12.5, 0.038 → 0.04, 0.001 → <0.01. */
export function number3(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  if (value === 0) return '0';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size < 0.005) return `${sign}<0.01`;
  if (size >= 999_500_000) return `${sign}${significant(size / 1e9)}${NO_BREAK}G`;
  if (size >= 999_500) return `${sign}${significant(size / 1e6)}${NO_BREAK}M`;
  return sign + significant(size);
}

function significant(size: number): string {
  // Rounding first, so that 9.996 becomes 10.0 and not 10.00.
  const rounded = Number(size.toPrecision(3));
  const decimals = rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2;
  return group(rounded.toFixed(decimals));
}

function group(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** A count that must be exact (small ones); thousands separated. */
export function count(value: number): string {
  return value < 10_000 ? group(Math.round(value).toString()) : number3(value);
}

/** 0.125 → "12.5 %". */
export const percent = (ratio: number): string => `${number3(ratio * 100)}${NO_BREAK}%`;

/** 12.34 per second → "12.3/s". */
export const rate = (perSecond: number): string => `${number3(perSecond)}/s`;

/** 42.3 → "42.3×". */
export const times = (factor: number): string => `${number3(factor)}×`;

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let unit = 0;
  let rest = size;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(rest).toString() : number3(rest)}${NO_BREAK}${units[unit] ?? 'B'}`;
}

export type Unit = '' | 's' | '/s' | 'ratio' | 'requests';

/** One figure with its unit, as evidence and chart labels write it. */
export function withUnit(value: number, unit: Unit): string {
  switch (unit) {
    case 's':
      return seconds(value);
    case '/s':
      return rate(value);
    case 'ratio':
      return percent(value);
    case 'requests':
      return count(value);
    default:
      return number3(value);
  }
}

/** A measured duration: 1.24 s, 380 ms, 12 µs. Above two minutes as minutes and hours. */
export function seconds(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size === 0) return `0${NO_BREAK}ms`;
  if (size < 0.9995e-6) return `${sign}${significant(size * 1e9)}${NO_BREAK}ns`;
  if (size < 0.9995e-3) return `${sign}${significant(size * 1e6)}${NO_BREAK}µs`;
  if (size < 0.9995) return `${sign}${milliseconds(size)}${NO_BREAK}ms`;
  if (size < 120) return `${sign}${significant(size)}${NO_BREAK}s`;
  if (size < 7200) return `${sign}${significant(size / 60)}${NO_BREAK}min`;
  return `${sign}${significant(size / 3600)}${NO_BREAK}h`;
}

function milliseconds(size: number): string {
  const ms = size * 1000;
  return ms >= 10 ? group(Math.round(ms).toString()) : significant(ms);
}

export const nanos = (value: number): string => seconds(value / 1e9);

/** "1 in 8" as numbers: the plain fraction a reader remembers, or null when a percentage says it better. */
export function oneIn(ratio: number): { part: number; whole: number } | null {
  if (!(ratio > 0) || ratio >= 0.95) return null;
  if (ratio <= 0.55) {
    const whole = Math.round(1 / ratio);
    return whole >= 2 && whole <= 100 && near(1 / whole, ratio) ? { part: 1, whole } : null;
  }
  for (const [part, whole] of [[2, 3], [3, 4], [4, 5], [9, 10]] as const) {
    if (Math.abs(part / whole - ratio) <= 0.03) return { part, whole };
  }
  return null;
}

const near = (guess: number, truth: number): boolean => Math.abs(guess - truth) / truth <= 0.12;
