import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { withParams } from '../../api/http';
import { countByLevel, queryLogs, streamSeries, type LogRecord } from '../../api/loki';
import type { Series } from '../../api/bongsu';
import { TimeChart, type LineTone } from '../../components/chart/TimeChart';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton } from '../../components/links';
import { levelTone } from '../../components/logLevel';
import { Panel } from '../../components/Panel';
import { Empty, Failure, Partial, Skeleton } from '../../components/states';
import { useDraft } from '../../components/useDraft';
import { bytes, count, seconds } from '../../format/number';
import { useText } from '../../messages';
import { stepSeconds } from '../../time/range';
import { useTimeWindow, useView } from '../../time/view';
import { clockMillis } from '../../time/zone';
import { DEFAULT_QUERY, hasMatcher, serviceOf, toggleMatcher } from './logql';

export default function Logs() {
  const t = useText();
  const { view, setView } = useView();
  const window = useTimeWindow();
  const asked = view.q ?? DEFAULT_QUERY;
  const limit = Math.min(5000, Number(view.limit ?? 300) || 300);
  const [draft, setDraft] = useDraft(asked);
  const logs = useQuery({ queryKey: ['logs', asked, limit, ...window.key], queryFn: ({ signal }) => { const range = window.resolve(); return queryLogs(asked, range.fromMs, range.toMs, limit, signal); }, refetchInterval: window.everyMs });
  const counts = useQuery({
    queryKey: ['log counts', asked, ...window.key],
    queryFn: async ({ signal }) => {
      const range = window.resolve();
      const step = stepSeconds(range, 60);
      return { range, step, series: await countByLevel(asked, range.fromMs, range.toMs, step, signal) };
    },
    refetchInterval: window.everyMs,
  });
  const totals = new Map((counts.data?.series ?? []).map((one) => [one.name, one.values.reduce<number>((sum, value) => sum + (value ?? 0), 0)]));
  const all = [...totals.values()].reduce((sum, one) => sum + one, 0);
  const loud = [...totals].filter(([level]) => levelTone(level) !== '').reduce((sum, [, one]) => sum + one, 0);
  const records = logs.data?.records ?? [];
  return (
    <>
      <Lead sentence={counts.data ? t.sentence.logs(all, loud, serviceOf(asked)) : t.nav.logs} acts={<CopyMenu path={withParams('/loki/api/v1/query_range', { query: asked, limit })} query={asked} />} />
      <form className="querybox" onSubmit={(event) => { event.preventDefault(); setView({ q: draft.trim() }); }}>
        <label className="field"><span className="sr">{t.logs.query}</span><Icon name="search" /><input data-search data-write value={draft} spellCheck={false} autoComplete="off" onChange={(event) => setDraft(event.currentTarget.value)} />
          {logs.data?.bytesRead != null && <span className="mute dk">{t.logs.read(bytes(logs.data.bytesRead), seconds(logs.data.elapsedSeconds ?? 0))}</span>}
        </label>
        <button type="submit" className="btn primary">{t.logs.run}</button>
      </form>
      <div className="logsgrid">
        <Facets query={asked} totals={totals} />
        <div className="stack">
          {counts.data && counts.data.series.length > 0 && (
            <Panel title={t.logs.perStep(t.span(counts.data.step * 1000))} unit={t.logs.byLevel}>
              <TimeChart label={t.logs.byLevel} lines={levelLines(counts.data.series, t.logs.noLevel)} {...counts.data.range} format={count} height={150} gutter={100} />
            </Panel>
          )}
          {logs.error ? <section className="panel"><Failure error={logs.error} retry={() => void logs.refetch()} /></section> : !logs.data ? <section className="panel"><Skeleton lines={8} /></section> : (
            <Panel title={t.logs.records} unit={t.logs.newest(count(records.length))} tools={<CsvButton name="logs" head={['time', 'level', 'service', 'line']} rows={() => records.map((record) => [new Date(record.ms).toISOString(), record.level, record.service, record.line])} />}>
              <Partial warnings={logs.data.warnings} />
              {records.length === 0 ? <Empty title={t.empty.logs} code={asked}>{t.empty.logsNext}</Empty> : <Records records={records} />}
              {records.length >= limit && <p className="body"><button type="button" className="btn sm" onClick={() => setView({ limit: String(limit * 2) }, true)}>{t.logs.more}</button></p>}
            </Panel>
          )}
        </div>
      </div>
    </>
  );
}

