import { useLayoutEffect, useState, type CSSProperties, type PointerEvent } from 'react';
import { useLang, useText } from '../../messages';
import { useTimeWindow, useView } from '../../time/view';
import { clockTime, clockSeconds, dayMonth, type Zone } from '../../time/zone';
import { Icon } from '../icons';
import { setCursor, useCursor, valueAt } from './cursor';
import { Dots, type ChartDot } from './Dots';
import { areaPath, axisLabels, fitScale, gapLimit, gaps, linePath, niceScale, pieces, mergeMarkers, placeMarkers, pushApart, timeTicks, xPercent, yPercent, type Scale, type Span } from './layout';

export type LineTone = 'd1' | 'd2' | 'd3' | 'acc' | 'badl' | 'warnl';
export interface ChartLine {
  id?: string; // when names may be alike
  name: string;
  times: readonly number[];
  values: readonly (number | null)[];
  tone: LineTone;
  area?: boolean;
  pattern?: 'solid' | 'dash' | 'dotted';
  dim?: boolean; // another line is looked at
  stepMs?: number; // points farther apart than this have a gap between them
  format?: (value: number) => string; // when lines of several units share the chart
}
export interface ChartMarker {
  atMs: number;
  kind: 'release' | 'alert' | 'incident';
  label: string;
}
interface TimeChartProps {
  label: string; // for screen readers: what is drawn
  lines: readonly ChartLine[];
  fromMs: number;
  toMs: number;
  format: (value: number) => string;
  markers?: readonly ChartMarker[];
  bands?: readonly Span[]; // shaded while firing
  threshold?: { value: number; label: string } | null;
  height?: number;
  gutter?: number;
  fit?: boolean; // the scale begins near the lowest value instead of at zero
  dots?: readonly ChartDot[]; // each leads to a trace
}

const NO_MARKERS: readonly ChartMarker[] = [];
const NO_BANDS: readonly Span[] = [];
// Ranges left by a drag, so that a double click returns to the one before.
const visited: { from: string | undefined; to: string | undefined }[] = [];

/** A time chart in the page's one style: SVG stretched to the box, all text as HTML over it. */
export function TimeChart({ label, lines, fromMs, toMs, format, markers = NO_MARKERS, bands = NO_BANDS, threshold = null, height = 190, gutter = 64, fit = false, dots }: TimeChartProps) {
  const t = useText();
  const { zone } = useTimeWindow();
  const cursor = useCursor();
  const { plot, drag, width, handlers } = usePointer(fromMs, toMs);
  const range = { fromMs, toMs };
  const all = lines.flatMap((line) => line.values.filter((value): value is number => value !== null && Number.isFinite(value)));
  if (all.length === 0) {
    return (
      <figure className="chart" role="img" aria-label={`${label}: ${t.state.noData}`} style={box(height, 0)}>
        <div className="plot">
          <span className="band gap whole" />
          <span className="note middle">{t.state.noData}</span>
        </div>
      </figure>
    );
  }
  const [lowest, highest] = extremes(all, threshold?.value);
  const scale = fit ? fitScale(lowest, highest) : niceScale(Math.min(0, lowest), Math.max(0, highest));
  const drawn = lines.map((line) => {
    const limit = line.stepMs === undefined ? gapLimit(line.times) : line.stepMs * 1.5;
    return { ...line, found: pieces(line.times, line.values, limit), limit };
  });
  const first = drawn[0];
  const missing = first ? gaps(first.found, toMs, Math.max(first.limit, (toMs - fromMs) / 40)) : [];
  const labels = axisLabels(scale.ticks, format);
  const ends = endLabels(drawn, scale, format, threshold, cursor, toMs, height);
  const figure = (
    <figure className="chart" role="img" aria-label={summary(label, drawn, format, fromMs, toMs, zone)} style={box(height, gutter)}>
      <div className="plot" ref={plot} {...handlers}>
        {bands.map((band) => <span key={band.fromMs} className="band" style={stretch(band, range)} />)}
        {missing.map((gap) => <span key={gap.fromMs} className="band gap" style={stretch(gap, range)} />)}
        <Drawing drawn={drawn} scale={scale} range={range} threshold={threshold} />
        {scale.ticks.filter((tick) => tick !== 0 && tick > scale.min).map((tick) => <span key={tick} className="yl" style={{ top: `${yPercent(tick, scale)}%` }}>{labels.get(tick)}</span>)}
        {ends.map((end) => <span key={end.key} className={`el ${end.tone}`} style={{ top: `${end.at}%` }}>{end.text}</span>)}
        <TimeAxis range={range} width={width} />
        {missing.slice(0, 2).map((gap) => (
          <span key={`note ${gap.fromMs}`} className="note gapnote" style={{ left: `${Math.min(86, Math.max(14, xPercent((gap.fromMs + gap.toMs) / 2, fromMs, toMs)))}%` }}>
            {t.state.noDataFor(gap.toMs - gap.fromMs)}
          </span>
        ))}
        <Markers markers={markers} range={range} width={width} />
        {cursor !== null && cursor >= fromMs && cursor <= toMs && <span className="cursor" style={{ left: `${xPercent(cursor, fromMs, toMs)}%` }}><b>{clockSeconds(cursor, zone)}</b></span>}
        {drag && <span className="band drag" style={stretch({ fromMs: Math.min(drag.from, drag.to), toMs: Math.max(drag.from, drag.to) }, range)} />}
      </div>
    </figure>
  );
  return dots === undefined ? figure : <div className="charted" style={box(height, gutter)}>{figure}<Dots dots={dots} scale={scale} range={range} /></div>;
}

