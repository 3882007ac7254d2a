// Where things stand on a chart. Plain functions of numbers: x and y come out as percent of the plot, y from the top.

export interface Scale {
  min: number;
  max: number;
  ticks: number[];
}

/** A scale from 0 (or below) with two to four round steps, its top at or above the largest value. */
export function niceScale(lowest: number, highest: number, wanted = 4): Scale {
  const min = Math.min(0, lowest);
  const span = Math.max(highest, 0) - min;
  if (!(span > 0) || !Number.isFinite(span)) return { min: 0, max: 1, ticks: [0, 1] };
  const step = niceStep(span / wanted);
  const first = Math.floor(min / step);
  const last = Math.ceil(Math.max(highest, 0) / step - 1e-9);
  const ticks: number[] = [];
  for (let i = first; i <= last; i++) ticks.push(tidy(i * step));
  return { min: first * step, max: tidy(last * step), ticks };
}

/** A scale that ends near the lowest and the highest value instead of at zero, for figures that move little. */
export function fitScale(lowest: number, highest: number, wanted = 4): Scale {
  const span = highest - lowest;
  if (!(span > 0) || !Number.isFinite(span)) return niceScale(lowest, highest, wanted);
  const step = niceStep(span / wanted);
  const first = Math.floor(lowest / step + 1e-9);
  const last = Math.ceil(highest / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => tidy((first + i) * step));
  return { min: tidy(first * step), max: tidy(last * step), ticks };
}

/** The next of 1, 2, 2.5, 5 × 10ⁿ at or above the given step. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const lead = step / power;
  const nice = lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10;
  return nice * power;
}

// 0.1 + 0.2 must label as 0.3.
const tidy = (value: number): number => Number(value.toPrecision(12));

export const yPercent = (value: number, scale: Scale): number => ((scale.max - value) / (scale.max - scale.min)) * 100;
export const xPercent = (ms: number, fromMs: number, toMs: number): number => ((ms - fromMs) / (toMs - fromMs)) * 100;

/** Longest pause between two points that is still drawn as a line: three usual steps. */
export function gapLimit(times: readonly number[]): number {
  const steps: number[] = [];
  for (let i = 1; i < times.length; i++) steps.push((times[i] ?? 0) - (times[i - 1] ?? 0));
  if (steps.length === 0) return Infinity;
  steps.sort((a, b) => a - b);
  return (steps[Math.floor(steps.length / 2)] ?? Infinity) * 3;
}

export interface Span {
  fromMs: number;
  toMs: number;
}

/** The pieces of a line between missing values and pauses longer than `limit`, as arrays of [time, value]. */
export function pieces(times: readonly number[], values: readonly (number | null)[], limit = gapLimit(times)): [number, number][][] {
  const out: [number, number][][] = [];
  let piece: [number, number][] = [];
  const close = () => {
    if (piece.length > 0) out.push(piece);
    piece = [];
  };
  for (let i = 0; i < times.length; i++) {
    const at = times[i] ?? 0;
    const value = values[i];
    if (value === null || value === undefined || !Number.isFinite(value)) {
      close();
      continue;
    }
    const before = piece[piece.length - 1];
    if (before && at - before[0] > limit) close();
    piece.push([at, value]);
  }
  close();
  return out;
}

/** When the first value of some series was measured: a young server has none for most of the time asked for. */
export function firstValueMs(series: readonly { times: readonly number[]; values: readonly (number | null)[] }[]): number | null {
  const firsts = series.flatMap((one) => one.times.find((_, i) => one.values[i] !== null) ?? []);
  return firsts.length === 0 ? null : Math.min(...firsts);
}

/** Stretches of missing data inside [from, to], between the pieces and after the last one; the time before the first record is not a gap. */
export function gaps(found: readonly [number, number][][], toMs: number, limitMs: number): Span[] {
  const out: Span[] = [];
  for (let i = 0; i < found.length; i++) {
    const piece = found[i] ?? [];
    const end = piece[piece.length - 1]?.[0];
    const next = found[i + 1]?.[0]?.[0] ?? toMs;
    if (end !== undefined && next - end > limitMs) out.push({ fromMs: end, toMs: next });
  }
  return out;
}

const short = (value: number): string => Number(value.toFixed(2)).toString();

