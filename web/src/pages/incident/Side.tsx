import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Incident } from '../../api/bongsu';
import { bongsu, type RoleName } from '../../api/client';
import { Icon } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { AlertStateWord } from '../../components/StateWord';
import { Ago, When } from '../../components/When';
import { percent } from '../../format/number';
import { useSession } from '../../frame/data';
import { useText } from '../../messages';
import type { Act } from './useRoom';

const ROLES: readonly RoleName[] = ['commander', 'scribe', 'communications'];
const PROMISES: readonly number[] = [15, 30, 60];

export function Side({ incident, act }: { incident: Incident; act: Act }) {
  const t = useText();
  const runbook = incident.firing.find((alert) => alert.runbook !== null)?.runbook ?? incident.slos.find((slo) => slo.runbook !== null)?.runbook ?? null;
  return (
    <>
      <Panel title={t.incident.promise}>
        <div className="body promises">
          {PROMISES.map((minutes) => (
            <button key={minutes} type="button" className="btn sm" disabled={act.isPending || incident.status === 'resolved'} onClick={() => act.mutate(() => bongsu.promiseUpdate(incident.id, Date.now() + minutes * 60_000))}>{t.incident.inMinutes(minutes)}</button>
          ))}
        </div>
      </Panel>
      <Panel title={t.incident.roles}><ul className="rows">{ROLES.map((role) => <Role key={role} role={role} incident={incident} act={act} />)}</ul></Panel>
      <Panel title={t.incident.firing}>
        {incident.firing.length === 0 ? <p className="body soft">{t.incident.noFiring}</p> : (
          <ul className="rows">
            {incident.firing.map((alert) => (
              <li key={alert.id}><span className="t"><Link className="name" to="/alerts/$id" params={{ id: alert.id }}>{alert.name}</Link><span className="under">{t.alertSummary(alert.summary)}</span></span><AlertStateWord state={alert.state} page={alert.severity === 'page'} /></li>
            ))}
          </ul>
        )}
      </Panel>
      {incident.slos.length > 0 && (
        <Panel title={t.incident.slos}>
          <ul className="rows">
            {incident.slos.map((slo) => <li key={slo.id}><span className="t"><Link className="name" to="/slos/$id" params={{ id: slo.id }}>{slo.name}</Link><span className="under">{slo.service}</span></span><span>{slo.budgetLeft === null ? '–' : slo.budgetLeft < 0 ? t.now.gone : percent(slo.budgetLeft)}</span></li>)}
          </ul>
        </Panel>
      )}
      {incident.releases.length > 0 && (
        <Panel title={t.incident.releases}>
          <ul className="rows">
            {incident.releases.map((release) => <li key={release.id}><When ms={release.atMs} /><span className="t"><b>{release.service} {release.version}</b>{release.previousVersion && <span className="under">{t.now.previous(release.previousVersion)}</span>}</span></li>)}
          </ul>
        </Panel>
      )}
      {runbook !== null && <Panel title={t.incident.runbook}><p className="body"><Link className="link" to="/runbooks/$name" params={{ name: runbook.replace(/^.*\//, '').replace(/\.md$/, '') }}>{runbook.replace(/^.*\//, '')}</Link></p></Panel>}
      {incident.deliveries.length > 0 && (
        <Panel title={t.incident.deliveries}>
          <ul className="rows">
            {incident.deliveries.slice(-6).map((delivery, i) => <li key={i}><span className="t"><b>{delivery.receiver}</b><span className="under">{t.alerts.outcomes[delivery.outcome]}{delivery.error === null ? '' : `: ${delivery.error}`}</span></span><span className="aside mute"><Ago ms={delivery.atMs} bare /></span></li>)}
          </ul>
        </Panel>
      )}
    </>
  );
}

function Role({ role, incident, act }: { role: RoleName; incident: Incident; act: Act }) {
  const t = useText();
  const session = useSession();
  const holder = incident.roles[role];
  const [editing, setEditing] = useState(false);
  const [name, setName] = useState('');
  const me = session.data?.name ?? '';
  const assign = (who: string | null) => {
    act.mutate(() => bongsu.setRole(incident.id, role, who));
    setEditing(false);
  };
  return (
    <li className="person">
      {holder === null ? <span className="avatar none"><Icon name="assign" className="s" /></span> : <span className="avatar">{initials(holder)}</span>}
      {editing ? (
        <form className="t rolename" onSubmit={(event) => { event.preventDefault(); if (name.trim() !== '') assign(name.trim()); }}>
          <label className="field"><span className="sr">{t.incident.yourName}</span><input autoFocus value={name} placeholder={t.incident.nameHint} onChange={(event) => setName(event.currentTarget.value)} /></label>
          <button type="submit" className="btn sm">{t.incident.assign}</button>
        </form>
      ) : (
        <>
          <span className="t"><span className={holder === null ? 'strong no' : 'strong'}>{holder ?? t.incident.nobody}</span><span className="under">{t.incident.role[role]}</span></span>
          <button type="button" className="btn sm" disabled={act.isPending} onClick={() => (holder === null && me !== '' ? assign(me) : setEditing(true))}>{holder !== null ? t.incident.hand : me !== '' ? t.incident.assignMe : t.incident.assign}</button>
        </>
      )}
    </li>
  );
}

/** MK for Minji Kim, 민지 for 김민지. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  if (/^[가-힣]{2,4}$/.test(name)) return name.slice(-2);
  return words.length > 1 ? `${words[0]?.[0] ?? ''}${words.at(-1)?.[0] ?? ''}`.toUpperCase() : name.slice(0, 2).toUpperCase();
}
