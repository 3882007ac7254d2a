import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { withParams } from '../../api/http';
import { searchTraces, type TraceRow } from '../../api/tempo';
import { Lead } from '../../components/Lead';
import { CopyMenu, CsvButton } from '../../components/links';
import { Panel } from '../../components/Panel';
import { Empty, Loaded } from '../../components/states';
import { StateWord } from '../../components/StateWord';
import { When } from '../../components/When';
import { number3, seconds } from '../../format/number';
import { useText } from '../../messages';
import { useTimeWindow, useView, type ViewState } from '../../time/view';
import { duration, traceqlOf } from './traceql';

const LIMIT = 100;

export default function Traces() {
  const t = useText();
  const { view } = useView();
  const window = useTimeWindow();
  const q = traceqlOf(view);
  const query = useQuery({
    queryKey: ['traces', q, ...window.key],
    queryFn: ({ signal }) => {
      const range = window.resolve();
      return searchTraces(q, range.fromMs, range.toMs, LIMIT, signal);
    },
    refetchInterval: window.everyMs,
  });
  const rows = query.data ?? [];
  const slowest = rows.reduce((max, row) => Math.max(max, row.durationMs), 0);
  return (
    <>
      <Lead
        sentence={query.data ? t.sentence.traces(rows.length, rows.length > 0 ? seconds(slowest / 1000) : null, rows.filter((row) => (row.errorCount ?? 0) > 0).length) : t.nav.traces}
        acts={<CopyMenu path={withParams('/tempo/api/search', { q, limit: LIMIT })} query={q} />}
      />
      <Filters key={JSON.stringify([view.q, view.service, view.name, view.min, view.status])} view={view} />
      <Loaded query={query}>
        {(found) => (
          <Panel title={t.traces.found} unit={t.traces.newest} tools={<CsvButton name="traces" head={['trace_id', 'service', 'name', 'start', 'duration_ms', 'spans', 'errors']} rows={() => found.map((row) => [row.traceId, row.rootService, row.rootName, new Date(row.startMs).toISOString(), row.durationMs, row.spanCount, row.errorCount])} />}>
            {found.length === 0 ? <Empty title={t.empty.traces} code={q}>{t.empty.tracesNext}</Empty> : <TraceTable rows={found} slowest={slowest} />}
          </Panel>
        )}
      </Loaded>
    </>
  );
}

function Filters({ view }: { view: ViewState }) {
  const t = useText();
  const { setView } = useView();
  const [form, setForm] = useState({ service: view.service ?? '', name: view.name ?? '', min: view.min ?? '', status: view.status ?? '', q: view.q ?? '' });
  const [wrong, setWrong] = useState(false);
  const field = (key: keyof typeof form) => ({ value: form[key], onChange: (event: { currentTarget: { value: string } }) => setForm({ ...form, [key]: event.currentTarget.value }) });
  const submit = () => {
    const bad = form.min.trim() !== '' && duration(form.min) === null;
    setWrong(bad);
    if (!bad) setView(form);
  };
  return (
    <form className="filters" onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <label>{t.traces.service}<input data-search {...field('service')} spellCheck={false} /></label>
      <label>{t.traces.name}<input {...field('name')} spellCheck={false} /></label>
      <label>{t.traces.minDuration}<input {...field('min')} placeholder={t.traces.durationHint} aria-invalid={wrong} />{wrong && <span className="wrong" role="alert">{t.traces.badDuration}</span>}</label>
      <label>{t.traces.status}<select {...field('status')}><option value="">{t.traces.any}</option><option value="error">{t.traces.error}</option><option value="ok">{t.traces.ok}</option></select></label>
      <label className="wide">{t.traces.traceql}<input className="mono" data-write {...field('q')} placeholder={traceqlOf({ ...form, q: '' })} spellCheck={false} /></label>
      <button type="submit" className="btn primary">{t.traces.search}</button>
    </form>
  );
}

function TraceTable({ rows, slowest }: { rows: readonly TraceRow[]; slowest: number }) {
  const t = useText();
  return (
    <div className="scroll">
      <table>
        <thead><tr><th>{t.traces.root}</th><th className="ph">{t.traces.status}</th><th className="ph">{t.traces.started}</th><th className="r">{t.traces.duration} <small>ms</small></th><th className="ph"><span className="sr">{t.traces.duration}</span></th><th className="r ph">{t.traces.spans}</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.traceId} data-row>
              <td className="clip"><Link className="name" to="/traces/$traceId" params={{ traceId: row.traceId }}>{row.rootService}</Link> <span className="soft">{row.rootName}</span></td>
              <td className="ph"><StateWord tone={(row.errorCount ?? 0) > 0 ? 'bad' : 'good'}>{(row.errorCount ?? 0) > 0 ? t.trace.failed : t.trace.ok}</StateWord></td>
              <td className="ph soft"><When ms={row.startMs} /></td>
              <td className="r">{number3(row.durationMs)}</td>
              <td className="ph"><span className="meter" aria-hidden="true"><i style={{ width: `${slowest > 0 ? (row.durationMs / slowest) * 100 : 0}%` }} /></span></td>
              <td className="r ph">{row.spanCount ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
