import { useMediaQuery } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { withParams } from '../../api/http';
import type { LogRecord } from '../../api/loki';
import { TimeChart } from '../../components/chart/TimeChart';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton, quoted } from '../../components/links';
import { Panel } from '../../components/Panel';
import { useSendCommands } from '../../frame/sendCommands';
import { Empty, Failure, Partial, Skeleton } from '../../components/states';
import { useNowData } from '../../frame/data';
import { count, number3 } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow, useView } from '../../time/view';
import { clockTime } from '../../time/zone';
import { Facets } from './Facets';
import type { Problem } from '../metrics/problem';
import { LevelHistogram } from './LevelHistogram';
import type { Bars } from './levels';
import { DEFAULT_QUERY, isBroad, quote, serviceOf, withStage } from './logql';
import { asking, MAX_LINES, readLogs, type LogsState } from './logsState';
import { newShare, ofQuery, type ComparedPattern } from './patterns';
import { Patterns } from './Patterns';
import { problemOf } from './problem';
import { QueryBar } from './QueryBar';
import { Records } from './Records';
import { Tail } from './Tail';
import { useHistogram, useLogMarkers, usePatterns, useRecords } from './useLogs';
import { useScrolledAway } from './useScrolledAway';

/** Logs: a sentence, the query, how many over time, what to filter by, what is said, and the lines. */
export default function Logs() {
  const t = useText();
  const { view, setView } = useView();
  const state = useMemo(() => readLogs(view), [view]);
  const away = useScrolledAway();
  const held = away || state.open !== null;
  const records = useRecords(state, held);
  const histogram = useHistogram(state);
  const patterns = usePatterns(state);
  const wide = useMediaQuery('(min-width: 1100px)', true, { getInitialValueInEffect: false });
  const [filters, setFilters] = useState(false);
  const problem = problemOf(records.error);
  const sentence = useSentence(state, problem, histogram.data?.bars, patterns.data?.patterns.patterns ?? []);
  const [from, to] = useTimeWindow().key;
  const command = `logs ${quoted(state.query)} --from ${quoted(from)}${to === 'now' ? '' : ` --to ${quoted(to)}`}` as const;
  const tail = <button type="button" className={`btn ${state.tail ? '' : 'primary'}`} aria-pressed={state.tail} disabled={state.isMetric} onClick={() => setView({ tail: state.tail ? undefined : 'on', show: undefined, open: undefined, near: undefined })}>{state.tail ? t.logs.stopTail : t.logs.startTail}</button>;
  return (
    <>
      <Lead sentence={sentence} acts={<><CopyMenu path={withParams('/loki/api/v1/query_range', { query: state.query, limit: state.limit })} query={state.query} cli={command} />{tail}</>} dock={tail} />
      <QueryBar state={state} answer={records.data} error={records.error} again={() => { void records.refetch(); void histogram.refetch(); }}>
        {!wide && !state.isMetric && !problem && <button type="button" className="btn" aria-expanded={filters} onClick={() => setFilters(!filters)}>{t.logs.facets}</button>}
      </QueryBar>
      {problem ? null : state.isMetric ? <MetricResult state={state} records={records} /> : (
        <div className="logsgrid">
          {(wide || filters) && <div className="facetcol"><Facets state={state} /></div>}
          <div className="stack">
            <Histogram state={state} histogram={histogram} />
            {!state.tail && <Patterns state={state} answer={patterns} />}
            {state.tail ? <Tail state={state} /> : !state.patterns && <Lines state={state} records={records} held={held} total={histogram.data?.bars.total ?? null} />}
          </div>
        </div>
      )}
    </>
  );
}

/** What the counts and the patterns say, as one sentence. */
function useSentence(state: LogsState, problem: Problem | null, bars: Bars | undefined, patterns: readonly ComparedPattern[]): string {
  const t = useText();
  const { zone } = useTimeWindow();
  const hasData = useNowData().data?.hasData;
  if (problem) return t.metrics.saidWrong(problem);
  if (state.isMetric) return t.logs.saidMetric;
  if (!bars) return t.nav.logs;
  const service = serviceOf(state.query);
  if (bars.total === 0) return hasData === false ? t.logs.none : t.empty.logs;
  if (bars.bad === 0 && bars.unknown > 0) return t.logs.saidUnknown(service, bars.total, bars.unknown);
  const fresh = isBroad(state.query) ? newShare(ofQuery(patterns, state.query)) : null;
  return fresh !== null ? t.logs.saidNew(service, fresh.patterns, clockTime(fresh.firstMs, zone), fresh.share) : t.sentence.logs(bars.total, bars.bad, service);
}

function Histogram({ state, histogram }: { state: LogsState; histogram: ReturnType<typeof useHistogram> }) {
  const t = useText();
  const markers = useLogMarkers(state.query);
  const { data } = histogram;
  if (histogram.error && !data) return problemOf(histogram.error) ? null : <section className="panel"><Failure error={histogram.error} retry={() => void histogram.refetch()} /></section>;
  if (!data) return <section className="panel histogramroom"><Skeleton lines={4} /></section>;
  if (data.bars.total === 0) return null;
  return (
    <Panel title={t.logs.perStep(t.span(data.step * 1000))} unit={t.logs.byLevel} tools={<CsvButton name="log-counts" head={['until', 'bad', 'warn', 'info', 'other']} rows={() => data.bars.times.map((at, i) => [new Date(at).toISOString(), data.bars.by.bad[i] ?? 0, data.bars.by.warn[i] ?? 0, data.bars.by.info[i] ?? 0, data.bars.by.other[i] ?? 0])} />}>
      <Partial warnings={data.warnings} />
      <LevelHistogram bars={data.bars} range={data.range} markers={markers} />
    </Panel>
  );
}

