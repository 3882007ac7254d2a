import type { StorageSignal } from '../../api/bongsu';
import { Panel } from '../../components/Panel';
import { Empty } from '../../components/states';
import { bytes } from '../../format/number';
import { useLang, useText } from '../../messages';
import { dayMonth } from '../../time/zone';
import { daysOf, SIGNALS } from './storage';

/** The last days' data on disk as bars: whether a day was larger than those before is seen at once. */
export function DayBars({ signals }: { signals: readonly StorageSignal[] }) {
  const t = useText();
  const { lang } = useLang();
  const days = daysOf(signals);
  const most = Math.max(1, ...days.map((day) => day.total));
  const present = SIGNALS.filter((name) => days.some((day) => day.by[name] > 0));
  return (
    <Panel title={t.storage.days} unit={t.storage.daysUnit}>
      {days.length === 0 ? <Empty title={t.state.noData}>{t.storage.daysNone}</Empty> : (
        <>
          <ol className="daybars">
            {days.map((day) => (
              <li key={day.dayMs}>
                <span className="sr">{t.storage.dayLabel(dayMonth(day.dayMs, 'utc', lang), bytes(day.total), SIGNALS.map((name) => `${t.storage.signal[name]} ${bytes(day.by[name])}`).join(', '))}</span>
                <span className="well" aria-hidden="true">
                  <b>{bytes(day.total)}</b>
                  <span className="column" style={{ height: `${(day.total / most) * 86}%` }}>
                    {SIGNALS.map((name) => day.by[name] > 0 && <i key={name} className={name} style={{ flexGrow: day.by[name] }} title={`${t.storage.signal[name]} ${bytes(day.by[name])}`} />)}
                  </span>
                </span>
                <span aria-hidden="true">{dayMonth(day.dayMs, 'utc', lang)}</span>
              </li>
            ))}
          </ol>
          <p className="daykey">{present.map((name) => <span key={name}><i className={name} />{t.storage.signal[name]}</span>)}</p>
        </>
      )}
    </Panel>
  );
}
