import { Modal } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Incident, IncidentStatus, Severity } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { SeverityWord } from '../../components/Beacon';
import { DropMenu } from '../../components/DropMenu';
import { ImpactChart } from '../../components/ImpactChart';
import { badness, incidentSentence } from '../../components/incidentSentence';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton, QueryLink } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Loaded } from '../../components/states';
import { When } from '../../components/When';
import { count, percent } from '../../format/number';
import { useText } from '../../messages';
import { useNow, useTimeWindow } from '../../time/view';
import { clockTime } from '../../time/zone';
import { Cause } from './Cause';
import { Side } from './Side';
import { Timeline } from './Timeline';
import { useRoom, type Act } from './useRoom';

const STEPS: readonly IncidentStatus[] = ['investigating', 'identified', 'monitoring', 'resolved'];
const LEVELS: readonly Severity[] = [1, 2, 3, 4];

export default function Room() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { query, act } = useRoom(id);
  return <Loaded query={query}>{(incident) => <Inside incident={incident} act={act} />}</Loaded>;
}

function Inside({ incident, act }: { incident: Incident; act: Act }) {
  const t = useText();
  const nowMs = useNow(5000);
  const { zone } = useTimeWindow();
  return (
    <>
      <Lead
        over={
          <>
            <SeverityWord severity={incident.severity} />
            <span className="strong">INC-{incident.number}</span>
            <span>{t.now.openedBy(clockTime(incident.openedMs, zone), incident.openedBy)}</span>
            <span className="mute">{incident.services.join(', ')}</span>
          </>
        }
        sentence={incidentSentence(t, incident, nowMs)}
        acts={<Actions incident={incident} act={act} />}
        dock={<Primary incident={incident} act={act} />}
      />
      {act.error !== null && <div className="partial stale" role="alert">{t.incident.notSaved}: {act.error.message}</div>}
      <Head incident={incident} />
      <div className="grid gside room">
        <div className="stack main-col">
          <Cause incident={incident} act={act} />
          <Impact incident={incident} />
          <Timeline incident={incident} act={act} />
        </div>
        <div className="stack side-col">
          <Side incident={incident} act={act} />
        </div>
      </div>
    </>
  );
}

/** The one thing to do next: acknowledge, then find out, then watch, then close. */
function Primary({ incident, act }: { incident: Incident; act: Act }) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  if (incident.status === 'resolved') return null;
  const next = STEPS[STEPS.indexOf(incident.status) + 1] ?? 'resolved';
  if (incident.acknowledgedMs === null) {
    return <button type="button" className="btn primary" disabled={act.isPending} onClick={() => act.mutate(() => bongsu.acknowledge(incident.id))}>{t.incident.acknowledge}</button>;
  }
  return (
    <>
      <button type="button" className="btn primary" disabled={act.isPending} onClick={() => (next === 'resolved' ? setAsking(true) : act.mutate(() => bongsu.setStatus(incident.id, next)))}>
        {next === 'resolved' ? t.incident.resolve : t.incident.moveTo(t.incidentStatus[next])}
      </button>
      <ResolveDialog incident={incident} act={act} opened={asking} close={() => setAsking(false)} />
    </>
  );
}

function ResolveDialog({ incident, act, opened, close }: { incident: Incident; act: Act; opened: boolean; close: () => void }) {
  const t = useText();
  return (
    <Modal opened={opened} onClose={close} title={t.incident.resolveTitle} closeButtonProps={{ 'aria-label': t.close }}>
      <p className="soft">{t.incident.resolveBody}</p>
      <div className="dialogacts">
        <button type="button" className="btn" onClick={close}>{t.cancel}</button>
        <button type="button" className="btn primary" onClick={() => { act.mutate(() => bongsu.setStatus(incident.id, 'resolved')); close(); }}>{t.incident.resolve}</button>
      </div>
    </Modal>
  );
}

function Actions({ incident, act }: { incident: Incident; act: Act }) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const [severity, setSeverity] = useState<Severity | null>(null);
  return (
    <>
      <CopyMenu path={`/bongsu/v1/incidents/${encodeURIComponent(incident.id)}`} />
      <DropMenu
        label={t.incident.changeStatus}
        entries={[
          ...STEPS.map((status) => ({ label: t.incidentStatus[status], disabled: status === incident.status, run: () => (status === 'resolved' ? setAsking(true) : act.mutate(() => bongsu.setStatus(incident.id, status))) })),
          ...LEVELS.map((level) => ({ label: `${t.incident.changeSeverity}: ${t.severity(level)}`, disabled: level === incident.severity, run: () => setSeverity(level) })),
        ]}
      />
      <Primary incident={incident} act={act} />
      <ResolveDialog incident={incident} act={act} opened={asking} close={() => setAsking(false)} />
      {severity !== null && <SeverityDialog incident={incident} severity={severity} act={act} close={() => setSeverity(null)} />}
    </>
  );
}

