import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Evidence, Incident, Triage } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { queryInstant, queryRange } from '../../api/prometheus';
import { TimeChart } from '../../components/chart/TimeChart';
import { Icon } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { Empty, Failure, Skeleton } from '../../components/states';
import { DASH, number3, percent, seconds, withUnit } from '../../format/number';
import { useText } from '../../messages';
import { stepSeconds, type Range } from '../../time/range';
import { useTimeWindow } from '../../time/view';
import { clockTime } from '../../time/zone';
import type { Act } from './useRoom';

/** What triage says: the hypothesis with evidence to re-run, or plainly that it does not know. */
export function Cause({ incident, act }: { incident: Incident; act: Act }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const triage = incident.triage;
  const again = (
    <button type="button" className="linkbutton" disabled={act.isPending} onClick={() => act.mutate(() => bongsu.triageAgain(incident.id))}>
      {act.isPending ? t.incident.running : t.incident.again}
    </button>
  );
  if (!triage) return <Panel title={t.incident.cause}><Empty title={t.incident.noTriage}>{t.incident.noTriageNext}{again}</Empty></Panel>;
  const found = triage.outcome === 'hypothesis' ? triage.hypothesis : null;
  return (
    <Panel
      title={t.incident.cause}
      unit={t.incident.foundIn(seconds(triage.elapsedMs / 1000), clockTime(triage.atMs, zone))}
      tools={found ? <Confidence value={found.confidence} /> : undefined}
    >
      <div className="hyp">
        {found ? <><h3>{t.hypothesis(triage)}</h3><p className="soft">{t.because(triage)}</p></> : (
          <>
            <h3><Icon name="none" className="inline" /> {triage.outcome === 'dontKnow' ? t.incident.dontKnow : t.incident.noIncident}</h3>
            <p className="soft">{t.dontKnow(triage)}</p>
          </>
        )}
        {triage.path.length > 0 && <Path triage={triage} />}
      </div>
      {triage.evidence.length > 0 && <ul className="ev">{triage.evidence.map((evidence, i) => <EvidenceRow key={`${evidence.code} ${i}`} evidence={evidence} />)}</ul>}
      <Others triage={triage} again={again} />
    </Panel>
  );
}

function Confidence({ value }: { value: number }) {
  const t = useText();
  const bars = value >= 0.75 ? 3 : value >= 0.5 ? 2 : 1;
  return (
    <span className="conf">
      {t.incident.confidence(t.incident.confidenceWord(value), value.toFixed(2))}
      {[1, 2, 3].map((bar) => <i key={bar} className={bar <= bars ? 'on' : ''} />)}
    </span>
  );
}

function Path({ triage }: { triage: Triage }) {
  const t = useText();
  return (
    <p className="path">
      <span className="mute">{t.incident.path(triage.sliKind === 'latency')} </span>
      {triage.path.map((hop, i) => <span key={`${hop.from} ${hop.to}`}>{i === 0 && hop.from} → {hop.to} <span className="mute">{percent(hop.share)}</span> </span>)}
    </p>
  );
}

function EvidenceRow({ evidence }: { evidence: Evidence }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const { before, after, unit } = evidence;
  return (
    <li data-row>
      <Icon name={evidence.supports ? 'good' : 'minus'} className={evidence.supports ? '' : 'no'} />
      <span>
        <span className="sr">{evidence.supports ? t.incident.supports : t.incident.contradicts}: </span>
        {!evidence.supports && <b className="strong">{t.incident.against}: </b>}
        {t.evidence(evidence)}
      </span>
      <button type="button" className="num numbutton" aria-expanded={open} title={t.incident.showQuery} onClick={() => setOpen(!open)}>
        {before !== null && after !== null && <em>{withUnit(before, unit)} → </em>}
        <b>{after !== null ? withUnit(after, unit) : before !== null ? withUnit(before, unit) : evidence.share !== null ? percent(evidence.share) : t.copy.queryLink}</b>
      </button>
      {open && <Rerun evidence={evidence} />}
    </li>
  );
}

