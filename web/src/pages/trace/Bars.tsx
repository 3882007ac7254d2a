import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import type { TraceSpan } from '../../api/traces';
import { Icon } from '../../components/icons';
import { nanos } from '../../format/number';
import { named } from '../../format/text';
import { useText } from '../../messages';
import { marksOf } from './serviceMarks';
import type { LogMark } from './spanLogs';
import { useDragRange } from './useDragRange';
import { usePhone } from '../../components/usePhone';
import type { TraceState } from './useTraceState';
import { busyOf, place, rectPath, tickPath, ticksOf, waits, type View, type Waterfall } from './waterfall';

const HEAD_PX = 30;
/** More does not fit beside the bars; the details have all. */
const NAME_CHARS = 200;
const NO_MARKS: readonly LogMark[] = [];

/** The waterfall: a tree of spans beside their times. Only the rows in sight are in the page, however long the trace. */
export function Bars({ state, logs, label }: { state: TraceState; logs: ReadonlyMap<number, readonly LogMark[]>; label: string }) {
  const t = useText();
  const { waterfall, rows, chosen, view, folded, fold, choose, zoom } = state;
  const { spans } = waterfall.trace;
  const box = useRef<HTMLDivElement>(null);
  const rowPx = usePhone() ? 36 : 28;
  const marks = useMemo(() => marksOf(waterfall.services), [waterfall]);
  const found = useMemo(() => new Set(state.found), [state.found]);
  const at = rows.indexOf(chosen);
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => rowPx, overscan: 6, scrollMargin: HEAD_PX, scrollPaddingStart: HEAD_PX, getItemKey: (i) => rows[i] ?? i });
  useEffect(() => list.measure(), [list, rowPx]);
  const follow = useRef<number | null>(null);
  useEffect(() => {
    // The chosen span comes into sight when another is chosen, and stays where it is while somebody scrolls.
    if (at < 0 || follow.current === chosen) return;
    follow.current = chosen;
    const inSight = list.getVirtualItems().some((item) => item.index === at);
    list.scrollToIndex(at, { align: inSight ? 'auto' : 'center' });
  }, [list, at, chosen]);
  const drag = useDragRange(view, zoom);
  const ticks = useMemo(() => ticksOf(view), [view]);
  const toggle = useCallback((row: number) => {
    const next = new Set(folded);
    if (!next.delete(row)) next.add(row);
    fold(next);
  }, [folded, fold]);
  const goTo = (i: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, i))];
    if (row !== undefined) choose(row);
  };
  const onKey = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(((box.current?.clientHeight ?? 300) - HEAD_PX) / rowPx) - 1);
    const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: rows.length - 1, PageDown: at + page, PageUp: at - page }[event.key];
    const below = waterfall.below[chosen] ?? 0;
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (to !== undefined) goTo(to);
    else if (event.key === 'ArrowRight') {
      if (below > 0 && folded.has(chosen)) toggle(chosen);
      else goTo(at + 1);
    } else if (event.key === 'ArrowLeft') {
      if (below > 0 && !folded.has(chosen)) toggle(chosen);
      else goTo(rows.indexOf(spans[chosen]?.parent ?? -1));
    } else if (event.key === 'Enter') document.querySelector<HTMLElement>('#span-details')?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const items = list.getVirtualItems();
  return (
    <div className="wf scrolls" ref={box} style={{ ['--row-px' as string]: `${rowPx}px` }}>
      <div className="head">
        <div className="n"><span>{t.trace.head}</span></div>
        <div className="tl ruler" {...drag.handlers}>
          {ticks.map((tick, i) => <span key={tick.nanos} className={i % 2 === 1 ? 'tick ph' : 'tick'} style={{ left: `${tick.percent}%` }}>{tick.nanos === 0 ? '0' : nanos(tick.nanos)}</span>)}
          {drag.band && <span className="band drag" style={drag.band} />}
        </div>
      </div>
      <div className="tree" role="tree" aria-label={label} tabIndex={0} data-row aria-activedescendant={at >= 0 && items.some((item) => item.index === at) ? `span-${chosen}` : undefined} onKeyDown={onKey} style={{ height: list.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index] ?? 0;
          const span = spans[row];
          return span && (
            <Row key={row} span={span} waterfall={waterfall} view={view} top={item.start - HEAD_PX} rowPx={rowPx} chosen={row === chosen} found={found.has(row)} folded={folded.has(row)} flat={state.onlyPath} mark={marks.get(span.service) ?? 0} logs={logs.get(row) ?? NO_MARKS} choose={choose} toggle={toggle} />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  span: TraceSpan;
  waterfall: Waterfall;
  view: View;
  top: number;
  rowPx: number;
  chosen: boolean;
  found: boolean;
  folded: boolean;
  flat: boolean;
  mark: number;
  logs: readonly LogMark[];
  choose: (row: number) => void;
  toggle: (row: number) => void;
}

// Drawn again only when what it shows changes: scrolling draws the rows that come into sight and no others.
const Row = memo(function Row({ span, waterfall, view, top, rowPx, chosen, found, folded, flat, mark, logs, choose, toggle }: RowProps) {
  const t = useText();
  const below = waterfall.below[span.row] ?? 0;
  const depth = waterfall.depth[span.row] ?? 0;
  const onPath = waterfall.segments.has(span.row);
  return (
    <div
      id={`span-${span.row}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={chosen}
      aria-expanded={below > 0 ? !folded : undefined}
      className={`r ${onPath ? 'cp' : ''} ${chosen ? 'sel' : ''} ${found ? 'found' : ''} ${depth === 0 ? 'root' : ''}`}
      style={{ ['--d' as string]: Math.min(depth, 14), transform: `translateY(${top}px)` }}
      onClick={() => choose(span.row)}
    >
      <span className={span.kind === 'internal' ? 'n int' : 'n'}>
        {below > 0 && !flat ? <span className="fold" aria-hidden="true" title={folded ? t.trace.unfold : t.trace.fold} onClick={(event) => { event.stopPropagation(); toggle(span.row); }}><Icon name="chevron" className={folded ? 's' : 's open'} /></span> : <span className="fold" />}
        <i className={`mark m${mark}`} />
        {span.failed && <><Icon name="bad" className="no" /><span className="sr">{t.trace.failed}</span></>}
        {span.odd !== 0 && <Icon name="warn" className="odd" />}
        <b>{span.service === '' ? '–' : named(span.service, NAME_CHARS)}</b><span>{span.name === '' ? t.trace.noName : named(span.name, NAME_CHARS)}</span>
        {folded && <span className="more">{t.trace.folded(below)}</span>}
      </span>
      <Times span={span} waterfall={waterfall} view={view} rowPx={rowPx} logs={logs} />
    </div>
  );
});

function Times({ span, waterfall, view, rowPx, logs }: Pick<RowProps, 'span' | 'waterfall' | 'view' | 'rowPx' | 'logs'>) {
  const bar = place(span.from, span.to, view);
  const segments = waterfall.segments.get(span.row);
  const barTop = (rowPx - 10) / 2;
  const busy = rectPath(busyOf(waterfall, span.row), view, barTop, 10);
  const end = bar ? bar.left + bar.width : span.from > view.to ? 100 : 0;
  const beside = bar ? '' : end === 0 ? '← ' : '→ ';
  return (
    <span className="tl">
      {bar && <span className={`bar ${waits(span) ? 'wait' : ''} ${span.failed ? 'err' : ''}`} style={{ left: `${bar.left}%`, width: `${bar.width}%` }} />}
      <svg viewBox={`0 0 1000 ${rowPx}`} preserveAspectRatio="none" aria-hidden="true">
        {busy !== '' && <path className="busy" d={busy} />}
        {segments && <path className="cpl" d={rectPath(segments.map((one) => [one.from, one.to] as const), view, rowPx - 5, 2)} />}
        {span.events.length > 0 && <path className="event" d={tickPath(span.events.map((event) => event.at), view, barTop - 4, 6)} />}
        {logs.length > 0 && <path className="log" d={tickPath(logs.map((one) => one.at), view, barTop + 8, 6)} />}
      </svg>
      <span className="dur" style={{ left: `${end}%` }}>{beside}{nanos(span.to - span.from)}</span>
    </span>
  );
}
