import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Evidence, Incident, Triage } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { queryRange } from '../../api/prometheus';
import { TimeChart } from '../../components/chart/TimeChart';
import { Icon } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { Empty, Failure, Skeleton } from '../../components/states';
import { number3, percent, seconds, withUnit } from '../../format/number';
import { useText } from '../../messages';
import { stepSeconds } from '../../time/range';
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
        {found ? <h3>{t.hypothesis(found)}</h3> : (
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
      <span className="mute">{t.incident.path} </span>
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
  const rerun = useQuery({ queryKey: ['rerun', evidence.query, range.fromMs, range.toMs], queryFn: ({ signal }) => queryRange(evidence.query, range.fromMs, range.toMs, stepSeconds(range, 120), signal), enabled: isPromql, staleTime: Infinity });
  const to = isPromql ? '/metrics' : evidence.language === 'logql' ? '/logs' : '/traces';
  const search = { q: evidence.query, from: String(Math.round(range.fromMs)), to: String(Math.round(range.toMs)) };
  const lines = (rerun.data?.series ?? []).slice(0, 4).map((series, i) => ({ name: (rerun.data?.series.length ?? 0) > 1 ? shortName(series.labels) : '', times: series.times, values: series.values, tone: (['d1', 'acc', 'd2', 'd3'] as const)[i] ?? ('d3' as const) }));
  return (
    <div className="rerun">
      <dl className="facts">
        {evidence.before !== null && <div><dt>{t.incident.before}</dt><dd>{withUnit(evidence.before, evidence.unit)}</dd></div>}
        {evidence.after !== null && <div><dt>{t.incident.after}</dt><dd>{withUnit(evidence.after, evidence.unit)}</dd></div>}
      </dl>
      {!isPromql && <p className="soft">{t.incident.rerunNone}</p>}
      {isPromql && rerun.isPending && <Skeleton lines={3} />}
      {rerun.error && <Failure error={rerun.error} retry={() => void rerun.refetch()} />}
      {rerun.data && <TimeChart label={t.incident.measuredAgain} lines={lines} {...range} bands={[{ fromMs: evidence.fromMs, toMs: evidence.toMs }]} format={(value) => withUnit(value, evidence.unit)} height={150} gutter={90} />}
      <Link className="link mono" to={to} search={search}>{evidence.query}</Link>
    </div>
  );
}

const shortName = (labels: Record<string, string>): string => Object.values(labels).join(' ').slice(0, 18);

function Others({ triage, again }: { triage: Triage; again: React.ReactNode }) {
  const t = useText();
  const list = (title: string, rows: Triage['alternatives']) =>
    rows.length > 0 && (
      <>
        <h3>{title}</h3>
        <dl>
          {rows.map((suspect, i) => [<dt key={`${i} n`}>{suspect.service}</dt>, <dd className="sc" key={`${i} s`}>{number3(suspect.score)}</dd>, <dd key={`${i} w`}>{t.suspect(suspect)}</dd>])}
        </dl>
      </>
    );
  return (
    <div className="why">
      {list(t.incident.whyLower, triage.alternatives)}
      {list(t.incident.ruledOut, triage.ruledOut)}
      <div className="hint">
        <Icon name="hidden" />
        <span>{triage.blindSpots.length > 0 && `${t.incident.blindSpots}: ${triage.blindSpots.map(t.blindSpot).join('; ')} `}{again}</span>
      </div>
    </div>
  );
}
