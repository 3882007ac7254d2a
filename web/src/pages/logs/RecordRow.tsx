import { useMemo, type KeyboardEvent } from 'react';
import type { LogRecord } from '../../api/loki';
import { Icon } from '../../components/icons';
import { levelTone } from '../../components/logLevel';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { clockMillis, dayMonth } from '../../time/zone';
import { jsonFields, jsonOf, levelOf, markParts, messageOf, ROW_CHARS, shown } from './line';

interface RowProps {
  record: LogRecord;
  open: boolean;
  marks: readonly string[];
  byInstance: boolean;
  toggle?: () => void;
  context?: () => void;
}

/** One line: when, how loud, whose, what; `c` shows the lines around it. */
export function RecordRow({ record, open, marks, byInstance, toggle, context }: RowProps) {
  const t = useText();
  const json = useMemo(() => jsonOf(record.line), [record.line]);
  const level = record.level !== '' ? record.level : levelOf(record.fields, json);
  const tone = levelTone(level);
  const instance = byInstance ? (record.labels['service_instance_id'] ?? record.fields['service_instance_id']) : undefined;
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'c' || event.ctrlKey || event.metaKey || !context) return;
    event.preventDefault();
    context();
  };
  const cells = (
    <>
      <Clock ms={record.ms} />
      <span className={`lv ${tone}`}>{tone !== '' && <Icon name={tone === 'bad' ? 'bad' : 'warn'} />}{level === '' ? '–' : level}</span>
      <span className="s" title={instance === undefined ? undefined : record.service}>{instance ?? record.service}</span>
      <span className="m"><Line line={record.line} json={json} marks={marks} /></span>
    </>
  );
  if (!toggle) return <div className="l">{cells}</div>;
  return <button type="button" className="l" data-row aria-expanded={open} title={open ? t.logs.shut : t.logs.open} onClick={toggle} onKeyDown={key}>{cells}</button>;
}

const DAY_MS = 86_400_000;

function Clock({ ms }: { ms: number }) {
  const { zone, resolve } = useTimeWindow();
  const range = resolve();
  const day = range.toMs - range.fromMs > DAY_MS ? `${dayMonth(ms, zone, 'en')} ` : '';
  return <time dateTime={new Date(ms).toISOString()} title={new Date(ms).toISOString()}>{day}{clockMillis(ms, zone)}</time>;
}

/** What a JSON line has besides its message, in a list only what tells lines apart. */
const PLAIN = /^(time|timestamp|ts|level|severity|lvl|message|msg|body|trace_?id|span_?id|service(_name)?|_t|_m|_l|_mt)$/i;

function Line({ line, json, marks }: { line: string; json: Record<string, unknown> | null; marks: readonly string[] }) {
  const message = messageOf(json);
  if (json === null || message === null) return <Marked text={shown(line, ROW_CHARS)} marks={marks} />;
  const rest = jsonFields(json).filter(([name]) => !PLAIN.test(name)).slice(0, 12).map(([name, value]) => `${name}=${value.slice(0, 60)}`).join(' ');
  return <><Marked text={shown(message, ROW_CHARS)} marks={marks} /> <span className="rest"><Marked text={shown(rest, ROW_CHARS)} marks={marks} /></span></>;
}

export function Marked({ text, marks }: { text: string; marks: readonly string[] }) {
  if (marks.length === 0) return text;
  return markParts(text, marks).map((part, i) => (part.marked ? <mark key={i}>{part.text}</mark> : part.text));
}
