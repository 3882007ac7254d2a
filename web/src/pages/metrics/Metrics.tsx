import { useMemo, useState } from 'react';
import { instantPath, rangePath } from '../../api/prometheus';
import { ExploreTabs } from '../../components/ExploreTabs';
import { Lead } from '../../components/Lead';
import { CopyMenu } from '../../components/links';
import { Panel } from '../../components/Panel';
import { useSendCommands } from '../../frame/sendCommands';
import { Empty, Failure } from '../../components/states';
import { useText } from '../../messages';
import { useTimeWindow, useView } from '../../time/view';
import type { Entry } from './catalog';
import { firstChoice, groupAt, replaceGroup, windowFor, withWay, writeChoice, type Choice } from './choice';
import { explain } from './explain';
import { MAX_QUERIES, readExplore, stepOf, writeQueries } from './exploreState';
import { Finder } from './Finder';
import { letterOf, Queries } from './Queries';
import { Result } from './Result';
import { buildRows, type RowSource } from './rows';
import { Shape } from './Shape';
import { readingOf, useCatalog, useRuns, type Reading, type Runs } from './useExplore';

/** The metric explorer: find a metric or write a query, see it in a sentence, a chart and a table. */
export default function Metrics() {
  const t = useText();
  const commands = useSendCommands();
  const { view, setView } = useView();
  const window = useTimeWindow();
  const state = useMemo(() => readExplore(view), [view]);
  const { catalog, truncatedAt, error, refetch } = useCatalog();
  const runs = useRuns(state);
  const readings = useMemo(() => state.queries.map((query) => readingOf(query, catalog)), [state.queries, catalog]);
  const rows = useMemo(() => buildRows(sourcesOf(readings, runs.data)), [readings, runs.data]);
  const [drafts, setDrafts] = useDrafts(state.queries);
  const [chosen, setActive] = useState(0);
  const active = Math.min(chosen, drafts.length - 1);
  const draftChoices = useMemo(() => drafts.map((draft) => readingOf(draft, catalog).choice), [drafts, catalog]);
  const group = groupAt(draftChoices, active);
  const entry = group ? (catalog?.find(group.choice.metric) ?? null) : null;
  const run = (queries: readonly string[]) => {
    const next = writeQueries(queries);
    // The same queries again: nothing changes in the address, so they are asked anew here.
    if (JSON.stringify(readExplore({ ...view, ...next }).queries) === JSON.stringify(state.queries)) void runs.refetch();
    else setView(next);
  };
  const change = (choice: Choice) => run(replaceGroup(drafts, group?.rows ?? [], choice, MAX_QUERIES));
  const choose = (found: Entry) => {
    const choice = firstChoice(found.name, found.kind, windowFor(stepOf(state.step, window.resolve())));
    const place = group?.rows ?? (drafts[active]?.trim() === '' || drafts.length >= MAX_QUERIES ? [active] : []);
    setActive(place[0] ?? drafts.length);
    run(replaceGroup(drafts, place, choice, MAX_QUERIES));
  };
  const drawHistogram = (metric: string) => {
    const shown = readings.find(({ choice }) => choice?.metric === metric)?.choice;
    run(writeChoice(shown ? withWay({ ...shown, kind: 'nativeHistogram' }, 'quantiles') : firstChoice(metric, 'nativeHistogram', '5m')));
  };
  const shape = group && (entry !== null || truncatedAt !== null) ? <Shape choice={group.choice} entry={entry} change={change} /> : null;
  const range = window.resolve();
  const first = state.queries[0] ?? '';
  const path = state.instant ? instantPath(first, range.toMs) : rangePath(first, range.fromMs, range.toMs, stepOf(state.step, range));
  return (
    <>
      <Lead sentence={explain(t, { metrics: catalog?.entries.length ?? null, readings, runs: runs.data, rows, now: (view.to ?? 'now') === 'now' })} acts={first === '' ? undefined : <CopyMenu path={path} query={state.queries.join('\n')} />} />
      <ExploreTabs />
      {error !== null && catalog === null && <section className="panel"><Failure error={error} retry={() => void refetch()} /></section>}
      {catalog?.entries.length === 0 && <Panel title={t.metrics.find}><Empty title={t.metrics.none} code={commands}>{t.metrics.noneNext}</Empty></Panel>}
      {catalog !== null && catalog.entries.length > 0 && <Finder catalog={catalog} truncatedAt={truncatedAt} open={first === ''} choose={choose} />}
      <div className={shape ? 'grid gside' : 'stack'}>
        <div className="stack explorer">
          <Queries drafts={drafts} active={active} range={window.resolve} setDrafts={setDrafts} setActive={setActive} run={run} />
          {first !== '' && <Result state={state} runs={runs} readings={readings} rows={rows} draw={drawHistogram} />}
        </div>
        {shape}
      </div>
    </>
  );
}

/** The texts of the editors follow the address until somebody writes. */
function useDrafts(queries: readonly string[]): [string[], (drafts: string[]) => void] {
  const asked = JSON.stringify(queries);
  const [held, setHeld] = useState({ asked, drafts: rowsFor(queries) });
  if (held.asked !== asked) setHeld({ asked, drafts: rowsFor(queries) });
  return [held.asked === asked ? held.drafts : rowsFor(queries), (drafts) => setHeld({ asked, drafts })];
}

const rowsFor = (queries: readonly string[]): string[] => (queries.length === 0 ? [''] : [...queries]);

/** The results with the word before their names: the quantile, or the query's letter. */
function sourcesOf(readings: readonly Reading[], runs: Runs | undefined): RowSource[] {
  return (runs?.runs ?? []).map((run, i) => {
    const reading = readings.find((one) => one.query === run.query);
    const quantile = reading?.choice?.way === 'quantiles' ? reading.choice.quantiles[0] : undefined;
    return { query: run.query, series: run.answer?.series ?? [], prefix: quantile !== undefined ? `p${Number((quantile * 100).toPrecision(6))}` : readings.length > 1 ? letterOf(i) : '', format: reading?.format ?? String };
  });
}
