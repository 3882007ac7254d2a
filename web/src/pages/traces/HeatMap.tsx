import { useId, useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { seconds } from '../../format/number';
import { useLang, useText } from '../../messages';
import { timeTicks } from '../../components/chart/layout';
import { useTimeWindow } from '../../time/view';
import { clockSeconds, clockTime, dayMonth } from '../../time/zone';
import { areaOf, cellsOf, countIn, highOf, lowOf, shadePaths, type Area, type Cells, type HeatMap as Map } from './cells';

interface Cell { column: number; row: number }

const cellsBetween = (a: Cell, b: Cell): Cells => ({ left: Math.min(a.column, b.column), right: Math.max(a.column, b.column), bottom: Math.min(a.row, b.row), top: Math.max(a.row, b.row) });
const KEYS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const TICK_SHARE = 9;

/** Durations over time; a rectangle of cells is marked by dragging, or with Shift and the arrow keys. */
export function HeatMap({ map, area, mark }: { map: Map; area: Area | null; mark: (area: Area | null) => void }) {
  const t = useText();
  const { lang } = useLang();
  const { zone } = useTimeWindow();
  const help = useId();
  const [drag, setDrag] = useState<{ from: Cell; to: Cell } | null>(null);
  const [cursor, setCursor] = useState<{ at: Cell; anchor: Cell } | null>(null);
  const [focused, setFocused] = useState(false);
  const paths = useMemo(() => shadePaths(map), [map]);
  const toMs = map.fromMs + map.columns * map.stepMs;
  const cellAt = (event: PointerEvent<HTMLElement>): Cell => {
    const box = event.currentTarget.getBoundingClientRect();
    const clamp = (value: number, most: number) => Math.max(0, Math.min(most - 1, Math.floor(value)));
    return { column: clamp(((event.clientX - box.left) / Math.max(1, box.width)) * map.columns, map.columns), row: map.rows - 1 - clamp(((event.clientY - box.top) / Math.max(1, box.height)) * map.rows, map.rows) };
  };
  const onKey = (event: KeyboardEvent) => {
    const step = KEYS[event.key];
    if (event.key === 'Escape') {
      mark(null);
      setCursor(cursor && { at: cursor.at, anchor: cursor.at });
    } else if (event.key === 'Enter' && cursor) mark(areaOf(map, cellsBetween(cursor.at, cursor.anchor)));
    else if (step) {
      const before = cursor?.at ?? { column: map.columns - 1, row: map.rows - 1 };
      const at = cursor === null ? before : { column: Math.max(0, Math.min(map.columns - 1, before.column + step[0])), row: Math.max(0, Math.min(map.rows - 1, before.row + step[1])) };
      const anchor = event.shiftKey ? (cursor?.anchor ?? at) : at;
      setCursor({ at, anchor });
      if (event.shiftKey) mark(areaOf(map, cellsBetween(at, anchor)));
    } else return;
    event.preventDefault();
  };
  const marked = drag ? cellsBetween(drag.from, drag.to) : area && cellsOf(map, area);
  const said = cursor && cellsBetween(cursor.at, cursor.anchor);
  const offsetMs = zone === 'utc' ? 0 : -new Date(toMs).getTimezoneOffset() * 60_000;
  return (
    <div className="heatmap">
      <div
        className="cells"
        role="application"
        tabIndex={0}
        aria-label={t.traces.mapLabel(clockTime(map.fromMs, zone), clockTime(toMs, zone), map.total)}
        aria-describedby={help}
        onKeyDown={onKey}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: cellAt(event), to: cellAt(event) });
        }}
        onPointerMove={(event) => drag && setDrag({ from: drag.from, to: cellAt(event) })}
        onPointerUp={() => {
          if (drag) {
            mark(areaOf(map, cellsBetween(drag.from, drag.to)));
            setCursor({ at: drag.to, anchor: drag.from });
          }
          setDrag(null);
        }}
        onPointerCancel={() => setDrag(null)}
        onDoubleClick={() => mark(null)}
      >
        <svg viewBox={`0 0 ${map.columns} ${map.rows}`} preserveAspectRatio="none" aria-hidden="true">
          {paths.map((path, i) => path !== '' && <path key={i} className={`s${i + 1}`} d={path} />)}
        </svg>
        {Array.from({ length: map.rows }, (_, row) => row).filter((row) => (map.rows - 1 - row) % Math.ceil(map.rows / 6) === 0).map((row) => (
          <span key={row} className="yl" style={{ top: `${((map.rows - 1 - row) / map.rows) * 100}%` }}>{edge(highOf(map, row))}</span>
        ))}
        {timeTicks(map.fromMs, toMs, offsetMs, TICK_SHARE).map((tick) => <span key={tick.ms} className={`xl ${tick.edge ?? 'ph'}`} style={{ left: `${tick.percent}%` }}>{toMs - map.fromMs > 172_800_000 ? dayMonth(tick.ms, zone, lang) : clockTime(tick.ms, zone)}</span>)}
        {marked && <span className="marked" style={boxOf(map, marked)} />}
        {focused && cursor && <span className="cell" style={boxOf(map, cellsBetween(cursor.at, cursor.at))} />}
      </div>
      <p className="maphint mute"><span id={help}>{t.traces.mapHint} <span className="ph">{t.traces.mapKeys}</span></span><span className="ramp" aria-hidden="true">{t.traces.fewer}<i className="s1" /><i className="s2" /><i className="s3" /><i className="s4" /><i className="s5" />{t.traces.more}</span></p>
      <span className="sr" role="status">{focused && said ? t.traces.cell(`${clockSeconds(map.fromMs + said.left * map.stepMs, zone)}–${clockSeconds(map.fromMs + (said.right + 1) * map.stepMs, zone)}`, edge(lowOf(map, said.bottom)), edge(highOf(map, said.top)), countIn(map, said)) : ''}</span>
    </div>
  );
}

const edge = (nanos: number): string => (nanos === 0 ? '0' : seconds(nanos / 1e9));

const boxOf = (map: Map, cells: Cells) => ({
  left: `${(cells.left / map.columns) * 100}%`,
  width: `${((cells.right - cells.left + 1) / map.columns) * 100}%`,
  top: `${((map.rows - 1 - cells.top) / map.rows) * 100}%`,
  height: `${((cells.top - cells.bottom + 1) / map.rows) * 100}%`,
});
