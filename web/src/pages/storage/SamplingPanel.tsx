import type { UseQueryResult } from '@tanstack/react-query';
import type { Sampling, SamplingPolicy } from '../../api/bongsu';
import { Icon } from '../../components/icons';
import { CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Empty, Failure, Skeleton } from '../../components/states';
import { bytes, count, percent, seconds } from '../../format/number';
import { useText } from '../../messages';
import { samplingOf, type SamplingOutlook } from './storage';

const SAMPLE = 'tail_sampling:\n  decision_wait: 30s\n  policies:\n    - {name: baseline, type: probabilistic, probabilistic: {sampling_percentage: 5}}\nkeep_errors: true\nkeep_slow: 1s\nlogs:\n  - {service: api, level: [debug, info], ratio: 0.1}';

/** Which traces and logs are kept and which are not, by which policy, and what still waits. */
export function SamplingPanel({ query }: { query: UseQueryResult<Sampling> }) {
  const t = useText();
  const words = t.storage.sampling;
  if (query.error && !query.data) return <section className="panel"><Failure error={query.error} retry={() => void query.refetch()} /></section>;
  if (!query.data) return <section className="panel"><Skeleton lines={4} /></section>;
  const sampling = query.data;
  const outlook = samplingOf(sampling);
  if (!outlook.isOn) return <Panel title={words.title}><Empty title={words.off} code={`# sampling.yaml\n${SAMPLE}`}>{words.offNext}</Empty></Panel>;
  const reason = (policy: SamplingPolicy | null): string | null => (policy === null ? null : words.by(policy.name, policy.type === '' ? words.own[policy.name]?.(seconds(sampling.keepSlowMs / 1000)) ?? null : null));
  const rows = () => outlook.rows.map((row) => [row.name, row.type, row.sampled, row.notSampled, row.dropped, row.keptTraces, row.keptSpans, row.droppedTraces, row.droppedSpans, row.lateKeptSpans, row.lateDroppedSpans]);
  return (
    <Panel title={words.title} unit={words.since} tools={<CsvButton name="sampling" head={['policy', 'type', 'sampled', 'not sampled', 'dropped', 'kept traces', 'kept spans', 'dropped traces', 'dropped spans', 'late kept spans', 'late dropped spans']} rows={rows} />}>
      <p className="body">{sampling.tail ? words.sentence({ kept: outlook.kept, dropped: outlook.dropped, mostKept: reason(outlook.most.kept), mostDropped: reason(outlook.most.dropped), waiting: sampling.undecided.traces }) : words.head(sampling.headRatio)}</p>
      <Problems sampling={sampling} outlook={outlook} />
      {sampling.tail && <Waiting sampling={sampling} />}
      {outlook.rows.length > 0 && <Policies rows={outlook.rows} keepSlowMs={sampling.keepSlowMs} />}
      {outlook.causes.length > 0 && <p className="body soft causes">{words.causes(outlook.causes.map(([reason, n]) => words.cause(words.reason[reason], n)))}</p>}
      {sampling.logs.length > 0 && <LogRules rules={sampling.logs} />}
    </Panel>
  );
}

/** What went otherwise than meant. */
function Problems({ sampling, outlook }: { sampling: Sampling; outlook: SamplingOutlook }) {
  const words = useText().storage.sampling;
  const said = [...(outlook.early > 0 ? [words.early(outlook.early)] : []), ...(sampling.undecided.lostDrops > 0 ? [words.lostDrops(sampling.undecided.lostDrops)] : [])];
  if (said.length === 0) return null;
  return <>{said.map((text) => <div key={text} className="hint inpanel"><Icon name="warn" /><span>{text}</span></div>)}</>;
}

function Waiting({ sampling }: { sampling: Sampling }) {
  const t = useText();
  const words = t.storage.sampling;
  const { undecided } = sampling;
  const full = undecided.budgetBytes === 0 ? 0 : undecided.bytes / undecided.budgetBytes;
  const root = sampling.rootGraceMs === 0 ? null : seconds(sampling.rootGraceMs / 1000);
  return (
    <dl className="facts padded">
      <div>
        <dt>{words.waiting}</dt>
        <dd>{count(undecided.traces)}</dd>
        <dd className="sub">{words.ofTraces(count(undecided.capacity))}</dd>
      </div>
      <div>
        <dt>{words.waitingBytes}</dt>
        <dd>{undecided.spanBytes === 0 ? '0' : bytes(undecided.spanBytes)}</dd>
        <dd className="sub">{words.waitingSpans(undecided.spans)}</dd>
      </div>
      <div>
        <dt>{words.longest}</dt>
        <dd>{undecided.traces === 0 ? '–' : seconds(undecided.oldestMs / 1000)}</dd>
        <dd className="sub">{words.wait(seconds(sampling.decisionWaitMs / 1000), root)}</dd>
      </div>
      <div>
        <dt>{words.memory}</dt>
        <dd>{undecided.bytes === 0 ? '0' : bytes(undecided.bytes)}</dd>
        <dd className="sub">{words.ofMemory(bytes(undecided.budgetBytes))}</dd>
        <dd className="sub"><span className={`meter wide ${full >= 0.9 ? 'warn' : ''}`} role="img" aria-label={percent(full)}><i style={{ width: `${Math.min(100, full * 100)}%` }} /></span></dd>
      </div>
    </dl>
  );
}

const orDash = (n: number) => (n === 0 ? <span className="mute">–</span> : count(n));

function Policies({ rows, keepSlowMs }: { rows: readonly SamplingPolicy[]; keepSlowMs: number }) {
  const t = useText();
  const words = t.storage.sampling;
  return (
    <table className="budgettable">
      <thead><tr><th>{words.policy}</th><th className="r">{words.keptTraces}</th><th className="r">{words.droppedTraces}</th><th className="r ph">{words.keptSpans}</th><th className="r ph">{words.droppedSpans}</th><th className="r ph" title={words.lateHint}>{words.late}</th><th className="ph">{words.verdict}</th></tr></thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.name} ${row.type}`} data-row>
            <td><span className="mono">{row.name}</span><span className="under">{row.type === '' ? (words.own[row.name]?.(seconds(keepSlowMs / 1000)) ?? '') : row.type}{row.isPresent ? '' : ` · ${words.gone}`}</span></td>
            <td className="r">{orDash(row.keptTraces)}</td>
            <td className="r">{orDash(row.droppedTraces)}</td>
            <td className="r ph">{orDash(row.keptSpans)}</td>
            <td className="r ph">{orDash(row.droppedSpans)}</td>
            <td className="r ph">{orDash(row.lateKeptSpans + row.lateDroppedSpans)}</td>
            <td className="ph">{row.type === '' ? <span className="mute">–</span> : words.said(row.sampled + row.dropped, row.sampled + row.notSampled + row.dropped, row.type === 'drop')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LogRules({ rules }: { rules: Sampling['logs'] }) {
  const words = useText().storage.sampling;
  return (
    <table className="logrules">
      <thead><tr><th>{words.logRule}</th><th className="r ph">{words.share}</th><th className="r">{words.kept}</th><th className="r ph" title={words.sparedHint}>{words.spared}</th><th className="r">{words.dropped}</th></tr></thead>
      <tbody>
        {rules.map((rule) => (
          <tr key={rule.name} data-row>
            <td className="mono">{rule.name}</td>
            <td className="r ph">{percent(rule.ratio)}</td>
            <td className="r">{orDash(rule.kept)}</td>
            <td className="r ph">{orDash(rule.spared)}</td>
            <td className="r">{orDash(rule.dropped)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
