import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Cardinality as Counts, MetricCount } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { ApiFailure } from '../../api/http';
import { tsdbStatus, type TsdbStatus } from '../../api/prometheus';
import { ExploreTabs } from '../../components/ExploreTabs';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CsvButton, QueryLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { StateWord } from '../../components/StateWord';
import { Empty, Loaded } from '../../components/states';
import { bytes, count, DASH } from '../../format/number';
import { useText } from '../../messages';
import type { Messages } from '../../messages/en';
import { quote, writeLabel, writeSelector } from '../../promql/syntax';
import { useTimeWindow } from '../../time/view';
import { clockSeconds } from '../../time/zone';
import { collectorSnippet, relabelSnippet, shareOf, verdictOf, type Verdict } from './verdict';

const TOP = 20;
// Counting is work for a server that may be in trouble: twice a minute is enough to watch a storm, whatever the page's refresh.
const EVERY_MS = 30_000;

interface Found { counts: Counts; tsdb: TsdbStatus | null; budgets: boolean; atMs: number }

/** What there is how many of, and whether something explodes. Small answers at a slow pace, so that it works while a storm is on. */
export default function Cardinality() {
  const t = useText();
  const { everyMs, zone } = useTimeWindow();
  const query = useQuery({ queryKey: ['cardinality'], queryFn: ({ signal }) => ask(signal), refetchInterval: everyMs === false ? false : Math.max(EVERY_MS, everyMs) });
  const verdict = query.data ? verdictOf(query.data.counts) : null;
  return (
    <>
      <Lead sentence={verdict ? say(t, verdict, query.data) : t.metrics.tabs.cardinality} over={verdict && verdict.code !== 'calm' && verdict.code !== 'empty' ? <StateWord tone={verdict.code === 'full' ? 'warn' : 'bad'}>{verdict.code === 'exploding' ? t.metrics.cardinality.explodes : t.metrics.cardinality.atLimit}</StateWord> : undefined}>
        {verdict && 'others' in verdict && verdict.others > 0 && <p>{t.metrics.cardinality.others(verdict.others)}</p>}
        {query.data && !query.data.budgets && <p>{t.metrics.cardinality.unknown}</p>}
      </Lead>
      <ExploreTabs />
      <Loaded query={query}>
        {(found) => (
          <>
            {verdict?.code === 'exploding' && <HowTo metric={verdict.metric.metric} label={verdict.label} />}
            <Facts found={found} asOf={t.metrics.cardinality.asOf(clockSeconds(found.atMs, zone))} />
            {found.counts.metrics.length > 0 && <Metrics metrics={found.counts.metrics.slice(0, TOP)} budgets={found.budgets} />}
            <div className="grid g2">
              <Labels counts={found.counts} />
              <div className="stack">
                <Pairs counts={found.counts} />
                {found.counts.services.length > 0 && <Services counts={found.counts} />}
              </div>
            </div>
            {verdict?.code === 'empty' && <Panel title={t.metrics.cardinality.metrics}><Empty title={t.metrics.none}>{t.empty.sub}</Empty></Panel>}
          </>
        )}
      </Loaded>
    </>
  );
}

/** Budgets from Bongsu; without them (an older server) what Prometheus' own endpoint counts. */
async function ask(signal: AbortSignal): Promise<Found> {
  const [budgets, tsdb] = await Promise.allSettled([bongsu.cardinality(TOP, signal), tsdbStatus(TOP, signal)]);
  const known = tsdb.status === 'fulfilled' ? tsdb.value : null;
  if (budgets.status === 'fulfilled') return { counts: budgets.value, tsdb: known, budgets: true, atMs: Date.now() };
  if (!known || !(budgets.reason instanceof ApiFailure) || budgets.reason.status !== 404) throw budgets.reason;
  return { counts: fromTsdb(known), tsdb: known, budgets: false, atMs: Date.now() };
}

function fromTsdb(of: TsdbStatus): Counts {
  const memory = new Map(of.memoryInBytesByLabelName.map((one) => [one.name, one.value]));
  return {
    series: of.headStats.numSeries, limit: 0, chunks: of.headStats.chunkCount, services: [],
    metrics: of.seriesCountByMetricName.map(({ name, value }) => ({ metric: name, series: value, newLastHour: 0, limit: 0, refusedLastHour: 0, explodingLabel: null, explodingValues: 0 })),
    labels: of.labelValueCountByLabelName.map(({ name, value }) => ({ label: name, values: value, bytes: memory.get(name) ?? 0 })),
    pairs: of.seriesCountByLabelValuePair.map(({ name, value }) => ({ pair: name, series: value })),
  };
}

