import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { TimeChart } from '../../components/chart/TimeChart';
import { Icon } from '../../components/icons';
import { CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Segmented } from '../../components/Segmented';
import { Empty, Failure, Partial, Skeleton } from '../../components/states';
import { useText } from '../../messages';
import { stepSeconds } from '../../time/range';
import { useTimeWindow, useView } from '../../time/view';
import { clockSeconds } from '../../time/zone';
import { fits, secondsOf, STEPS, toggled, type ExploreState } from './exploreState';
import { Histograms } from './Histograms';
import { Legend } from './Legend';
import { ResultTable } from './ResultTable';
import { drawnRows, MAX_LINES, type Row } from './rows';
import { letterOf } from './Queries';
import { figure } from './units';
import { useSteadyRows } from './useSteadyRows';
import { MAX_SERIES, useExemplars, useMarkers, type Reading, type Runs } from './useExplore';

interface ResultProps {
  state: ExploreState;
  runs: UseQueryResult<Runs>;
  readings: readonly Reading[];
  rows: readonly Row[];
  draw: (metric: string) => void;
}

export function Result({ state, runs, readings, rows: unordered, draw }: ResultProps) {
  const t = useText();
  const rows = useSteadyRows(unordered, JSON.stringify([state.queries, state.instant]));
  const answered = runs.data?.runs.filter((run) => run.answer !== null) ?? [];
  const failed = runs.data?.runs.flatMap((run, i) => (run.error === null ? [] : [{ letter: letterOf(i), error: run.error }])) ?? [];
  const warnings = [...new Set(answered.flatMap((run) => run.answer?.warnings ?? []))].filter((warning) => !/truncated due to limit/.test(warning));
  const infos = [...new Set(answered.flatMap((run) => run.answer?.infos ?? []))];
  const cut = answered.some((run) => (run.answer?.series.length ?? 0) >= MAX_SERIES);
  const file = csvOf(rows, state);
  return (
    <Panel title={t.metrics.result} unit={state.instant ? t.metrics.atEnd : undefined} tools={rows.length > 0 ? <CsvButton name="metrics" {...file} /> : undefined}>
      <Controls state={state} />
      {runs.isPending && <div className="reserved"><Skeleton lines={9} /></div>}
      {runs.error && !runs.data && <Failure error={runs.error} retry={() => void runs.refetch()} />}
      {failed.map(({ letter, error }) => (
        <div key={letter}>{readings.length > 1 && <p className="body strong">{t.metrics.failedRow(letter)}</p>}<Failure error={error} retry={() => void runs.refetch()} /></div>
      ))}
      <Partial warnings={warnings} />
      {infos.length > 0 && <div className="hint inpanel"><Icon name="info" /><span>{t.metrics.notes(infos)}</span></div>}
      {cut && <div className="hint inpanel warn"><Icon name="warn" /><span>{t.metrics.cut(MAX_SERIES)}</span></div>}
      {answered.length > 0 && rows.length === 0 && <Empty title={t.empty.series} code={state.queries.join('\n')}>{t.empty.seriesNext}</Empty>}
      {runs.data && rows.length > 0 && <Body state={state} data={runs.data} readings={readings} rows={rows} draw={draw} />}
    </Panel>
  );
}

/** The file of what is shown: every point of the chart, the figures of the table, the values of now. */
function csvOf(rows: readonly Row[], state: ExploreState): { head: string[]; rows: () => (string | number | null)[][] } {
  if (state.instant) return { head: ['series', 'value'], rows: () => rows.map((row) => [row.series.name, row.series.last]) };
  if (state.table) return { head: ['series', 'last', 'min', 'max', 'mean'], rows: () => rows.map((row) => [row.series.name, row.last, row.min, row.max, row.mean]) };
  return { head: ['time', 'series', 'value'], rows: () => rows.flatMap((row) => row.series.times.map((at, i) => [new Date(at).toISOString(), row.series.name, row.series.values[i] ?? null])) };
}

function Body({ state, data, readings, rows, draw }: { state: ExploreState; data: Runs; readings: readonly Reading[]; rows: readonly Row[]; draw: (metric: string) => void }) {
  const t = useText();
  const histograms = rows.filter((row) => row.series.histograms.length > 0);
  const isRangeVector = state.instant && data.runs.some((run) => run.answer?.type === 'matrix');
  const hasFigures = rows.some((row) => row.series.times.length > 0);
  const metric = histograms[0]?.series.labels['__name__'];
  return (
    <>
      {isRangeVector && <div className="hint inpanel"><Icon name="info" /><span>{t.metrics.rangeVector}</span></div>}
      {histograms.length > 0 && (
        <div className="hint inpanel">
          <Icon name="info" />
          <span>{t.metrics.histograms} {metric !== undefined && <button type="button" className="linkbutton" onClick={() => draw(metric)}>{t.metrics.asQuantiles}</button>}</span>
        </div>
      )}
      {hasFigures && (state.instant || state.table ? <ResultTable rows={rows.filter((row) => row.series.times.length > 0)} instant={state.instant} /> : <Chart state={state} data={data} readings={readings} rows={rows} />)}
      {histograms.length > 0 && <Histograms rows={histograms} />}
    </>
  );
}

