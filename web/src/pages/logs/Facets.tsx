import { Link } from '@tanstack/react-router';
import { useState, type KeyboardEvent, type MouseEvent } from 'react';
import { tracesOfError } from '../../components/errorTraces';
import { Icon } from '../../components/icons';
import { levelTone } from '../../components/logLevel';
import { Failure, Skeleton } from '../../components/states';
import { count } from '../../format/number';
import { useLang, useText } from '../../messages';
import { useTimeWindow, useView } from '../../time/view';
import { clockTime, dayMonth } from '../../time/zone';
import { ERROR_CLASS, facetsOf, placeOf, type Facet, type FacetValue } from './facets';
import { chosen, serviceOf, toggled } from './logql';
import { asking, type LogsState } from './logsState';
import { FACET_RECORDS, useFacetValues, useFields } from './useLogs';

/** Fields to filter by with how many records have each value; a click writes the filter into the visible query. */
export function Facets({ state }: { state: LogsState }) {
  const t = useText();
  const { setView } = useView();
  const fields = useFields(state);
  const [more, setMore] = useState(false);
  if (fields.error && !fields.data) return <div className="facets"><Failure error={fields.error} retry={() => void fields.refetch()} /></div>;
  if (!fields.data) return <div className="facets"><Skeleton lines={8} /></div>;
  const offer = facetsOf(fields.data.labels, fields.data.fields, state.facets);
  const openFacets = (names: readonly string[]) => setView({ facets: names.length === 0 ? undefined : names.join(',') }, true);
  return (
    <div className="facets" role="group" aria-label={t.logs.facets}>
      {offer.shown.map((facet) => <FacetList key={facet.id} facet={facet} query={state.query} close={state.facets.includes(facet.id) ? () => openFacets(state.facets.filter((name) => name !== facet.id)) : undefined} />)}
      {offer.more.length > 0 && (
        <div className="facet">
          <button type="button" className="linkbutton" aria-expanded={more} onClick={() => setMore(!more)}>{t.logs.moreFields(offer.more.length)}</button>
          {more && <div className="chips fieldnames">{offer.more.map((name) => <button key={name} type="button" className="chip mono" onClick={() => openFacets([...state.facets, name])}>{name}</button>)}</div>}
        </div>
      )}
      {offer.shown.length > 0 && <p className="mute facethint">{t.logs.facetHint}</p>}
    </div>
  );
}

const DAY_MS = 86_400_000;

// One more than these is shown at once: a button would take the same room.
const FEW = 6;

function FacetList({ facet, query, close }: { facet: Facet; query: string; close: (() => void) | undefined }) {
  const t = useText();
  const { lang } = useLang();
  const { zone, resolve } = useTimeWindow();
  const range = resolve();
  const values = useFacetValues(facet, query);
  const [all, setAll] = useState(false);
  const rows = withChosen(facet, query, values.data?.values ?? []);
  const title = t.logs.facetTitle[facet.id] ?? facet.id;
  if (values.data && rows.length === 0 && close === undefined) return null;
  return (
    <div className="facet" role="group" aria-label={title}>
      <h2>
        {title}
        {close !== undefined && <button type="button" className="tool" aria-label={t.logs.closeField(title)} onClick={close}><Icon name="close" className="s" /></button>}
      </h2>
      {values.data?.countedFromMs != null && <p className="mute facetsample">{t.logs.facetSample(count(FACET_RECORDS), `${range.toMs - range.fromMs > DAY_MS ? `${dayMonth(values.data.countedFromMs, zone, lang)} ` : ''}${clockTime(values.data.countedFromMs, zone)}`)}</p>}
      {values.error !== null && !values.data && <p className="mute">{t.logs.notCounted(values.error instanceof Error ? values.error.message : '')}</p>}
      {!values.data && !values.error && <Skeleton lines={2} />}
      {values.data && rows.length === 0 && <p className="mute">{t.logs.noValues}</p>}
      {rows.slice(0, all ? rows.length : FEW + 1 === rows.length ? rows.length : FEW).map((row) => <FacetRow key={row.value} facet={facet} query={query} row={row} />)}
      {rows.length > FEW + 1 && <button type="button" className="linkbutton" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t.logs.fewerValues : t.logs.moreValues(rows.length - FEW)}</button>}
    </div>
  );
}

/** Values that the query names stay in the list even where nothing has them any more. */
function withChosen(facet: Facet, query: string, values: readonly FacetValue[]): FacetValue[] {
  const named = facet.names.flatMap((name) => {
    const { included, excluded } = chosen(query, name);
    return [...included, ...excluded].map((value) => ({ name, place: placeOf(facet, name), value, count: 0 }));
  });
  return [...values, ...named.filter((one, i) => one.value !== '' && !values.some((value) => value.value === one.value) && named.findIndex((other) => other.value === one.value) === i)];
}

function FacetRow({ facet, query, row }: { facet: Facet; query: string; row: FacetValue }) {
  const t = useText();
  const { setView } = useView();
  const { included, excluded } = chosen(query, row.name);
  const isOn = included.includes(row.value);
  const isOut = excluded.includes(row.value);
  const toggle = (exclude: boolean) => setView(asking(toggled(query, row.name, row.value, row.place, exclude)));
  const click = (event: MouseEvent) => toggle(event.altKey);
  const key = (event: KeyboardEvent) => {
    if (event.key === '-') toggle(true);
  };
  const tone = facet.id === 'level' ? levelTone(row.value) : '';
  return (
    <div className={`frow ${isOn ? 'on' : ''} ${isOut ? 'out' : ''}`}>
      <button type="button" aria-pressed={isOn} onClick={click} onKeyDown={key} title={row.value}>
        <span className={facet.id === 'level' ? `lv ${tone}` : ''}>{tone !== '' && <Icon name={tone === 'bad' ? 'bad' : 'warn'} />}{row.value}</span>
        <span className="num">{count(row.count)}</span>
      </button>
      {facet.id === ERROR_CLASS && <Link className="fact" to="/traces" search={{ q: tracesOfError(row.value, serviceOf(query)) }} title={t.logs.tracesOf(row.value)} aria-label={t.logs.tracesOf(row.value)}><Icon name="timeline" className="s" /></Link>}
      <button type="button" className="fact" aria-pressed={isOut} title={t.logs.exclude(row.value)} aria-label={t.logs.exclude(row.value)} onClick={() => toggle(true)}><Icon name="minus" className="s" /></button>
    </div>
  );
}
