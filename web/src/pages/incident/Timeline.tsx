import { useState } from 'react';
import type { Incident, TimelineEntry } from '../../api/bongsu';
import { bongsu } from '../../api/client';
import { Icon, type IconName } from '../../components/icons';
import { copyText } from '../../components/links';
import { Panel } from '../../components/Panel';
import { When } from '../../components/When';
import { useText } from '../../messages';
import { useTimeWindow, useView } from '../../time/view';
import { clockTime, utcText, zoneLabel } from '../../time/zone';
import type { Act } from './useRoom';

const ICONS: Record<TimelineEntry['kind'], IconName> = {
  opened: 'urgent', alertFired: 'fire', alertResolved: 'good', triage: 'search', release: 'tag', impactBegan: 'activity', note: 'message', status: 'right', severity: 'up', role: 'assign', ack: 'check', delivery: 'send', resolved: 'good', nextUpdate: 'clock',
};
const PEOPLE: readonly TimelineEntry['kind'][] = ['note', 'status', 'severity', 'role', 'ack', 'nextUpdate', 'resolved'];
const byMachine = (entry: TimelineEntry): boolean => entry.by === '' || entry.by.toLowerCase() === 'bongsu';

export function Timeline({ incident, act }: { incident: Incident; act: Act }) {
  const t = useText();
  const { zone } = useTimeWindow();
  const { view, setView } = useView();
  const [text, setText] = useState('');
  const [copied, setCopied] = useState(false);
  const clock = (ms: number) => clockTime(ms, zone);
  const people = view.show === 'people';
  const entries = incident.timeline.filter((entry) => !people || (PEOPLE.includes(entry.kind) && !byMachine(entry))).sort((a, b) => b.atMs - a.atMs || b.seq - a.seq);
  const add = () => {
    const note = text.trim();
    if (note === '') return;
    act.mutate(() => bongsu.note(incident.id, note), { onSuccess: () => setText('') });
  };
  const markdown = () => [...entries].reverse().map((entry) => `- ${utcText(entry.atMs)} ${byMachine(entry) ? '' : `**${entry.by}** `}${t.timeline(entry, clock)}`).join('\n');
  return (
    <Panel
      title={t.incident.timeline}
      unit={t.incident.newest(zoneLabel(zone))}
      tools={
        <>
          <button type="button" className="tool" aria-pressed={people} onClick={() => setView({ show: people ? undefined : 'people' }, true)}>{people ? t.incident.everything : t.incident.onlyPeople}</button>
          <button type="button" className="tool" onClick={() => void copyText(markdown()).then(setCopied)}>{copied ? t.copy.done : t.incident.markdown}</button>
        </>
      }
    >
      <form onSubmit={(event) => { event.preventDefault(); add(); }}>
        <label className="field compose">
          <span className="sr">{t.incident.write}</span>
          <input data-write id="note" value={text} placeholder={t.incident.writeHint} maxLength={4000} onChange={(event) => setText(event.currentTarget.value)} />
          <button type="submit" className="btn sm" disabled={act.isPending || text.trim() === ''}>{t.incident.add}</button>
        </label>
      </form>
      <ol className="tlx">
        {entries.map((entry) => (
          <li key={entry.seq}>
            <When ms={entry.atMs} />
            <Icon name={ICONS[entry.kind]} className={entry.kind === 'alertFired' || entry.kind === 'impactBegan' ? 'bad' : entry.kind === 'release' ? 'acc' : ''} />
            <div>{!byMachine(entry) && <span className="who">{entry.by} </span>}{t.timeline(entry, clock)}</div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
