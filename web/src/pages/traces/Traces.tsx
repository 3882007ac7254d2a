import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ApiFailure, withParams } from '../../api/http';
import { metricsOnce, metricsOverTime, searchTraces, type TraceRow } from '../../api/tempo';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Segmented } from '../../components/Segmented';
import { Empty, Failure, Partial, Skeleton } from '../../components/states';
import { useSendCommands } from '../../frame/sendCommands';
import { StateWord } from '../../components/StateWord';
import { useNowData } from '../../frame/data';
import { When } from '../../components/When';
import { count, seconds } from '../../format/number';
import { named } from '../../format/text';
import { useText } from '../../messages';
import type { Messages } from '../../messages/en';
import { stepSeconds } from '../../time/range';
import { useTimeWindow, useView } from '../../time/view';
import { clockSeconds } from '../../time/zone';
import { Compare } from './Compare';
import { HeatMap } from './HeatMap';
import { buildHeatMap, cellsOf, conditionOf, countIn, endOf, readArea, writeArea, type Area, type HeatMap as Map } from './cells';
import { orderRows, SORTS, type Sort } from './order';
import { Search } from './Search';
import { EMPTY_FORM, narrowed, traceqlOf, writeForm } from './traceql';

// The address holds all: q (TraceQL; service, name, min and status come from links of other pages), only (the marked area), mode (the order),
// status=first (errors first) beside a q, limit.

const LIMIT = 100;
const MOST = 1000;
const COLUMNS = 60;
// Errors that the query itself is to blame for are told beside it.
const BAD_QUERY = 400;