/** Lowest and highest of the values and the threshold; no spread of arguments, for there may be more than a call takes. */
function extremes(values: readonly number[], threshold: number | undefined): [number, number] {
  let lowest = threshold ?? values[0] ?? 0;
  let highest = lowest;
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return [lowest, highest];
}

export const box = (height: number, gutter: number): CSSProperties => ({ ['--h' as string]: height, ['--gut' as string]: `min(${gutter}px, 32vw)` });

/** The pointer over a chart: the shared cursor, dragging a range, going back by a double click, and how wide the plot is. */
export function usePointer(fromMs: number, toMs: number) {
  const { view, setView } = useView();
  const [plot, setPlot] = useState<HTMLDivElement | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const [width, setWidth] = useState(600);
  useLayoutEffect(() => {
    if (!plot) return;
    const watch = new ResizeObserver(() => setWidth(plot.clientWidth));
    watch.observe(plot);
    return () => watch.disconnect();
  }, [plot]);
  const timeAt = (event: PointerEvent): number => {
    const area = plot?.getBoundingClientRect();
    const share = area && area.width > 0 ? Math.min(1, Math.max(0, (event.clientX - area.left) / area.width)) : 0;
    return fromMs + share * (toMs - fromMs);
  };
  const handlers = {
    onPointerMove: (event: PointerEvent) => {
      const at = timeAt(event);
      setCursor(at);
      if (drag) setDrag({ from: drag.from, to: at });
    },
    onPointerLeave: () => {
      setCursor(null);
      setDrag(null);
    },
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType === 'mouse' && event.button === 0) setDrag({ from: timeAt(event), to: timeAt(event) });
    },
    onPointerUp: () => {
      if (drag && Math.abs(drag.to - drag.from) > (toMs - fromMs) / 100) {
        visited.push({ from: view.from, to: view.to });
        setView({ from: String(Math.round(Math.min(drag.from, drag.to))), to: String(Math.round(Math.max(drag.from, drag.to))) });
      }
      setDrag(null);
    },
    onDoubleClick: () => setView(visited.pop() ?? { from: undefined, to: undefined }),
  };
  return { plot: setPlot, drag, width, handlers };
}

function Drawing({ drawn, scale, range, threshold }: { drawn: readonly Drawn[]; scale: Scale; range: Span; threshold: TimeChartProps['threshold'] }) {
  return (
    <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
      {scale.ticks.map((tick) => <line key={tick} className={tick === 0 ? 'g g0' : 'g'} x1="0" x2="1000" y1={yPercent(tick, scale)} y2={yPercent(tick, scale)} />)}
      {drawn.filter((line) => line.area).map((line) => <path key={`area ${line.id ?? line.name}`} className={`area ${line.tone}`} d={areaPath(line.found, range, scale)} />)}
      {drawn.map((line) => <path key={line.id ?? line.name} className={`${line.tone} ${line.pattern ?? ''} ${line.dim ? 'dim' : ''}`} d={linePath(line.found, range, scale)} />)}
      {threshold && <line className="thr" x1="0" x2="1000" y1={yPercent(threshold.value, scale)} y2={yPercent(threshold.value, scale)} />}
    </svg>
  );
}

