import { useQuery } from '@tanstack/react-query';
import { queryRange, metricNames } from '../../api/prometheus';
import { TimeChart, type LineTone } from '../../components/chart/TimeChart';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Empty, Failure, Partial, Skeleton } from '../../components/states';
import { useDraft } from '../../components/useDraft';
import { DASH, number3 } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow, useView } from '../../time/view';
import { withParams } from '../../api/http';

const MAX_LINES = 40;
const START = 'sum by (service_name) (rate(http_server_request_duration_seconds_count[1m]))';
const toneOf = (i: number): LineTone => (['d1', 'acc', 'd2', 'd3'] as const)[i] ?? 'd3';

/** One PromQL query over the page's time: chart, last values, and the request that gave them. */
export default function Metrics() {
  const t = useText();
  const { view, setView } = useView();
  const window = useTimeWindow();
  const asked = view.q ?? '';
  const [draft, setDraft] = useDraft(asked === '' ? START : asked);
  const names = useQuery({ queryKey: ['metric names'], queryFn: ({ signal }) => metricNames(signal), staleTime: 300_000 });
  const run = useQuery({
    queryKey: ['metrics', asked, ...window.key],
    queryFn: async ({ signal }) => {
      const range = window.resolve();
      return { range, ...(await queryRange(asked, range.fromMs, range.toMs, window.step(range), signal)) };
    },
    enabled: asked !== '',
    refetchInterval: window.everyMs,
    placeholderData: undefined,
  });
  const series = run.data?.series ?? [];
  const range = window.resolve();
  const path = withParams('/api/v1/query_range', { query: asked, start: Math.floor(range.fromMs / 1000), end: Math.floor(range.toMs / 1000), step: window.step(range) });
  return (
    <>
      <Lead sentence={asked === '' ? t.metrics.query : run.data ? t.sentence.metrics(series.length, Math.min(MAX_LINES, series.length)) : t.nav.metrics} acts={asked === '' ? undefined : <CopyMenu path={path} query={asked} />} />
      <form className="querybox" onSubmit={(event) => { event.preventDefault(); setView({ q: draft.trim() }); }}>
        <label className="field"><span className="sr">{t.metrics.query}</span><input data-search data-write list="metric-names" value={draft} spellCheck={false} autoComplete="off" onChange={(event) => setDraft(event.currentTarget.value)} /></label>
        <datalist id="metric-names">{(names.data ?? []).slice(0, 2000).map((name) => <option key={name} value={name} />)}</datalist>
        <button type="submit" className="btn primary">{t.metrics.run}</button>
      </form>
      {run.error && <section className="panel"><Failure error={run.error} retry={() => void run.refetch()} /></section>}
      {asked !== '' && run.isPending && <section className="panel"><Skeleton /></section>}
      {run.data && (
        <>
          <Panel title={t.metrics.chart}>
            <Partial warnings={run.data.warnings} />
            {series.length === 0 ? <Empty title={t.empty.series} code={asked}>{t.empty.seriesNext}</Empty> : <TimeChart label={asked} lines={series.slice(0, MAX_LINES).map((one, i) => ({ ...one, name: series.length === 1 ? '' : shortLabels(one.labels), tone: toneOf(i) }))} {...run.data.range} format={number3} height={280} gutter={130} />}
          </Panel>
          {series.length > 0 && (
            <Panel title={t.metrics.table} unit={t.metrics.atEnd} tools={<CsvButton name="metrics" head={['series', 'value']} rows={() => series.map((one) => [one.name, one.values.at(-1) ?? null])} />}>
              <div className="scroll"><table><thead><tr><th>{t.table.series}</th><th className="r">{t.table.lastValue}</th></tr></thead>
                <tbody>{series.slice(0, 200).map((one) => <tr key={one.name} data-row><td className="mono clip">{one.name}</td><td className="r">{one.values.at(-1) == null ? DASH : number3(one.values.at(-1) ?? 0)}</td></tr>)}</tbody></table></div>
            </Panel>
          )}
        </>
      )}
    </>
  );
}

const shortLabels = (labels: Record<string, string>): string => Object.entries(labels).filter(([key]) => key !== '__name__').map(([, value]) => value).join(' ').slice(0, 16);
