import { box, Markers, stretch, TimeAxis, usePointer } from '../../components/chart/TimeChart';
import type { ChartMarker } from '../../components/chart/TimeChart';
import { setCursor, useCursor } from '../../components/chart/cursor';
import { axisLabels, niceScale, pushApart, xPercent, yPercent } from '../../components/chart/layout';
import { count } from '../../format/number';
import { useText } from '../../messages';
import type { Range } from '../../time/range';
import { useTimeWindow } from '../../time/view';
import { clockSeconds, clockTime } from '../../time/zone';
import { barAt, barPath, CLASSES, highest, type Bars, type LevelClass } from './levels';

const HEIGHT = 150;
const FILL: Record<LevelClass, string> = { other: 'b0', info: 'b1', warn: 'bw', bad: 'bb' };
const LABEL: Record<LevelClass, string> = { other: 'd3', info: 'd3', warn: 'warnl', bad: 'badl' };

/** Records by level over time as bars; dragging over them zooms, a double click goes back. */
export function LevelHistogram({ bars, range, markers }: { bars: Bars; range: Range; markers: readonly ChartMarker[] }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const cursor = useCursor();
  const { plot, drag, width, handlers } = usePointer(range.fromMs, range.toMs);
  const scale = niceScale(0, Math.max(1, highest(bars)), 3);
  const at = cursor !== null && cursor >= range.fromMs && cursor <= range.toMs ? barAt(bars, cursor) : null;
  const labels = axisLabels(scale.ticks, count);
  const present = CLASSES.filter((level) => bars.by[level].some((value) => value > 0));
  const names = present.map((level) => ({ level, value: at === null ? sum(bars.by[level]) : (bars.by[level][at] ?? 0) })).reverse();
  const places = pushApart(names.map((_, i) => 8 + i * 16), (15 / (HEIGHT - 40)) * 100, 0, 100);
  return (
    <figure className="chart" role="img" aria-label={summary(t.logs.histogram(names.map(({ level, value }) => `${t.logs.levelClass[level]} ${count(value)}`)), range, zone)} style={box(HEIGHT, 104)}>
      <div className="plot" ref={plot} {...handlers} onPointerLeave={() => { handlers.onPointerLeave(); setCursor(null); }}>
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          {scale.ticks.map((tick) => <line key={tick} className={tick === 0 ? 'g g0' : 'g'} x1="0" x2="1000" y1={yPercent(tick, scale)} y2={yPercent(tick, scale)} />)}
          {present.map((level) => <path key={level} className={`bars ${FILL[level]}`} d={barPath(bars, level, range, scale.max)} />)}
        </svg>
        {scale.ticks.filter((tick) => tick !== 0).map((tick) => <span key={tick} className="yl" style={{ top: `${yPercent(tick, scale)}%` }}>{labels.get(tick)}</span>)}
        {names.map(({ level, value }, i) => <span key={level} className={`el ${LABEL[level]}`} style={{ top: `${places[i] ?? 0}%` }}>{t.logs.levelClass[level]} {count(value)}</span>)}
        <TimeAxis range={range} width={width} />
        <Markers markers={markers} range={range} width={width} />
        {at !== null && cursor !== null && <span className="cursor" style={{ left: `${xPercent(cursor, range.fromMs, range.toMs)}%` }}><b>{clockSeconds((bars.times[at] ?? 0) - bars.stepMs, zone)}</b></span>}
        {drag && <span className="band drag" style={stretch({ fromMs: Math.min(drag.from, drag.to), toMs: Math.max(drag.from, drag.to) }, range)} />}
      </div>
    </figure>
  );
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const summary = (said: string, range: Range, zone: 'browser' | 'utc'): string => `${said}, ${clockTime(range.fromMs, zone)}–${clockTime(range.toMs, zone)}`;