const TONES: Record<string, LineTone> = { bad: 'badl', warn: 'warnl' };

function levelLines(series: readonly Series[], noLevel: string) {
  return [...series].sort((a, b) => (levelTone(a.name) === 'bad' ? -1 : levelTone(b.name) === 'bad' ? 1 : 0)).map((one) => ({ ...one, name: one.name === '' ? noLevel : one.name, tone: TONES[levelTone(one.name)] ?? ('d2' as const), area: levelTone(one.name) === 'bad' }));
}

/** Values of the stream labels, one click each; the counts of levels come from the histogram. */
function Facets({ query, totals }: { query: string; totals: Map<string, number> }) {
  const t = useText();
  const { setView } = useView();
  const window = useTimeWindow();
  const streams = useQuery({ queryKey: ['log streams', ...window.key], queryFn: ({ signal }) => { const range = window.resolve(); return streamSeries(range.fromMs, range.toMs, signal); }, staleTime: 60_000 });
  const labels = new Map<string, Set<string>>();
  for (const stream of streams.data ?? []) for (const [label, value] of Object.entries(stream)) labels.set(label, (labels.get(label) ?? new Set()).add(value));
  return (
    <div className="facets" role="group" aria-label={t.logs.facets}>
      {[...labels].filter(([label]) => !label.startsWith('__')).map(([label, values]) => (
        <div className="facet" key={label}>
          <h2>{label}<small>{values.size}</small></h2>
          {[...values].sort().slice(0, 12).map((value) => (
            <button type="button" key={value} aria-pressed={hasMatcher(query, label, value)} onClick={() => setView({ q: toggleMatcher(query, label, value) })}>
              <span>{value === '' ? '–' : value}</span>
              {label === 'level' && totals.has(value) && <span className="num">{count(totals.get(value) ?? 0)}</span>}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

/** Only the rows in sight are in the page; heights are measured, since an open record is taller. */
function Records({ records }: { records: readonly LogRecord[] }) {
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<string | null>(null);
  const rows = useWindowVirtualizer({ count: records.length, estimateSize: () => 27, overscan: 20, scrollMargin: list.current?.offsetTop ?? 0, getItemKey: (i) => records[i]?.key ?? i });
  return (
    <div className="log" ref={list}>
      <div className="virtual" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const record = records[item.index];
          return record && (
            <div key={item.key} data-index={item.index} ref={rows.measureElement} style={{ transform: `translateY(${item.start - rows.options.scrollMargin}px)` }}>
              <RecordRow record={record} open={open === record.key} toggle={() => setOpen(open === record.key ? null : record.key)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function RecordRow({ record, open, toggle }: { record: LogRecord; open: boolean; toggle: () => void }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const tone = levelTone(record.level);
  const traceId = record.fields['trace_id'] ?? record.labels['trace_id'];
  return (
    <div className={open ? 'open' : ''}>
      <button type="button" className="l" data-row aria-expanded={open} title={t.logs.open} onClick={toggle}>
        <time>{clockMillis(record.ms, zone)}</time>
        <span className={`lv ${tone}`}>{tone !== '' && <Icon name={tone === 'bad' ? 'bad' : 'warn'} />}{record.level}</span>
        <span className="s">{record.service}</span>
        <span className="m">{record.line}</span>
      </button>
      {open && (
        <dl className="kv">
          {traceId !== undefined && traceId !== '' && <><dt>{t.logs.trace}</dt><dd><Link className="link" to="/traces/$traceId" params={{ traceId }}>{traceId}</Link></dd></>}
          {Object.entries({ ...record.labels, ...record.fields }).filter(([key]) => key !== 'trace_id').map(([key, value]) => [<dt key={key}>{key}</dt>, <dd key={`${key} v`}>{value}</dd>])}
        </dl>
      )}
    </div>
  );
}

