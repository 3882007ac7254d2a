import { useQuery } from '@tanstack/react-query';
import { scrapeTargets, type Target } from '../../api/prometheus';
import { ExploreTabs } from '../../components/ExploreTabs';
import { Icon } from '../../components/icons';
import { Lead } from '../../components/Lead';
import { CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { StateWord } from '../../components/StateWord';
import { Empty, Loaded } from '../../components/states';
import { Ago } from '../../components/When';
import { seconds } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow, useView } from '../../time/view';
import { countTargets, filterTargets, orderTargets, poolsOf, scrapedMs, stateOf } from './order';

const MAX_ROWS = 300;
const EVERY_MS = 10_000;
const TONE = { up: 'good', losing: 'warn', down: 'bad', unknown: 'none' } as const;

/** Where metrics are scraped, and whether it works: one sentence, then those that fail. */
export default function Targets() {
  const t = useText();
  const words = t.metrics.targets;
  const { everyMs } = useTimeWindow();
  const query = useQuery({ queryKey: ['targets'], queryFn: ({ signal }) => scrapeTargets(signal), refetchInterval: everyMs === false ? false : Math.max(EVERY_MS, everyMs) });
  const targets = query.data?.activeTargets ?? [];
  const counts = countTargets(targets);
  const first = orderTargets(targets)[0];
  const sentence = !query.data ? t.metrics.tabs.targets : counts.total === 0 ? words.none : counts.down > 0 ? words.down(counts.down, counts.total) : counts.losing > 0 ? words.losing(counts.losing) : counts.unknown > 0 ? words.waiting(counts.unknown, counts.total) : words.allUp(counts.total);
  return (
    <>
      <Lead sentence={sentence} over={counts.down > 0 ? <StateWord tone="bad">{words.healthWord.down}</StateWord> : counts.losing > 0 ? <StateWord tone="warn">{words.losingWord}</StateWord> : undefined}>
        {first && first.lastError !== '' && <p>{words.first(first.scrapePool, first.lastError)}{counts.down > 0 && counts.losing > 0 ? ` ${words.losing(counts.losing)}.` : ''}</p>}
      </Lead>
      <ExploreTabs />
      <Loaded query={query}>
        {(found) => (found.activeTargets.length === 0 ? <Panel title={t.metrics.tabs.targets}><Empty title={words.none} code={SCRAPE}>{words.noneNext}</Empty></Panel> : <List targets={found.activeTargets} />)}
      </Loaded>
    </>
  );
}

const SCRAPE = 'scrape_configs:\n  - job_name: my-service\n    static_configs:\n      - targets: [localhost:8000]';

function List({ targets }: { targets: readonly Target[] }) {
  const t = useText();
  const words = t.metrics.targets;
  const { view, setView } = useView();
  const onlyDown = view.status === 'down';
  const matching = orderTargets(filterTargets(targets, view.q ?? '', onlyDown));
  const pools = poolsOf(targets);
  const rows = () => matching.map((one) => [one.scrapePool, one.scrapeUrl, one.health, one.lastScrape, one.lastScrapeDuration, one.lastError]);
  return (
    <>
      {pools.length > 1 && (
        <Panel title={words.pools}>
          <ul className="chips padded">{pools.slice(0, 40).map((pool) => <li key={pool.name} className="chip plain"><b>{pool.name}</b>{pool.counts.down > 0 ? <StateWord tone="bad">{words.upOf(pool.counts.up + pool.counts.losing, pool.counts.total)}</StateWord> : <span className="mute">{words.upOf(pool.counts.up + pool.counts.losing, pool.counts.total)}</span>}</li>)}</ul>
        </Panel>
      )}
      <Panel title={t.metrics.tabs.targets} tools={<CsvButton name="targets" head={['job', 'url', 'health', 'last scrape', 'seconds', 'error']} rows={rows} />} footer={matching.length > MAX_ROWS ? words.leftOut(MAX_ROWS, matching.length) : undefined}>
        <div className="resultbar">
          <div className="field grow"><Icon name="search" /><input data-search aria-label={words.filter} placeholder={`${words.filter}: ${words.filterHint}`} value={view.q ?? ''} onChange={(event) => setView({ q: event.currentTarget.value || undefined }, true)} /></div>
          <button type="button" className="btn sm" aria-pressed={onlyDown} onClick={() => setView({ status: onlyDown ? undefined : 'down' }, true)}>{words.onlyDown}</button>
        </div>
        {matching.length === 0 ? <Empty title={words.none2} /> : (
          <div className="scroll"><table className="targets">
            <thead><tr><th>{words.target}</th><th>{words.health}</th><th className="ph">{words.pool}</th><th className="r ph">{words.last}</th><th className="r ph">{words.took}</th></tr></thead>
            <tbody>{matching.slice(0, MAX_ROWS).map((one) => <Row key={`${one.scrapePool} ${one.scrapeUrl} ${JSON.stringify(one.labels)}`} target={one} />)}</tbody>
          </table></div>
        )}
      </Panel>
    </>
  );
}

function Row({ target }: { target: Target }) {
  const t = useText();
  const words = t.metrics.targets;
  const at = scrapedMs(target);
  const state = stateOf(target);
  const labels = Object.entries(target.labels).filter(([name]) => name !== 'job').map(([name, value]) => `${name}="${value}"`).join(' ');
  return (
    <tr data-row>
      <td className="wrap"><span className="mono">{target.scrapeUrl}</span><span className="under">{labels}</span>{target.lastError !== '' && <span className={state === 'down' ? 'under wrong' : 'under warned'}>{target.lastError}</span>}</td>
      <td><StateWord tone={TONE[state]}>{state === 'losing' ? words.losingWord : words.healthWord[state]}</StateWord></td>
      <td className="ph">{target.scrapePool}{target.scrapeInterval !== undefined && <span className="under">{words.every(target.scrapeInterval)}</span>}</td>
      <td className="r ph nw">{at === null ? <span className="mute">{words.never}</span> : <Ago ms={at} />}</td>
      <td className="r ph nw">{at === null ? '' : seconds(target.lastScrapeDuration)}</td>
    </tr>
  );
}
