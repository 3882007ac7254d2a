import { bytes, DASH, number3, percent, seconds } from '../../format/number';
import type { Expr } from '../../promql/syntax';

// What a query's values are measured in, followed from the metric's unit through the expression, and how they are written.

export interface Measure {
  unit: string; // '', 'seconds', 'bytes', 'ratio', 'percent', or any word the metric brings
  perSecond: boolean;
}

const PLAIN: Measure = { unit: '', perSecond: false };
const SUFFIXES = ['seconds', 'bytes', 'ratio', 'percent', 'celsius', 'volts', 'amperes', 'joules', 'watts', 'meters', 'grams', 'hertz', 'milliseconds', 'microseconds', 'nanoseconds'];
// OpenTelemetry's units are UCUM; a word in braces only says what is counted.
const UCUM: Record<string, string> = { s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds', By: 'bytes', '1': '', '%': 'percent', Cel: 'celsius' };

/** The unit of a metric: as told, else as its name ends. Times of day are no durations. */
export function unitOfMetric(name: string, told: string): string {
  const stem = name.replace(/_(total|sum|bucket|count)$/, '');
  if (name.endsWith('_count') || /_(timestamp|start_time)_seconds$/.test(stem)) return '';
  if (told !== '') return UCUM[told] ?? (told.startsWith('{') ? '' : told);
  return SUFFIXES.find((suffix) => stem === suffix || stem.endsWith(`_${suffix}`)) ?? '';
}

/** The measure of an expression; plain numbers where nothing certain can be said. */
export function measureOf(expr: Expr, unitOf: (metric: string) => string): Measure {
  switch (expr.kind) {
    case 'selector': return { unit: unitOf(expr.metric), perSecond: false };
    case 'aggregate': return ['count', 'count_values', 'group'].includes(expr.op) ? PLAIN : argument(expr.args.at(-1), unitOf);
    case 'call': return callMeasure(expr.name, expr.args, unitOf);
    case 'binary': return binaryMeasure(expr, unitOf);
    default: return PLAIN;
  }
}

const argument = (expr: Expr | undefined, unitOf: (metric: string) => string): Measure => (expr ? measureOf(expr, unitOf) : PLAIN);

const SAME = new Set(['abs', 'ceil', 'floor', 'round', 'clamp', 'clamp_max', 'clamp_min', 'sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc', 'label_replace', 'label_join', 'last_over_time', 'first_over_time', 'avg_over_time', 'min_over_time', 'max_over_time', 'sum_over_time', 'stddev_over_time', 'increase', 'delta', 'idelta', 'predict_linear', 'double_exponential_smoothing', 'histogram_sum', 'histogram_avg', 'info']);

function callMeasure(name: string, args: readonly Expr[], unitOf: (metric: string) => string): Measure {
  if (name === 'rate' || name === 'irate' || name === 'deriv') return { unit: argument(args[0], unitOf).unit, perSecond: true };
  if (name === 'histogram_quantile') return { unit: argument(args[1], unitOf).unit, perSecond: false };
  if (name === 'histogram_avg') return { unit: argument(args[0], unitOf).unit, perSecond: false };
  if (name === 'histogram_count') return { unit: '', perSecond: argument(args[0], unitOf).perSecond };
  if (name === 'quantile_over_time') return argument(args[1], unitOf);
  return SAME.has(name) ? argument(args[0], unitOf) : PLAIN;
}

function binaryMeasure(expr: Extract<Expr, { kind: 'binary' }>, unitOf: (metric: string) => string): Measure {
  const left = measureOf(expr.left, unitOf);
  const right = measureOf(expr.right, unitOf);
  const same = left.unit === right.unit && left.perSecond === right.perSecond;
  if (expr.op === '+' || expr.op === '-') return same || expr.right.kind === 'number' ? left : PLAIN;
  // Seconds per second over requests per second are seconds a request.
  if (expr.op === '/') return left.perSecond === right.perSecond && right.unit === '' && expr.right.kind !== 'number' && left.unit !== '' ? { unit: left.unit, perSecond: false } : PLAIN;
  return ['>', '<', '>=', '<=', '==', '!=', 'and', 'or', 'unless'].includes(expr.op.toLowerCase()) && expr.plain ? left : PLAIN;
}

export type Format = (value: number) => string;
const NB = '\u00a0';

/** Writes values of a measure for reading. */
export function formatOf({ unit, perSecond }: Measure): Format {
  const per = perSecond ? '/s' : '';
  switch (unit) {
    case 'seconds': return perSecond ? (value) => `${figure(value)}${NB}s/s` : seconds;
    case 'milliseconds': return perSecond ? (value) => `${figure(value)}${NB}ms/s` : (value) => seconds(value / 1e3);
    case 'microseconds': return perSecond ? (value) => `${figure(value)}${NB}µs/s` : (value) => seconds(value / 1e6);
    case 'nanoseconds': return perSecond ? (value) => `${figure(value)}${NB}ns/s` : (value) => seconds(value / 1e9);
    case 'bytes': return (value) => (value < 0 ? '−' : '') + bytes(Math.abs(value)) + per;
    case 'ratio': return (value) => percent(value) + per;
    case 'percent': return (value) => `${figure(value)}${NB}%${per}`;
    case 'celsius': return (value) => `${figure(value)}${NB}°C${per}`;
    case '': return (value) => figure(value) + per;
    default: return (value) => `${figure(value)}${NB}${unit}${per}`;
  }
}

/** Three significant digits at any size: 41.0, 0.0213, 3.10e−9; a metric may live near zero. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return DASH;
  if (size === 0 || (size >= 0.9995 && size < 999.5e9)) return number3(value);
  const text = size >= 1e-6 && size < 0.9995 ? size.toPrecision(3) : size.toExponential(2).replace('e+', 'e').replace('e-', 'e−');
  return (value < 0 ? '−' : '') + text;
}

/** A sample as the server wrote it: figures by their measure, NaN and ±Inf by their name. */
export function sampleText(last: string | null, format: Format): string {
  if (last === null) return DASH;
  const value = Number(last);
  return Number.isFinite(value) && last.trim() !== '' ? format(value) : last;
}
