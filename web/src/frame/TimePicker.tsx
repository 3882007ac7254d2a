import { Popover, TextInput } from '@mantine/core';
import { useContext, useState } from 'react';
import { Icon } from '../components/icons';
import { useLang, useText } from '../messages';
import { DEFAULT_FROM, parseTime, PRESETS, shift, zoomOut, type Range } from '../time/range';
import { InitialRange, useTimeWindow, useView } from '../time/view';
import { clockTime, shortTime, utcText, zoneLabel } from '../time/zone';

const fixed = (range: Range) => ({ from: String(Math.round(range.fromMs)), to: String(Math.round(range.toMs)) });

export function TimePicker() {
  const t = useText();
  const { lang } = useLang();
  const { view, setView } = useView();
  const window = useTimeWindow();
  const [open, setOpen] = useState(false);
  const range = window.resolve();
  const initial = useContext(InitialRange);
  const from = view.from ?? initial.from;
  const shortened = view.from === undefined && initial.from !== DEFAULT_FROM && initial.dataSinceMs !== null ? t.range.shortened(clockTime(initial.dataSinceMs, window.zone)) : '';
  const to = view.to ?? 'now';
  const preset = to === 'now' ? t.range.preset[from] : undefined;
  const name = preset ?? `${shortTime(range.fromMs, Date.now(), window.zone, lang)} – ${shortTime(range.toMs, Date.now(), window.zone, lang)}`;
  const choose = (patch: { from?: string; to?: string }) => {
    setView(patch);
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" trapFocus withinPortal={false}>
      <Popover.Target>
        <button type="button" className="btn box" title={`${utcText(range.fromMs)} – ${utcText(range.toMs)}${shortened === '' ? '' : `. ${shortened}`}`} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="clock" className="dk" />
          <span className="sr">{t.top.range}: </span>
          {name}
          <span className="mute dk">{zoneLabel(window.zone)}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="picker">
          {shortened !== '' && <p className="soft shortened">{shortened}</p>}
          <ul className="presets">
            {PRESETS.map((text) => (
              <li key={text}>
                <button type="button" className="btn sm quiet" aria-pressed={text === from && to === 'now'} onClick={() => choose({ from: text, to: 'now' })}>
                  {t.range.preset[text]}
                </button>
              </li>
            ))}
          </ul>
          <OwnRange key={`${from} ${to}`} from={from} to={to} choose={choose} />
          <div className="pickerfoot">
            <button type="button" className="btn sm" onClick={() => choose(fixed(shift(range, -1, Date.now())))}>{t.range.earlier}</button>
            <button type="button" className="btn sm" onClick={() => choose(fixed(shift(range, 1, Date.now())))}>{t.range.later}</button>
            <button type="button" className="btn sm" onClick={() => choose(fixed(zoomOut(range, Date.now())))}>{t.range.zoomOut}</button>
            <button type="button" className="btn sm" onClick={() => choose(fixed(range))}>{t.range.lock}</button>
            <button type="button" className="btn sm" aria-pressed={window.zone === 'utc'} onClick={() => setView({ tz: window.zone === 'utc' ? undefined : 'utc' })}>
              {t.range.utc}
            </button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function OwnRange({ from, to, choose }: { from: string; to: string; choose: (patch: { from: string; to: string }) => void }) {
  const t = useText();
  const readable = (text: string) => (/^\d{12,14}$/.test(text) ? new Date(Number(text)).toISOString() : text);
  const [start, setStart] = useState(readable(from));
  const [end, setEnd] = useState(readable(to));
  const [wrong, setWrong] = useState<{ start?: string; end?: string }>({});
  const submit = () => {
    const now = Date.now();
    const startMs = parseTime(start, now);
    const endMs = parseTime(end, now);
    if (startMs === null) return setWrong({ start: t.range.unreadable });
    if (endMs === null) return setWrong({ end: t.range.unreadable });
    if (endMs <= startMs) return setWrong({ end: t.range.upsideDown });
    choose({ from: start.trim(), to: end.trim() });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <b className="sub-h">{t.range.custom}</b>
      <TextInput label={t.range.from} value={start} onChange={(event) => setStart(event.currentTarget.value)} error={wrong.start} description={t.range.hint} size="xs" />
      <TextInput label={t.range.to} value={end} onChange={(event) => setEnd(event.currentTarget.value)} error={wrong.end} size="xs" />
      <button type="submit" className="btn sm">{t.range.apply}</button>
    </form>
  );
}
