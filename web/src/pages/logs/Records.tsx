import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { LogRecord } from '../../api/loki';
import { useView } from '../../time/view';
import { needsBody } from './line';
import { needles, serviceOf } from './logql';
import type { LogsState } from './logsState';
import { RecordDetails } from './RecordDetails';
import { RecordRow } from './RecordRow';

const ROW_PX = 27;

/** Only the rows in sight are in the page; heights are measured, since an opened record is taller. */
export function Records({ records, state }: { records: readonly LogRecord[]; state: LogsState }) {
  const { setView } = useView();
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  // What stands above the list grows while it loads.
  useLayoutEffect(() => {
    const watch = new ResizeObserver(() => setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY));
    watch.observe(document.body);
    return () => watch.disconnect();
  }, []);
  const rows = useWindowVirtualizer({ count: records.length, estimateSize: () => ROW_PX, overscan: 20, scrollMargin: top, getItemKey: (i) => records[i]?.key ?? i });
  const openAt = records.findIndex((record) => record.key === state.open);
  const arrived = useRef(false);
  useEffect(() => {
    // An address with an opened record shows it: once, when the answer is there.
    if (arrived.current || openAt === -1 || top === 0) return;
    arrived.current = true;
    if (openAt > 15) rows.scrollToIndex(openAt, { align: 'start' });
  }, [openAt, top, rows]);
  const marks = useMemo(() => needles(state.query), [state.query]);
  const oneService = serviceOf(state.query) !== null;
  const toggle = (record: LogRecord) => setView({ open: state.open === record.key ? undefined : record.key, near: undefined }, true);
  const context = (record: LogRecord) => setView({ open: record.key, near: state.open === record.key && state.near !== null ? undefined : 'service' }, true);
  return (
    <div className={`log ${state.wrap ? 'wraps' : ''}`} ref={list}>
      <div className="virtual" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const record = records[item.index];
          return record && (
            <div key={item.key} data-index={item.index} ref={rows.measureElement} style={{ transform: `translateY(${item.start - rows.options.scrollMargin}px)` }}>
              <div className={record.key === state.open ? `open ${needsBody(record.line) ? 'bodied' : ''}` : ''}>
                <RecordRow record={record} open={record.key === state.open} marks={marks} byInstance={oneService} toggle={() => toggle(record)} context={() => context(record)} />
                {record.key === state.open && <RecordDetails record={record} state={state} />}
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}