function SeverityDialog({ incident, severity, act, close }: { incident: Incident; severity: Severity; act: Act; close: () => void }) {
  const t = useText();
  const [why, setWhy] = useState('');
  return (
    <Modal opened onClose={close} title={`${t.incident.changeSeverity}: ${t.severity(severity)}`} closeButtonProps={{ 'aria-label': t.close }}>
      <form onSubmit={(event) => { event.preventDefault(); act.mutate(() => bongsu.setSeverity(incident.id, severity, why.trim())); close(); }}>
        <label className="field"><span className="mute">{t.incident.why}</span><input data-autofocus value={why} placeholder={t.incident.whyHint} onChange={(event) => setWhy(event.currentTarget.value)} /></label>
        <div className="dialogacts"><button type="button" className="btn" onClick={close}>{t.cancel}</button><button type="submit" className="btn primary">{t.incident.change}</button></div>
      </form>
    </Modal>
  );
}

function Head({ incident }: { incident: Incident }) {
  const t = useText();
  const nowMs = useNow(1000);
  const { zone } = useTimeWindow();
  const { nextUpdateMs, impact } = incident;
  const late = nextUpdateMs !== null && nextUpdateMs < nowMs && incident.status !== 'resolved';
  const at = STEPS.indexOf(incident.status);
  return (
    <section className="panel">
      <div className="roomhead">
        <div className="c"><span>{t.incident.elapsed}</span><b>{stopwatch((incident.resolvedMs ?? nowMs) - (incident.startedMs ?? incident.openedMs))}</b></div>
        <div className="c">
          <span>{t.incident.nextUpdate}</span>
          <b className={late ? 'no' : ''}>{nextUpdateMs === null ? t.incident.none : <>{late ? t.incident.overdue(nowMs - nextUpdateMs) : t.incident.due(nextUpdateMs - nowMs)} <span className="aftermath">{clockTime(nextUpdateMs, zone)}</span></>}</b>
        </div>
        <div className="c"><span>{t.incident.badSoFar(badness(incident).latency)}</span><b>{impact?.badEvents == null ? t.incident.notMeasured : <QueryLink query={impact.query} from={impact.sinceMs}>{t.incident.requests(count(impact.badEvents))}</QueryLink>}</b></div>
        <div className="c"><span>{t.incident.commander}</span><b className={incident.roles.commander === null ? 'no' : ''}>{incident.roles.commander ?? t.incident.nobody}</b></div>
        <ol className="steps" aria-label={t.incidents.status}>
          {STEPS.map((status, i) => (
            <li key={status} className={i < at ? 'done' : i === at ? 'now' : ''} aria-current={i === at ? 'step' : undefined}><i className="dot" /><span>{t.incidentStatus[status]}</span></li>
          ))}
        </ol>
      </div>
    </section>
  );
}

/** 12:08, or 3:05:10 past an hour. */
export function stopwatch(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

function Impact({ incident }: { incident: Incident }) {
  const t = useText();
  const { impact } = incident;
  const { latency, slowerThan } = badness(incident);
  const series = incident.impactSeries;
  return (
    <Panel
      title={t.incident.impact}
      unit={t.incident.impactUnit(slowerThan, latency)}
      tools={
        <>
          <QueryLink query={series[0]?.query ?? ''} className="">{t.copy.queryLink}</QueryLink>
          <CsvButton name={`INC-${incident.number}-impact`} head={['time', ...series.map((one) => one.name)]} rows={() => (series[0]?.times ?? []).map((at, i) => [new Date(at).toISOString(), ...series.map((one) => one.values[i] ?? null)])} />
        </>
      }
      footer={
        impact && (
          <>
            {impact.badEvents !== null && <span className="strong">{t.incident.badRequests(count(impact.badEvents), latency)}</span>}
            {impact.totalEvents !== null && <span>{t.slos.ofTotal(count(impact.totalEvents))}</span>}
            {impact.budgetSpent !== null && <span>{impact.budgetSpent > 1 ? `${t.now.budgetGone} ${t.now.gone}` : t.incident.budgetOf(percent(impact.budgetSpent))}</span>}
            <span><When ms={impact.sinceMs} /></span>
          </>
        )
      }
    >
      <ImpactChart incident={incident} height={196} gutter={110} />
    </Panel>
  );
}

