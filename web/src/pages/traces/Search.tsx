import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useId, useState } from 'react';
import { tagNames, tagValues } from '../../api/tempo';
import { Icon } from '../../components/icons';
import { useDraft } from '../../components/useDraft';
import { usePhone } from '../../components/usePhone';
import { useText } from '../../messages';
import { useTimeWindow } from '../../time/view';
import { literalLike } from './complete';
import { duration, EMPTY_FORM, readForm, writeForm, type Condition, type Form, type Of } from './traceql';

const Editor = lazy(() => import('./Editor'));

/** The search: a form that writes TraceQL, and the TraceQL it writes, which runs. */
export function Search({ q, run, problem }: { q: string; run: (q: string) => void; problem: string | null }) {
  const t = useText();
  const window = useTimeWindow();
  const hint = useId();
  const [draft, setDraft] = useDraft(q);
  const form = readForm(draft);
  // On a phone the form would fill the first screen, before what was found.
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  const showsForm = !phone || open;
  const submit = () => run(draft.trim() === '' ? '{}' : draft.trim());
  const change = (next: Form, now: boolean) => {
    const text = writeForm(next);
    setDraft(text);
    if (now) run(text);
  };
  return (
    <section className="panel queries tracesearch" aria-label={t.traces.form}>
      {form ? showsForm && <FormFields key={q} form={form} change={change} submit={submit} /> : (
        <p className="hint padded"><Icon name="info" /><span>{problem === null ? t.traces.beyond : t.traces.again} <button type="button" className="linkbutton" onClick={() => change(EMPTY_FORM, true)}>{t.traces.clear}</button></span></p>
      )}
      <form className={problem === null ? 'queryrow' : 'queryrow wrong'} onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <div className="field">
          <Suspense fallback={<input className="mono" aria-label={t.traces.traceql} value={draft} onChange={(event) => setDraft(event.currentTarget.value)} />}>
            <Editor value={draft} label={t.traces.traceql} completions={t.traces.completions} describedBy={hint} range={window.resolve} onChange={setDraft} onRun={submit} />
          </Suspense>
        </div>
        <div className="rowacts"><button type="submit" className="btn primary">{t.traces.run}</button>{phone && form && <button type="button" className="btn" aria-expanded={open} onClick={() => setOpen(!open)}>{t.traces.formToggle}</button>}</div>
        <span id={hint} className="sr">{t.traces.keysHint}</span>
        {problem !== null && <p className="problem" role="alert"><Icon name="bad" className="s" />{problem}</p>}
      </form>
    </section>
  );
}

const useKnown = (tag: string, q: string, enabled = true) => {
  const window = useTimeWindow();
  const known = useQuery({ queryKey: ['tag values', tag, q, ...window.key], queryFn: ({ signal }) => { const range = window.resolve(); return tagValues(tag, q, range.fromMs, range.toMs, signal); }, staleTime: 60_000, enabled: enabled && tag !== '' });
  return known.data ?? [];
};

function FormFields({ form, change, submit }: { form: Form; change: (form: Form, now: boolean) => void; submit: () => void }) {
  const t = useText();
  const id = useId();
  // Fields that are typed into keep their text until it is sent: a half-typed duration is no condition yet.
  const [typed, setTyped] = useState({ service: form.service, name: form.name, min: form.min, max: form.max });
  const services = useKnown('resource.service.name', '{}');
  const names = useKnown('name', form.service === '' ? '{ nestedSetParent < 0 }' : `{ resource.service.name = ${JSON.stringify(form.service)} }`);
  const wrong = (text: string) => text.trim() !== '' && duration(text) === null;
  const bad = wrong(typed.min) || wrong(typed.max);
  const text = (key: keyof typeof typed, now = false) => ({
    value: typed[key], spellCheck: false, autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => {
      const value = event.currentTarget.value;
      setTyped({ ...typed, [key]: value });
      if (now || key === 'service' || key === 'name' || !wrong(value)) change({ ...form, [key]: value.trim() }, false);
    },
  });
  return (
    <form className="filters" onSubmit={(event) => { event.preventDefault(); if (!bad) submit(); }}>
      <label>{t.traces.of}<select value={form.of} onChange={(event) => change({ ...form, of: event.currentTarget.value as Of }, true)}>{(['roots', 'entries', 'all'] as const).map((of) => <option key={of} value={of}>{t.traces.ofWord[of]}</option>)}</select></label>
      <label>{t.traces.service}<input data-search list={`${id}s`} placeholder={t.traces.anyService} {...text('service')} /></label>
      <label className="op">{t.traces.name}<input list={`${id}n`} {...text('name')} /></label>
      <label>{t.traces.status}<select value={form.status} onChange={(event) => change({ ...form, status: event.currentTarget.value as Form['status'] }, true)}><option value="">{t.traces.any}</option><option value="error">{t.traces.error}</option><option value="ok">{t.traces.ok}</option></select></label>
      {(['min', 'max'] as const).map((key) => (
        <label key={key} className="short">{t.traces[key]}<input {...text(key)} placeholder={t.traces.durationHint} aria-invalid={wrong(typed[key])} aria-describedby={wrong(typed[key]) ? `${id}${key}` : undefined} />{wrong(typed[key]) && <span className="wrong" id={`${id}${key}`} role="alert">{t.traces.badDuration}</span>}</label>
      ))}
      <Conditions form={form} change={change} />
      <datalist id={`${id}s`}>{services.map(({ value }) => <option key={value} value={value} />)}</datalist>
      <datalist id={`${id}n`}>{names.map(({ value }) => <option key={value} value={value} />)}</datalist>
      <button type="submit" className="sr" tabIndex={-1}>{t.traces.run}</button>
    </form>
  );
}

