import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { count } from '../../format/number';
import { useText } from '../../messages';
import { useView } from '../../time/view';
import type { LogsState } from './logsState';
import { Records } from './Records';
import { KEPT } from './tail';
import { useTail, type TailLink } from './useTail';

/** New lines as they come, newest first. Scrolling down or opening a record holds them; at the top they run again. */
export function Tail({ state }: { state: LogsState }) {
  const t = useText();
  const { setView } = useView();
  const top = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const [held, setHeld] = useState(false);
  const paused = away || held || state.open !== null;
  const tail = useTail(state.query, state.tail, paused);
  useEffect(() => {
    const watch = () => setAway((top.current?.getBoundingClientRect().top ?? 0) < -20);
    addEventListener('scroll', watch, { passive: true });
    return () => removeEventListener('scroll', watch);
  }, []);
  const { resume } = tail;
  useEffect(() => {
    if (!paused) resume();
    // Only the change from held to running brings the waiting lines in.
  }, [paused]);
  const run = () => {
    setHeld(false);
    setView({ open: undefined, near: undefined }, true);
    if (away) top.current?.scrollIntoView({ block: 'start' });
    setAway(false);
    resume();
  };
  const { records, waiting, came, dropped, left } = tail.state;
  return (
    <Panel title={t.logs.tail} unit={t.logs.tailCame(count(came), came > records.length + waiting.length ? count(KEPT) : null)} tools={<><button type="button" className="tool" aria-pressed={state.wrap} onClick={() => setView({ wrap: state.wrap ? undefined : 'on' }, true)}>{t.logs.wrap}</button><button type="button" className="tool" onClick={() => (paused ? run() : setHeld(true))}>{paused ? t.logs.tailRun : t.logs.tailPause}</button></>}>
      <div ref={top} className="tailtop" />
      <div className="tailbar" role="status">
        <LinkState link={tail.link} paused={paused} />
        {paused && <button type="button" className="btn sm" onClick={run}>{waiting.length === 0 ? t.logs.tailRun : t.logs.tailWaiting(waiting.length)}</button>}
        {dropped > 0 && <span className="st warn"><Icon name="warn" />{t.logs.tailDropped(count(dropped))}</span>}
        {left > 0 && <span className="st warn"><Icon name="warn" />{t.logs.tailLeft(count(left), count(KEPT))}</span>}
      </div>
      {records.length === 0 ? <p className="body mute">{t.logs.tailNothing}</p> : <Records records={records} state={state} />}
    </Panel>
  );
}

function LinkState({ link, paused }: { link: TailLink; paused: boolean }) {
  const t = useText();
  if (link === 'lost') return <span className="st warn"><Icon name="warn" />{t.logs.tailLost}</span>;
  if (link === 'connecting') return <span className="st none"><Icon name="none" />{t.logs.tailConnecting}</span>;
  return paused ? <span className="st none"><Icon name="minus" />{t.logs.tailPaused}</span> : <span className="st good"><Icon name="good" />{t.logs.tailRunning}</span>;
}