export function TimeAxis({ range: { fromMs, toMs }, width }: { range: Span; width: number }) {
  const { lang } = useLang();
  const { zone } = useTimeWindow();
  const offsetMs = zone === 'utc' ? 0 : -new Date(toMs).getTimezoneOffset() * 60_000;
  return timeTicks(fromMs, toMs, offsetMs, Math.max(14, (TICK_PX / Math.max(1, width)) * 100)).map((tick) => <span key={tick.ms} className={`xl ${tick.edge ?? 'ph'}`} style={{ left: `${tick.percent}%` }}>{tickText(tick.ms, toMs - fromMs, zone, lang)}</span>);
}

// A time and the space to the next one.
const TICK_PX = 52;
// Markers nearer than their icons are wide stand at the same moment.
const MERGE_PX = 24;

// Width of a marker's label: icon and padding, and an ample width a letter (Korean ones are twice as wide).
const labelPx = (label: string): number => 24 + [...label].reduce((sum, letter) => sum + (letter > '\u1100' ? 12 : 6.5), 0);

export function Markers({ markers, range, width }: { markers: readonly ChartMarker[]; range: Span; width: number }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const shown = mergeMarkers(markers, range, t.marker.several, Math.max(2, (MERGE_PX / Math.max(1, width)) * 100));
  return placeMarkers(shown, range, (marker) => (labelPx(marker.label) / Math.max(1, width)) * 100).map(({ marker, percent, side, labelled }) => (
    <span key={`${marker.kind} ${marker.atMs} ${marker.label}`} className={`mk ${marker.kind === 'incident' ? 'alert' : marker.kind} ${side}`} style={{ left: `${percent}%` }} title={`${marker.label} ${clockTime(marker.atMs, zone)}`}>
      {labelled && <b><Icon name={marker.kind === 'release' ? 'tag' : 'fire'} />{marker.label}</b>}
    </span>
  ));
}

export function stretch(span: Span, range: Span): { left: string; right: string } {
  const left = Math.max(0, xPercent(span.fromMs, range.fromMs, range.toMs));
  const right = Math.max(0, 100 - xPercent(span.toMs, range.fromMs, range.toMs));
  return { left: `${left}%`, right: `${right}%` };
}

function tickText(ms: number, span: number, zone: Zone, lang: string): string {
  return span > 2 * 86_400_000 ? dayMonth(ms, zone, lang) : clockTime(ms, zone);
}

type Drawn = ChartLine & { found: [number, number][][]; limit: number };

// More names than these would not fit beside the plot; a legend says the rest.
const MAX_END_LABELS = 12;

/** Name and last value (or the value under the pointer) at the line's end, pushed apart by 15 px. */
function endLabels(drawn: readonly Drawn[], scale: Scale, format: (value: number) => string, threshold: TimeChartProps['threshold'], cursor: number | null, toMs: number, height: number) {
  const labels = drawn.filter((line) => !line.dim).slice(0, MAX_END_LABELS).flatMap((line) => {
    const write = line.format ?? format;
    const at = cursor ?? toMs;
    const value = valueAt(line.times, line.values, at, line.limit) ?? (cursor === null ? line.found.at(-1)?.at(-1)?.[1] : undefined);
    return value === undefined || value === null ? [] : [{ key: line.id ?? line.name, tone: line.tone as string, at: yPercent(value, scale), text: line.name === '' ? write(value) : `${line.name} ${write(value)}` }];
  });
  if (threshold) labels.push({ key: 'threshold', tone: 'd3', at: yPercent(threshold.value, scale), text: threshold.label });
  const placed = pushApart(labels.map((label) => label.at), (15 / Math.max(40, height - 40)) * 100, 0, 100);
  return labels.map((label, i) => ({ ...label, at: placed[i] ?? label.at }));
}

function summary(label: string, drawn: readonly Drawn[], format: (value: number) => string, fromMs: number, toMs: number, zone: Zone): string {
  const said = drawn.slice(0, 4).map((line) => {
    const known = line.found.flat().map(([, value]) => value);
    const last = known.at(-1);
    return last === undefined ? '' : `${line.name} ${(line.format ?? format)(last)} (${(line.format ?? format)(Math.min(...known))}–${(line.format ?? format)(Math.max(...known))})`;
  });
  return `${label}, ${clockTime(fromMs, zone)}–${clockTime(toMs, zone)}: ${said.filter((part) => part !== '').join('; ')}`;
}