function say(t: Messages, verdict: Verdict, found: Found | undefined): string {
  const words = t.metrics.cardinality;
  switch (verdict.code) {
    case 'empty': return words.empty;
    case 'exploding': return words.exploding({ metric: verdict.metric.metric, label: verdict.label, values: verdict.metric.explodingValues, newLastHour: verdict.metric.newLastHour, refused: verdict.metric.refusedLastHour });
    case 'refusing': return words.refusing(verdict.metric.metric, verdict.metric.refusedLastHour);
    case 'refusingService': return words.refusingService(verdict.service, verdict.refused);
    case 'full': return words.full(verdict.series, verdict.limit);
    default: {
      if (found?.budgets !== false) return words.calm(verdict.series, verdict.limit, verdict.newLastHour, (found?.counts.metrics.length ?? 0) >= TOP);
      // Without budgets nobody knows whether this is much: only what is counted is said.
      const label = found.counts.labels.find((one) => one.label !== '__name__' && one.label !== 'le');
      return words.counted(verdict.series, label?.label ?? null, label?.values ?? 0);
    }
  }
}

function HowTo({ metric, label }: { metric: string; label: string }) {
  const t = useText();
  const words = t.metrics.cardinality;
  return (
    <Panel title={words.how(label)} tools={<a href="https://prometheus.io/docs/practices/naming/#labels" target="_blank" rel="noreferrer">{words.docs}</a>}>
      <div className="md howto">
        <p>{words.howWhy}</p>
        <p>{words.howSource}</p>
        <div className="grid g2">
          <div><p>{words.howScrape}</p><pre>{relabelSnippet(metric, label)}</pre></div>
          <div><p>{words.howCollector}</p><pre>{collectorSnippet(metric, label)}</pre></div>
        </div>
      </div>
    </Panel>
  );
}

function Facts({ found: { counts, tsdb, budgets }, asOf }: { found: Found; asOf: string }) {
  const t = useText();
  const words = t.metrics.cardinality;
  const sum = (pick: (metric: MetricCount) => number) => counts.metrics.reduce((total, metric) => total + pick(metric), 0);
  const memory = counts.labels.reduce((total, label) => total + label.bytes, 0);
  // The server lists the largest metrics only, so sums over them say so.
  const listed = counts.metrics.length >= TOP ? words.ofTop(counts.metrics.length) : '';
  const share = shareOf(counts.series, counts.limit);
  return (
    <Panel title={t.metrics.tabs.cardinality} unit={asOf}>
      <dl className="facts padded">
        <Fact name={words.series} value={count(counts.series)} note={counts.limit > 0 ? words.ofLimit(count(counts.limit)) : ''}>{share !== null && <Meter share={share} />}</Fact>
        {budgets && <Fact name={words.newLastHour} value={count(sum((metric) => metric.newLastHour))} note={listed} />}
        {budgets && <Fact name={words.refused} value={count(sum((metric) => metric.refusedLastHour))} note={listed} />}
        {counts.chunks > 0 && <Fact name={words.chunks} value={count(counts.chunks)} />}
        {tsdb && <Fact name={words.pairsTotal} value={count(tsdb.headStats.numLabelPairs)} />}
        {memory > 0 && <Fact name={words.memory} value={bytes(memory)} note={words.top(counts.labels.length)} />}
      </dl>
    </Panel>
  );
}

function Fact({ name, value, note = '', children }: { name: string; value: string; note?: string; children?: ReactNode }) {
  return <div><dt>{name}</dt><dd>{value}{note !== '' && <small> {note}</small>}</dd>{children !== undefined && children !== false && <dd>{children}</dd>}</div>;
}

/** How much of a budget is used; the number stands beside it. */
function Meter({ share }: { share: number }) {
  return <span className={`meter ${share >= 1 ? 'bad' : share >= 0.9 ? 'warn' : ''}`}><i style={{ width: `${Math.min(1, share) * 100}%` }} /></span>;
}