function Chart({ state, data, readings, rows }: { state: ExploreState; data: Runs; readings: readonly Reading[]; rows: readonly Row[] }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const { setView } = useView();
  const [looked, setLooked] = useState<string | null>(null);
  const markers = useMarkers(state, t.marker.alert);
  const exemplars = useExemplars(state, readings);
  const { drawn, left } = drawnRows(rows, state.hidden, state.only);
  const mixed = new Set(readings.map(({ measure }) => `${measure.unit} ${measure.perSecond}`)).size > 1;
  const lines = drawn.map(({ row, tone, pattern }) => ({
    id: row.id, name: row.name.slice(0, 24), times: row.series.times, values: row.series.values, stepMs: data.step * 1000, format: row.format,
    tone: looked === row.id ? ('acc' as const) : tone, pattern, dim: looked !== null && looked !== row.id,
  }));
  const dots = exemplars.found.map(({ exemplar, high, format }) => ({
    traceId: exemplar.traceId, spanId: exemplar.spanId, atMs: exemplar.atMs, value: high ? exemplar.value : null,
    label: t.metrics.dot(clockSeconds(exemplar.atMs, zone), high ? format(exemplar.value) : figure(exemplar.value), Object.entries(exemplar.labels).filter(([key]) => key !== '__name__' && key !== 'le').slice(0, 3).map(([key, value]) => `${key}=${value}`).join(' ')),
  }));
  const widest = Math.max(0, ...drawn.slice(0, 12).map(({ row }) => [...row.name.slice(0, 24)].length));
  return (
    <>
      <TimeChart label={state.queries.join('; ')} lines={lines} {...data.range} format={mixed ? figure : (readings[0]?.format ?? figure)} height={300} gutter={Math.min(190, 70 + widest * 6)} markers={markers} fit={state.fit} dots={dots} />
      {dots.length > 0 && <p className="hint inpanel"><span className="dot sample" /><span>{exemplars.found[0]?.high ? t.metrics.dotsHigh : t.metrics.dotsFloor}</span></p>}
      {exemplars.failed && state.dots && <p className="hint inpanel"><span>{t.metrics.dotsFailed}</span></p>}
      {left > 0 && <div className="hint inpanel warn"><Icon name="warn" /><span>{t.metrics.leftOut(left, MAX_LINES)}</span></div>}
      <Legend rows={rows} hidden={state.hidden} only={state.only} look={setLooked}
        toggle={(id) => setView({ hide: toggled(state.hidden, id), only: undefined }, true)}
        solo={(id) => setView({ only: state.only === id ? undefined : id, hide: undefined }, true)}
        all={() => setView({ only: undefined, hide: undefined }, true)} />
    </>
  );
}

/** Over time or now, chart or table, step, dots, scale: all of it in the address. */
function Controls({ state }: { state: ExploreState }) {
  const t = useText();
  const { setView } = useView();
  const window = useTimeWindow();
  const range = window.resolve();
  const automatic = t.span(stepSeconds(range) * 1000);
  return (
    <div className="resultbar">
      <Segmented label={t.metrics.mode} value={state.instant ? 'instant' : 'range'} options={[{ id: 'range', text: t.metrics.overTime }, { id: 'instant', text: t.metrics.instant }]} choose={(mode) => setView({ mode: mode === 'instant' ? mode : undefined })} />
      {!state.instant && (
        <>
          <Segmented label={t.metrics.show} value={state.table ? 'table' : 'chart'} options={[{ id: 'chart', text: t.metrics.chart }, { id: 'table', text: t.metrics.table }]} choose={(show) => setView({ show: show === 'table' ? show : undefined })} />
          <label className="inlinefield">
            {t.metrics.step}
            <select value={state.step} onChange={(event) => setView({ step: event.currentTarget.value || undefined })}>
              <option value="">{t.metrics.auto(automatic)}</option>
              {state.step !== '' && !STEPS.some((step) => step === state.step) && <option value={state.step}>{state.step}</option>}
              {STEPS.map((step) => <option key={step} value={step} disabled={!fits(secondsOf(step) ?? 1, range)}>{step}</option>)}
            </select>
          </label>
          {!state.table && (
            <>
              <button type="button" className="btn sm" aria-pressed={state.dots} onClick={() => setView({ dots: state.dots ? 'off' : undefined }, true)}>{t.metrics.dots}</button>
              <button type="button" className="btn sm" aria-pressed={state.fit} title={t.metrics.fitHint} onClick={() => setView({ scale: state.fit ? undefined : 'fit' }, true)}>{t.metrics.fit}</button>
            </>
          )}
        </>
      )}
    </div>
  );
}