export default function Traces() {
  const t = useText();
  const { view, setView } = useView();
  const window = useTimeWindow();
  const isAsked = [view.q, view.service, view.name, view.min, view.status].some((one) => one !== undefined);
  const q = isAsked ? traceqlOf(view) : writeForm(EMPTY_FORM);
  const area = useMemo(() => readArea(view.only), [view.only]);
  const limit = Math.min(MOST, Math.max(1, Number(view.limit ?? LIMIT) || LIMIT));
  const sort = SORTS.find((one) => one === view.mode) ?? 'new';
  const errorsFirst = view.show === 'errors';
  const asked = area ? narrowed(q, conditionOf(area)) : q;
  const list = useQuery({
    queryKey: ['traces', asked, limit, area?.fromMs, area?.toMs, ...window.key],
    queryFn: ({ signal }) => {
      const range = area ?? window.resolve();
      return searchTraces(asked, range.fromMs, range.toMs, limit, signal);
    },
    refetchInterval: area ? false : window.everyMs,
    placeholderData: (before) => before,
  });
  const map = useQuery({
    queryKey: ['trace map', q, ...window.key],
    queryFn: async ({ signal }) => {
      const range = window.resolve();
      const step = stepSeconds(range, COLUMNS);
      const { rows, warnings } = await metricsOverTime(`${q} | histogram_over_time(duration)`, range.fromMs, range.toMs, step, signal);
      return { map: buildHeatMap(rows, range.fromMs, range.toMs, step * 1000), warnings };
    },
    refetchInterval: window.everyMs,
    placeholderData: (before) => before,
  });
  const cells = area && map.data ? cellsOf(map.data.map, area) : null;
  const rows = useMemo(() => orderRows(list.data?.rows ?? [], sort, errorsFirst), [list.data, sort, errorsFirst]);
  const isCut = rows.length >= limit;
  // Of more traces than are listed the metrics tell how many failed, which the newest ones alone would not.
  const totals = useQuery({
    queryKey: ['trace totals', asked, area?.fromMs, area?.toMs, ...window.key],
    queryFn: ({ signal }) => {
      const range = area ?? window.resolve();
      return totalsOf(asked, range.fromMs, range.toMs, signal);
    },
    enabled: isCut,
    refetchInterval: area ? false : window.everyMs,
    placeholderData: (before) => before,
    retry: false,
  });
  const now = useNowData();
  const commands = useSendCommands();
  const isEmpty = now.data?.hasData === false && list.data?.rows.length === 0;
  const slowest = rows.reduce((most, row) => Math.max(most, row.durationMs), 0);
  const run = (next: string) => setView({ q: next, service: undefined, name: undefined, min: undefined, status: undefined, only: undefined, limit: undefined });
  const mark = (next: Area | null) => setView({ only: next ? writeArea(next) : undefined, limit: undefined }, true);
  const listed = isCut ? t.traces.newest(rows.length) : t.traces.all(rows.length);
  const badQuery = list.error instanceof ApiFailure && list.error.status === BAD_QUERY ? saidWrong(list.error.message, t.traces.wrong) : null;
  return (
    <>
      <Lead
        sentence={isEmpty ? t.traces.nothingYet : list.data && badQuery === null ? saidOf(t, rows, isCut ? totals.data ?? null : undefined) : badQuery === null ? t.nav.traces : t.traces.badQuery}
        acts={<CopyMenu path={withParams('/tempo/api/search', { q: asked, limit })} query={asked} />}
      />
      <Search q={q} run={run} problem={badQuery} />
      {isEmpty && <section className="panel"><Empty title="OpenTelemetry" code={commands}>{t.traces.nothingYetNext}</Empty></section>}
      {badQuery === null && !isEmpty && <MapPanel query={map} area={area} mark={mark} q={q} />}
      {badQuery === null && area && <Compare q={q} area={area} end={cells && map.data ? endOf(map.data.map, cells) : 'some'} />}
      {badQuery === null && !isEmpty && (list.error && !list.data ? <section className="panel"><Failure error={list.error} retry={() => void list.refetch()} /></section> : !list.data ? <section className="panel"><Skeleton lines={8} /></section> : (
        <Panel
          title={t.traces.found}
          unit={area ? t.traces.inArea(listed) : listed}
          tools={<CsvButton name="traces" head={['trace_id', 'service', 'name', 'start', 'duration_ms', 'spans', 'errors']} rows={() => rows.map((row) => [row.traceId, row.rootService, row.rootName, new Date(row.startMs).toISOString(), row.durationMs, row.spanCount, row.errorCount])} />}
        >
          <div className="listbar">
            <Segmented label={t.traces.sort} options={SORTS.map((id) => ({ id, text: t.traces.by[id] }))} value={sort} choose={(next: Sort) => setView({ mode: next === 'new' ? undefined : next }, true)} />
            <button type="button" className="btn sm" aria-pressed={errorsFirst} onClick={() => setView({ show: errorsFirst ? undefined : 'errors' }, true)}>{t.traces.errorsFirst}</button>
          </div>
          <Partial warnings={list.data.warnings} />
          {rows.length === 0 ? <Empty title={t.empty.traces} code={asked}>{t.empty.tracesNext}</Empty> : <TraceTable rows={rows} slowest={slowest} />}
          {rows.length >= limit && <footer>{limit < MOST && <button type="button" className="btn sm" onClick={() => setView({ limit: String(Math.min(MOST, limit * 2)) }, true)}>{t.traces.load}</button>}<span>{t.traces.limited}</span></footer>}
        </Panel>
      ))}
    </>
  );
}

interface Totals { spans: number; failed: number; slowestSeconds: number | null }

async function totalsOf(q: string, fromMs: number, toMs: number, signal: AbortSignal): Promise<Totals> {
  const [counts, slowest] = await Promise.all([metricsOnce(`${q} | count_over_time() by (status)`, fromMs, toMs, signal), metricsOnce(`${q} | max_over_time(duration)`, fromMs, toMs, signal)]);
  const sum = (rows: typeof counts.rows) => rows.reduce((all, row) => all + row.value, 0);
  return { spans: sum(counts.rows), failed: sum(counts.rows.filter((row) => row.labels.some((label) => label.key === 'status' && label.text === 'error'))), slowestSeconds: slowest.rows[0]?.value ?? null };
}

/** What was found: all of it where it is listed, else what the totals say, and while they are not there the newest. */
function saidOf(t: Messages, rows: readonly TraceRow[], totals: Totals | null | undefined): string {
  const failed = rows.filter((row) => (row.errorCount ?? 0) > 0).length;
  if (totals === null) return t.traces.sentenceOfNewest(rows.length, failed);
  if (totals !== undefined) return t.traces.sentenceOfMany(totals.spans, totals.failed, totals.slowestSeconds);
  return t.traces.sentence(rows.length, rows.length > 0 ? rows.reduce((most, row) => Math.max(most, row.durationMs), 0) : null, failed);
}