function Metrics({ metrics, budgets }: { metrics: readonly MetricCount[]; budgets: boolean }) {
  const t = useText();
  const words = t.metrics.cardinality;
  const limited = metrics.some((metric) => metric.limit > 0);
  return (
    <Panel title={words.metrics} unit={words.top(metrics.length)} tools={<CsvButton name="cardinality" head={['metric', 'series', 'new last hour', 'limit', 'refused last hour', 'exploding label', 'values']} rows={() => metrics.map((one) => [one.metric, one.series, one.newLastHour, one.limit, one.refusedLastHour, one.explodingLabel, one.explodingValues])} />}>
      <div className="scroll"><table>
        <thead><tr><th>{words.metric}</th><th className="r">{words.series}</th>{limited && <th className="ph">{words.limitOfMetric}</th>}{budgets && <><th className="r ph">{words.newLastHour}</th><th className="r ph">{words.refused}</th><th>{words.suspect}</th></>}</tr></thead>
        <tbody>{metrics.map((one) => (
          <tr key={one.metric} data-row>
            <td className="mono clip"><QueryLink className="name light" query={`count(${writeSelector(one.metric, [])})`}>{one.metric}</QueryLink></td>
            <td className="r">{count(one.series)}</td>
            {limited && <td className="ph nw">{one.limit > 0 ? <><Meter share={one.series / one.limit} /> <span className="mute">{count(one.limit)}</span></> : DASH}</td>}
            {budgets && <><td className="r ph">{count(one.newLastHour)}</td><td className={`r ph ${one.refusedLastHour > 0 ? 'bad' : 'zero'}`}>{count(one.refusedLastHour)}</td><td>{one.explodingLabel === null ? <span className="mute">{DASH}</span> : <StateWord tone="bad"><span className="mono">{one.explodingLabel}</span> <span className="mute ph">{words.onSeries(count(one.explodingValues))}</span></StateWord>}</td></>}
          </tr>))}
        </tbody>
      </table></div>
    </Panel>
  );
}

function Labels({ counts }: { counts: Counts }) {
  const t = useText();
  const words = t.metrics.cardinality;
  const labels = counts.labels.slice(0, TOP);
  if (labels.length === 0) return null;
  return (
    <Panel title={words.labels} unit={words.top(labels.length)}>
      <table>
        <thead><tr><th>{words.label}</th><th className="r">{words.values}</th><th className="r">{words.bytes}</th></tr></thead>
        <tbody>{labels.map((one) => (
          <tr key={one.label}><td className="mono clip"><QueryLink className="name light" query={`count by (__name__) ({${writeLabel(one.label)}!=""})`}>{one.label}</QueryLink></td><td className="r">{count(one.values)}</td><td className="r">{one.bytes > 0 ? bytes(one.bytes) : DASH}</td></tr>))}
        </tbody>
      </table>
    </Panel>
  );
}

function Pairs({ counts }: { counts: Counts }) {
  const t = useText();
  const words = t.metrics.cardinality;
  // The metrics stand above; a pair that one series has says nothing.
  const pairs = counts.pairs.filter((one) => one.series > 1 && !one.pair.startsWith('__name__=')).slice(0, TOP);
  if (pairs.length === 0) return null;
  return (
    <Panel title={words.pairs} unit={words.top(pairs.length)}>
      <table>
        <thead><tr><th>{words.pair}</th><th className="r">{words.series}</th></tr></thead>
        <tbody>{pairs.map((one) => (
          <tr key={one.pair}><td className="mono clip"><QueryLink className="name light" query={pairQuery(one.pair)}>{one.pair}</QueryLink></td><td className="r">{count(one.series)}</td></tr>))}
        </tbody>
      </table>
    </Panel>
  );
}

function pairQuery(pair: string): string {
  const at = pair.indexOf('=');
  return at <= 0 ? '' : `count by (__name__) ({${writeLabel(pair.slice(0, at))}=${quote(pair.slice(at + 1))}})`;
}

function Services({ counts }: { counts: Counts }) {
  const t = useText();
  const words = t.metrics.cardinality;
  return (
    <Panel title={words.services} unit={words.top(Math.min(TOP, counts.services.length))}>
      <table>
        <thead><tr><th>{words.service}</th><th className="r">{words.series}</th><th className="r ph">{words.limit}</th><th className="r">{words.refused}</th></tr></thead>
        <tbody>{counts.services.slice(0, TOP).map((one) => (
          <tr key={one.service}><td className="clip">{one.service === '' ? <span className="mute">{DASH}</span> : one.service}{one.refusedLastHour > 0 && <> <Icon name="warn" className="s inline" /></>}</td><td className="r">{count(one.series)}</td><td className="r ph">{one.limit > 0 ? count(one.limit) : DASH}</td><td className={`r ${one.refusedLastHour > 0 ? 'bad' : 'zero'}`}>{count(one.refusedLastHour)}</td></tr>))}
        </tbody>
      </table>
    </Panel>
  );
}