function Lines({ state, records, held, total }: { state: LogsState; records: ReturnType<typeof useRecords>; held: boolean; total: number | null }) {
  const t = useText();
  const { setView } = useView();
  const { zone } = useTimeWindow();
  if (records.error && !records.data) return <section className="panel"><Failure error={records.error} retry={() => void records.refetch()} /></section>;
  if (!records.data) return <section className="panel"><Skeleton lines={10} /></section>;
  const { records: lines, warnings, atMs } = records.data;
  const more = lines.length >= state.limit;
  const oldest = lines.at(-1);
  // Said in the heading, where it moves nothing.
  const shownOf = more && total !== null ? t.logs.newestOf(count(lines.length), count(total)) : t.logs.newest(count(lines.length));
  const older = () => setView(state.limit < MAX_LINES ? { limit: String(Math.min(MAX_LINES, state.limit * 2)) } : { to: String(Math.ceil(oldest?.ms ?? 0)), from: wholeMs(records.data.range.fromMs), open: undefined, near: undefined, limit: undefined }, state.limit < MAX_LINES);
  const tools = (
    <>
      {held && <button type="button" className="tool" onClick={() => void records.refetch()}>{t.logs.refresh}</button>}
      <button type="button" className="tool" aria-pressed={state.wrap} onClick={() => setView({ wrap: state.wrap ? undefined : 'on' }, true)}>{t.logs.wrap}</button>
      <CsvButton name="logs" head={['time', 'level', 'service', 'line']} rows={() => lines.map((record) => [new Date(record.ms).toISOString(), record.level, record.service, record.line])} />
      <JsonButton records={lines} />
    </>
  );
  return (
    <Panel title={t.logs.records} unit={`${shownOf}${held ? t.logs.held(clockTime(atMs, zone)) : ''}`} tools={lines.length > 0 ? tools : undefined}>
      {records.error !== null && <div className="hint inpanel warn"><Icon name="warn" /><span>{t.logs.notRefreshed(records.error instanceof Error ? records.error.message : '')}</span></div>}
      <Partial warnings={warnings} />
      {lines.length === 0 ? <NoLines state={state} /> : <div className={records.isPlaceholderData ? 'staleanswer' : ''}><Records records={lines} state={state} /></div>}
      {more && <p className="body"><button type="button" className="btn sm" onClick={older}>{t.logs.more}</button></p>}
    </Panel>
  );
}

const wholeMs = (ms: number): string => String(Math.floor(ms));

/** Nothing found: on an empty server how to send; else what was asked, and where else it may be. */
function NoLines({ state }: { state: LogsState }) {
  const t = useText();
  const commands = useSendCommands();
  const { setView } = useView();
  const now = useNowData();
  if (now.data && !now.data.hasData) return <Empty title={t.logs.none} code={commands}>{t.logs.noneNext}</Empty>;
  const traceId = /trace_id="([0-9a-f]+)"/.exec(state.query)?.[1];
  return (
    <Empty title={t.empty.logs} code={state.query}>
      {t.empty.logsNext}
      <span className="acts">
        {traceId !== undefined && <button type="button" className="btn sm" onClick={() => setView(asking(withStage(DEFAULT_QUERY, `|= ${quote(traceId)}`)))}>{t.logs.inText}</button>}
        {state.query !== DEFAULT_QUERY && <button type="button" className="btn sm" onClick={() => setView(asking(DEFAULT_QUERY))}>{t.logs.everything}</button>}
      </span>
    </Empty>
  );
}

/** Saves the lines with all their fields, one JSON object a line. */
function JsonButton({ records }: { records: readonly LogRecord[] }) {
  const t = useText();
  const save = () => {
    const text = records.map((record) => JSON.stringify({ time: new Date(record.ms).toISOString(), unixNano: record.unixNano, labels: record.labels, fields: record.fields, line: record.line })).join('\n');
    const url = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'logs.jsonl';
    link.click();
    URL.revokeObjectURL(url);
  };
  return <button type="button" className="tool" onClick={save}>{t.copy.json}</button>;
}

const MAX_SERIES = 12;

/** A metric query's answer: its series over time. */
function MetricResult({ state, records }: { state: LogsState; records: ReturnType<typeof useRecords> }) {
  const t = useText();
  const { data } = records;
  if (records.error && !data) return <section className="panel"><Failure error={records.error} retry={() => void records.refetch()} /></section>;
  if (!data) return <section className="panel"><Skeleton lines={8} /></section>;
  const series = data.series ?? [];
  const highest = (values: readonly (number | null)[]) => Math.max(...values.map((value) => value ?? 0));
  const drawn = [...series].sort((a, b) => highest(b.values) - highest(a.values)).slice(0, MAX_SERIES);
  return (
    <Panel title={t.metrics.result} unit={t.logs.seriesShown(drawn.length, series.length)} tools={<CsvButton name="logs" head={['time', 'series', 'value']} rows={() => series.flatMap((one) => one.times.map((at, i) => [new Date(at).toISOString(), one.name, one.values[i] ?? null]))} />}>
      <Partial warnings={data.warnings} />
      {drawn.length === 0 ? <Empty title={t.empty.series} code={state.query}>{t.empty.seriesNext}</Empty>
        : <TimeChart label={state.query} lines={drawn.map((one, i) => ({ id: `${i} ${one.name}`, name: one.name.slice(0, 24), times: one.times, values: one.values, tone: i === 0 ? 'd1' as const : 'd2' as const }))} {...data.range} format={number3} height={300} gutter={170} />}
    </Panel>
  );
}