/** The server's words about a query, its place in the reader's language. */
function saidWrong(message: string, write: (line: number, column: number, text: string) => string): string {
  const [, line = '', column = '', text = ''] = /^parse error at line (\d+), col (\d+): (?:syntax error: )?([\s\S]*)$/.exec(message) ?? [];
  return line === '' ? message : write(Number(line), Number(column), text);
}

interface MapQuery { data: { map: Map; warnings: string[] } | undefined; error: unknown; refetch: () => unknown }

function MapPanel({ query, area, mark, q }: { query: MapQuery; area: Area | null; mark: (area: Area | null) => void; q: string }) {
  const t = useText();
  const { setView } = useView();
  const { zone } = useTimeWindow();
  const { data } = query;
  const cells = area && data ? cellsOf(data.map, area) : null;
  const edge = (nanos: number | null) => (nanos === null ? '∞' : nanos === 0 ? '0' : seconds(nanos / 1e9));
  return (
    <Panel title={t.traces.map} unit={data && t.traces.mapUnit(t.span(data.map.stepMs))}>
      {query.error && !data ? (query.error instanceof ApiFailure && query.error.status === BAD_QUERY ? <Empty title={t.traces.noMap}><span>{query.error.message}</span></Empty> : <Failure error={query.error} retry={() => void query.refetch()} />) : !data ? <Skeleton lines={6} /> : (
        <>
          <Partial warnings={data.warnings} />
          {data.map.total === 0 ? <Empty title={t.traces.none} /> : <HeatMap map={data.map} area={area} mark={mark} />}
          {area && (
            <p className="markedline">
              <span>{t.traces.marked(`${clockSeconds(area.fromMs, zone)}–${clockSeconds(area.toMs, zone)}`, edge(area.lowNanos), edge(area.highNanos), cells ? countIn(data.map, cells) : 0)}</span>
              <button type="button" className="btn sm" onClick={() => mark(null)}>{t.traces.unmark}</button>
              <button type="button" className="btn sm" onClick={() => setView({ q: narrowed(q, conditionOf(area)), service: undefined, name: undefined, min: undefined, status: undefined, only: undefined })}>{t.traces.asQuery}</button>
              <button type="button" className="btn sm" onClick={() => setView({ from: String(area.fromMs), to: String(area.toMs) })}>{t.traces.zoomTime}</button>
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

// The search tells whole milliseconds.
const wholeMs = (ms: number): string => (ms < 1 ? '<1' : Math.round(ms).toLocaleString('en-US'));

function TraceTable({ rows, slowest }: { rows: readonly TraceRow[]; slowest: number }) {
  const t = useText();
  return (
    <div className="scroll">
      <table>
        <thead><tr><th>{t.traces.root}</th><th className="ph">{t.traces.errors}</th><th className="r">{t.traces.duration} <small>ms</small></th><th className="ph"><span className="sr">{t.traces.duration}</span></th><th className="r ph">{t.traces.spans}</th><th className="ph">{t.table.service}</th><th className="r">{t.traces.started}</th></tr></thead>
        <tbody>
          {rows.map((row) => {
            const failed = (row.errorCount ?? 0) > 0;
            return (
              <tr key={row.traceId} data-row>
                <td className="clip">{failed && <span className="phone"><Icon name="bad" className="no inline" /><span className="sr">{t.traces.failed}</span> </span>}<Link className="name" to="/traces/$traceId" params={{ traceId: row.traceId }}>{row.rootService === '' ? t.traces.noRoot : named(row.rootService)}</Link> <span className="soft">{named(row.rootName, 200)}</span></td>
                <td className="ph"><StateWord tone={failed ? 'bad' : 'good'}>{failed ? count(row.errorCount ?? 0) : t.traces.fine}</StateWord></td>
                <td className={failed ? 'r bad' : 'r'}>{wholeMs(row.durationMs)}</td>
                <td className="ph"><span className={failed ? 'meter wide bad' : 'meter wide'} aria-hidden="true"><i style={{ width: `${slowest > 0 ? (row.durationMs / slowest) * 100 : 0}%` }} /></span></td>
                <td className="r ph">{row.spanCount === null ? '–' : count(row.spanCount)}</td>
                <td className="ph soft" title={row.services.join(', ')}>{t.traces.services(row.services.length)}</td>
                <td className="r soft"><When ms={row.startMs} /></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