/** SVG path data of the pieces on a 1000 × 100 box; a lone point becomes a short dash so that it can be seen. */
export function linePath(found: readonly [number, number][][], range: Span, scale: Scale): string {
  const x = (ms: number) => short(xPercent(ms, range.fromMs, range.toMs) * 10);
  const y = (value: number) => short(yPercent(value, scale));
  return found
    .map((piece) => {
      const [first] = piece;
      if (first && piece.length === 1) return `M${x(first[0])} ${y(first[1])}h2`;
      return piece.map(([at, value], i) => `${i === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('');
    })
    .join('');
}

/** The same pieces closed down to the zero line. */
export function areaPath(found: readonly [number, number][][], range: Span, scale: Scale): string {
  const x = (ms: number) => short(xPercent(ms, range.fromMs, range.toMs) * 10);
  const floor = short(yPercent(Math.max(0, scale.min), scale));
  return found
    .filter((piece) => piece.length > 1)
    .map((piece) => {
      const line = piece.map(([at, value], i) => `${i === 0 ? 'M' : 'L'}${x(at)} ${short(yPercent(value, scale))}`).join('');
      return `${line}L${x(piece[piece.length - 1]?.[0] ?? 0)} ${floor}L${x(piece[0]?.[0] ?? 0)} ${floor}Z`;
    })
    .join('');
}

/** Moves labels apart to at least `gap`, keeping their order and staying inside [low, high] while there is room. */
export function pushApart(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at);
  const placed: number[] = [];
  for (const [i, label] of order.entries()) placed.push(i === 0 ? Math.max(low, label.at) : Math.max(label.at, (placed[i - 1] ?? 0) + gap));
  let ceiling = high;
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i] ?? 0, ceiling);
    ceiling = (placed[i] ?? 0) - gap;
  }
  const out = new Array<number>(wanted.length).fill(0);
  for (const [i, label] of order.entries()) out[label.index] = placed[i] ?? 0;
  return out;
}

const MINUTE = 60_000;
const TICK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map((minutes) => minutes * MINUTE);

export interface TimeTick {
  ms: number;
  percent: number;
  edge: 'first' | 'last' | null;
}

/** Both ends of the range, and round times between them that leave `room` percent for their labels. */
export function timeTicks(fromMs: number, toMs: number, offsetMs = 0, room = 14): TimeTick[] {
  const span = toMs - fromMs;
  const step = TICK_STEPS.find((candidate) => span / candidate <= 5) ?? span;
  const ticks: TimeTick[] = [{ ms: fromMs, percent: 0, edge: 'first' }];
  const start = Math.ceil((fromMs + offsetMs) / step) * step - offsetMs;
  for (let ms = start; ms < toMs; ms += step) {
    const percent = xPercent(ms, fromMs, toMs);
    const last = ticks[ticks.length - 1]?.percent ?? 0;
    const endsAlike = Math.floor(ms / MINUTE) === Math.floor(toMs / MINUTE);
    if (!endsAlike && percent - last >= room && percent <= 100 - room) ticks.push({ ms, percent, edge: null });
  }
  ticks.push({ ms: toMs, percent: 100, edge: 'last' });
  return ticks;
}

export interface Placed<T> {
  marker: T;
  percent: number;
  side: 'left' | 'right';
  labelled: boolean;
}

/** Markers of one kind that stand within `near` percent of each other become one; `several` names it. */
export function mergeMarkers<T extends { atMs: number; kind: string; label: string }>(markers: readonly T[], range: Span, several: (kind: T['kind'], n: number) => string, near = 2): T[] {
  const inside = markers.filter((marker) => marker.atMs >= range.fromMs && marker.atMs <= range.toMs).sort((a, b) => a.atMs - b.atMs);
  const groups: T[][] = [];
  for (const marker of inside) {
    const group = groups.findLast((one) => one[0]?.kind === marker.kind);
    const first = group?.[0];
    if (group && first && xPercent(marker.atMs, range.fromMs, range.toMs) - xPercent(first.atMs, range.fromMs, range.toMs) <= near) group.push(marker);
    else groups.push([marker]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return [group.length === 1 ? first : { ...first, label: several(first.kind, group.length) }];
  });
}

/** Markers in time order; a label of `room` percent goes left or right of its line, and is left out when it would touch its neighbours. */
export function placeMarkers<T extends { atMs: number }>(markers: readonly T[], range: Span, room: (marker: T) => number = () => 13): Placed<T>[] {
  const inside = markers.filter((marker) => marker.atMs >= range.fromMs && marker.atMs <= range.toMs).sort((a, b) => a.atMs - b.atMs);
  const placed: Placed<T>[] = [];
  let taken = 0;
  for (const [i, marker] of inside.entries()) {
    const percent = xPercent(marker.atMs, range.fromMs, range.toMs);
    const next = inside[i + 1];
    const free = next ? xPercent(next.atMs, range.fromMs, range.toMs) : 100;
    const need = room(marker);
    const roomLeft = percent - taken >= need;
    const roomRight = free - percent >= need;
    const side = roomLeft && (!roomRight || next !== undefined) ? 'left' : 'right';
    placed.push({ marker, percent, side, labelled: roomLeft || roomRight });
    taken = side === 'right' && roomRight ? percent + need : percent;
  }
  return placed;
}

/** Labels of the value axis: no trailing zeros, and the unit only on the topmost when all share it. */
export function axisLabels(ticks: readonly number[], format: (value: number) => string): Map<number, string> {
  const texts = ticks.map((tick) => format(tick).replace(/\.0+(?=\D|$)/, '').replace(/(\.\d*[1-9])0+(?=\D|$)/, '$1'));
  const unitOf = (text: string): string => /[^\d.,<−]*$/.exec(text)?.[0] ?? '';
  const shown = texts.filter((_, i) => ticks[i] !== 0);
  const unit = unitOf(texts.at(-1) ?? '');
  const shared = shown.every((text) => unitOf(text) === unit);
  return new Map(ticks.map((tick, i) => {
    const text = texts[i] ?? '';
    return [tick, shared && i < ticks.length - 1 ? text.slice(0, text.length - unitOf(text).length) : text];
  }));
}
