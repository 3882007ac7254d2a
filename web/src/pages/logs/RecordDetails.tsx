import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { LogRecord } from '../../api/loki';
import { tracesOfError } from '../../components/errorTraces';
import { Icon } from '../../components/icons';
import { copyText } from '../../components/links';
import { Segmented } from '../../components/Segmented';
import { bytes } from '../../format/number';
import { useText } from '../../messages';
import { useView } from '../../time/view';
import { Context } from './Context';
import { jsonFields, jsonOf, needsBody, OPEN_CHARS, shown } from './line';
import { chosen, needles, only, type Place } from './logql';
import { asking, type LogsState } from './logsState';
import { Marked } from './RecordRow';

const AROUND_MS = 30_000;

/** An opened record: what can be done with it, its line, its fields, and the lines around it. */
export function RecordDetails({ record, state }: { record: LogRecord; state: LogsState }) {
  const t = useText();
  const { setView } = useView();
  const traceId = traceOf(record);
  const around = { from: String(Math.floor(record.ms - AROUND_MS)), to: String(Math.ceil(record.ms + AROUND_MS)) };
  return (
    <div className="details">
      <div className="detailacts">
        <button type="button" className="btn sm" aria-pressed={state.near !== null} onClick={() => setView({ near: state.near === null ? 'service' : undefined }, true)}>{t.logs.context}</button>
        {traceId !== null && <Link className="btn sm" to="/traces/$traceId" params={{ traceId }} search={record.fields['span_id'] ? { span: record.fields['span_id'] } : {}}><Icon name="timeline" className="s" />{t.logs.openTrace}</Link>}
        {record.service !== '' && <Link className="btn sm" to="/services/$name" params={{ name: record.service }}><Icon name="stack" className="s" />{record.service}</Link>}
        <button type="button" className="btn sm" onClick={() => setView({ ...around, open: record.key })}>{t.logs.around}</button>
        <CopyButton text={record.line}>{t.logs.copyLine}</CopyButton>
        <CopyButton text={JSON.stringify(plain(record), null, 2)}>{t.logs.copyJson}</CopyButton>
      </div>
      <Body record={record} marks={needles(state.query)} />
      <Fields record={record} query={state.query} />
      {state.near !== null && <Context record={record} near={state.near} />}
    </div>
  );
}

const plain = (record: LogRecord) => ({ time: new Date(record.ms).toISOString(), unixNano: record.unixNano, labels: record.labels, fields: record.fields, line: jsonOf(record.line) ?? record.line });

/** The trace a record belongs to, from its fields or from its JSON line. */
function traceOf(record: LogRecord): string | null {
  const json = jsonOf(record.line);
  for (const name of ['trace_id', 'traceId', 'TraceId', 'traceID', '@tr']) {
    const value = record.fields[name] ?? record.labels[name] ?? json?.[name];
    if (typeof value === 'string' && /^[0-9a-fA-F]{16,32}$/.test(value)) return value.toLowerCase();
  }
  return null;
}

/** The line whole: a JSON one laid out, a stack trace with its lines. */
function Body({ record, marks }: { record: LogRecord; marks: readonly string[] }) {
  const t = useText();
  const json = useMemo(() => jsonOf(record.line), [record.line]);
  const [raw, setRaw] = useState(false);
  const [whole, setWhole] = useState(false);
  const laidOut = json !== null && !raw;
  if (!needsBody(record.line)) return null;
  const text = laidOut ? JSON.stringify(json, null, 2) : record.line;
  return (
    <div className="linebody">
      {json !== null && <Segmented label={t.logs.lineAs} options={[{ id: 'json', text: 'JSON' }, { id: 'raw', text: t.logs.asWritten }]} value={raw ? 'raw' : 'json'} choose={(as) => setRaw(as === 'raw')} />}
      <pre tabIndex={0} aria-label={t.logs.line}><Marked text={shown(text, whole ? Infinity : OPEN_CHARS)} marks={marks} /></pre>
      {text.length > OPEN_CHARS && !whole && <button type="button" className="linkbutton" onClick={() => setWhole(true)}>{t.logs.showWhole(bytes(text.length))}</button>}
    </div>
  );
}

interface Field { name: string; value: string; place: Place }

function fieldsOf(record: LogRecord): Field[] {
  const json = jsonOf(record.line);
  const own: Field[] = [
    ...Object.entries(record.fields).map(([name, value]) => ({ name, value, place: 'field' as const })),
    ...Object.entries(record.labels).map(([name, value]) => ({ name, value, place: 'stream' as const })),
  ];
  const known = new Set(own.map((field) => field.name));
  const all: Field[] = [...(json === null ? [] : jsonFields(json)).filter(([name]) => !known.has(name)).map(([name, value]) => ({ name, value, place: 'json' as const })), ...own];
  return [...all.filter((field) => !SAID_TWICE.test(field.name)), ...all.filter((field) => SAID_TWICE.test(field.name))];
}

// What the level or the name says already stands last.
const SAID_TWICE = /^(severity_(text|number)|detected_level|scope_(name|version)|observed_timestamp|flags)$/;

const LONG_VALUE = 400;

function Fields({ record, query }: { record: LogRecord; query: string }) {
  const t = useText();
  const fields = useMemo(() => fieldsOf(record), [record]);
  return (
    <dl className="fieldlist" aria-label={t.logs.fields}>
      {fields.map((field) => <FieldRow key={field.name} field={field} query={query} service={record.service} />)}
    </dl>
  );
}

function FieldRow({ field: { name, value, place }, query, service }: { field: Field; query: string; service: string }) {
  const t = useText();
  const { setView } = useView();
  const { included, excluded } = chosen(query, name);
  const filter = (exclude: boolean) => setView(asking(only(query, name, value, place, exclude)));
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value.length > LONG_VALUE ? `${value.slice(0, LONG_VALUE)}…` : value}</dd>
      <dd className="fieldacts">
        {(name === 'error_type' || name === 'exception_type') && <Link className="fact" to="/traces" search={{ q: tracesOfError(value, service === '' ? null : service) }} title={t.logs.tracesOf(value)} aria-label={t.logs.tracesOf(value)}><Icon name="timeline" className="s" /></Link>}
        <button type="button" className="fact" aria-pressed={included.includes(value)} title={t.logs.onlyWith(name)} aria-label={`${t.logs.onlyWith(name)}: ${value.slice(0, 80)}`} onClick={() => filter(false)}><Icon name="plus" className="s" /></button>
        <button type="button" className="fact" aria-pressed={excluded.includes(value)} title={t.logs.without(name)} aria-label={`${t.logs.without(name)}: ${value.slice(0, 80)}`} onClick={() => filter(true)}><Icon name="minus" className="s" /></button>
        <CopyButton text={value} small label={t.logs.copyValue(name)} />
      </dd>
    </div>
  );
}

function CopyButton({ text, label, small = false, children }: { text: string; label?: string; small?: boolean; children?: string }) {
  const t = useText();
  const [said, setSaid] = useState('');
  const copy = () => void copyText(text).then((ok) => {
    setSaid(ok ? t.copy.done : t.copy.failed);
    setTimeout(() => setSaid(''), 2000);
  });
  if (small) return <button type="button" className="fact" title={said === '' ? label : said} aria-label={label} onClick={copy}><Icon name={said === '' ? 'copy' : 'check'} className="s" /></button>;
  return <button type="button" className="btn sm" onClick={copy}><Icon name="copy" className="s" />{said === '' ? children : said}</button>;
}