/** Runs the evidence's own query again, over its own time, so that nobody has to believe it. */
function Rerun({ evidence }: { evidence: Evidence }) {
  const t = useText();
  const isPromql = evidence.language === 'promql';
  const margin = Math.max(600_000, (evidence.toMs - evidence.fromMs) / 2);
  const range = { fromMs: evidence.fromMs - margin, toMs: evidence.toMs };
  const rerun = useQuery({ queryKey: ['rerun', evidence.query, evidence.fromMs, evidence.toMs], queryFn: ({ signal }) => measureAgain(evidence, range, signal), enabled: isPromql, staleTime: Infinity });
  const to = isPromql ? '/explore' : evidence.language === 'logql' ? '/logs' : '/traces';
  const search = { q: evidence.query, from: String(Math.round(range.fromMs)), to: String(Math.round(range.toMs)) };
  const series = rerun.data?.chart.series ?? [];
  const lines = series.slice(0, 4).map((one, i) => ({ name: series.length > 1 ? shortName(one.labels) : '', times: one.times, values: one.values, tone: (['d1', 'acc', 'd2', 'd3'] as const)[i] ?? ('d3' as const) }));
  const fromMs = Math.min(...series.flatMap((one) => one.times), evidence.fromMs);
  return (
    <div className="rerun">
      <dl className="facts">
        <Measured name={t.incident.before} stored={evidence.before} now={rerun.data?.before} unit={evidence.unit} />
        <Measured name={t.incident.after} stored={evidence.after} now={rerun.data?.after} unit={evidence.unit} />
      </dl>
      {!isPromql && <p className="soft">{t.incident.rerunNone}</p>}
      {isPromql && rerun.isPending && <Skeleton lines={3} />}
      {rerun.error && <Failure error={rerun.error} retry={() => void rerun.refetch()} />}
      {rerun.data && <TimeChart label={t.incident.measuredAgain} lines={lines} fromMs={fromMs} toMs={range.toMs} bands={[{ fromMs: evidence.fromMs, toMs: evidence.toMs }]} format={(value) => withUnit(value, evidence.unit)} height={150} gutter={90} />}
      <Link className="link mono" to={to} search={search}>{evidence.query}</Link>
    </div>
  );
}

/** The stored value, and what the same query gives for the same moment now; undefined while it runs. */
function Measured({ name, stored, now, unit }: { name: string; stored: number | null; now: number | null | undefined; unit: Evidence['unit'] }) {
  const t = useText();
  if (stored === null && now == null) return null;
  return <div><dt>{name}</dt><dd>{stored === null ? DASH : withUnit(stored, unit)}</dd><dd className="sub">{now === undefined ? '' : now === null ? t.incident.nowNothing : t.incident.nowIs(withUnit(now, unit))}</dd></div>;
}

/** Before and after are instant values at both ends of the evidence, as triage computed them. */
async function measureAgain(evidence: Evidence, range: Range, signal: AbortSignal) {
  const at = async (ms: number): Promise<number | null> => {
    const { series } = await queryInstant(evidence.query, ms, signal);
    return series.length === 1 ? (series[0]?.values[0] ?? null) : null;
  };
  const [chart, before, after] = await Promise.all([queryRange(evidence.query, range.fromMs, range.toMs, stepSeconds(range, 120), signal), at(evidence.fromMs), at(evidence.toMs)]);
  return { chart, before, after };
}

const shortName = (labels: Record<string, string>): string => Object.values(labels).join(' ').slice(0, 18);

function Others({ triage, again }: { triage: Triage; again: React.ReactNode }) {
  const t = useText();
  const list = (title: string, rows: Triage['alternatives'], scored: boolean) =>
    rows.length > 0 && (
      <>
        <h3>{title}</h3>
        <dl>
          {rows.map((suspect, i) => [<dt key={`${i} n`}>{suspect.service}</dt>, <dd className="sc" key={`${i} s`}>{scored ? number3(suspect.score) : ''}</dd>, <dd key={`${i} w`}>{t.suspect(suspect, triage.sliKind)}</dd>])}
        </dl>
      </>
    );
  return (
    <div className="why">
      {list(t.incident.whyLower, triage.alternatives, true)}
      {list(t.incident.ruledOut, triage.ruledOut, false)}
      <div className="hint">
        <Icon name="hidden" />
        <span>{triage.blindSpots.length > 0 && `${t.incident.blindSpots}: ${triage.blindSpots.map(t.blindSpot).join('; ')} `}{again}</span>
      </div>
    </div>
  );
}