const OPS: readonly Condition['op'][] = ['=', '!=', '=~', '!~', '>', '>=', '<', '<='];

/** Conditions on attributes: those of the query as chips, and a row to add one more. */
function Conditions({ form, change }: { form: Form; change: (form: Form, now: boolean) => void }) {
  const t = useText();
  const id = useId();
  const window = useTimeWindow();
  const [field, setField] = useState('');
  const [op, setOp] = useState<Condition['op']>('=');
  const [value, setValue] = useState('');
  const tags = useQuery({ queryKey: ['tag names', ...window.key], queryFn: ({ signal }) => { const range = window.resolve(); return tagNames(range.fromMs, range.toMs, signal); }, staleTime: 60_000 });
  const names = (tags.data ?? []).flatMap(({ scope, tags: of }) => (scope === 'intrinsic' ? of : of.map((tag) => `${scope}.${tag}`)));
  const known = useKnown(field, '{}', names.includes(field));
  const ready = /^[a-zA-Z.][\w.:\-/"]*$/.test(field.trim()) && value.trim() !== '';
  const add = () => {
    if (!ready) return;
    change({ ...form, conditions: [...form.conditions, { field: field.trim(), op, value: op === '=~' || op === '!~' ? JSON.stringify(value) : literalLike(value.trim(), known) }] }, true);
    setField('');
    setValue('');
  };
  const onEnter = (event: { key: string; preventDefault: () => void }) => {
    if (event.key !== 'Enter' || !ready) return;
    event.preventDefault();
    add();
  };
  return (
    <div className="conditions">
      {form.conditions.map((one, i) => {
        const said = `${one.field} ${one.op} ${one.value}`;
        return <button type="button" key={`${said} ${i}`} className="chip on mono" aria-label={t.traces.remove(said)} onClick={() => change({ ...form, conditions: form.conditions.filter((_, at) => at !== i) }, true)}>{said}<Icon name="close" className="s" /></button>;
      })}
      <span className="addrow">
        <input list={`${id}f`} className="mono" placeholder={t.traces.attribute} aria-label={t.traces.attribute} value={field} spellCheck={false} autoComplete="off" onChange={(event) => setField(event.currentTarget.value)} onKeyDown={onEnter} />
        <select value={op} aria-label={`${t.traces.attribute}, ${t.traces.value}`} onChange={(event) => setOp(event.currentTarget.value as Condition['op'])}>{OPS.map((one) => <option key={one}>{one}</option>)}</select>
        <input list={`${id}v`} className="mono" placeholder={t.traces.value} aria-label={t.traces.value} value={value} spellCheck={false} autoComplete="off" onChange={(event) => setValue(event.currentTarget.value)} onKeyDown={onEnter} />
        <button type="button" className="btn" disabled={!ready} onClick={add}>{t.traces.add}</button>
      </span>
      <datalist id={`${id}f`}>{names.map((name) => <option key={name} value={name} />)}</datalist>
      <datalist id={`${id}v`}>{known.map((one) => <option key={one.value} value={one.value} />)}</datalist>
    </div>
  );
}
