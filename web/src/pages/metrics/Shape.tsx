import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { labelNames, labelValues } from '../../api/prometheus';
import { Icon } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { Segmented } from '../../components/Segmented';
import { useText } from '../../messages';
import { writeSelector, type Filter } from '../../promql/syntax';
import { useTimeWindow } from '../../time/view';
import type { Entry } from './catalog';
import { apart, toggleBy, toggleFilter, WAYS, withWay, type Choice } from './choice';
import { MetricLine } from './Finder';

const LABELS = 60;
const VALUES = 200;
const SHOWN_VALUES = 24;

/** The query by clicks: what to show, for which labels, grouped by what. Each click rewrites the visible query. */
export function Shape({ choice, entry, change }: { choice: Choice; entry: Entry | null; change: (choice: Choice) => void }) {
  const t = useText();
  const window = useTimeWindow();
  const metric = choice.kind === 'histogram' ? `${choice.metric}_count` : choice.metric;
  const labels = useQuery({
    queryKey: ['labels', metric, ...window.key],
    queryFn: ({ signal }) => labelNames({ ...window.resolve(), match: writeSelector(metric, []), limit: LABELS }, signal),
    staleTime: 60_000,
    placeholderData: undefined,
  });
  const names = (labels.data ?? []).filter((name) => name !== '__name__' && name !== 'le');
  return (
    <Panel title={t.metrics.shape}>
      <div className="shape">
        {entry && <MetricLine entry={entry} />}
        <div className="line">
          <span className="what">{t.metrics.ways}</span>
          <Segmented label={t.metrics.ways} options={WAYS[choice.kind].map((way) => ({ id: way, text: t.metrics.way[way] }))} value={choice.way} choose={(way) => change(withWay(choice, way))} />
        </div>
        <FilterLine choice={choice} metric={metric} names={names} change={change} />
        {names.length > 0 && (
          <div className="line">
            <span className="what">{t.metrics.by}</span>
            <span className="chips" role="group" aria-label={t.metrics.by}>
              <button type="button" className="chip" aria-pressed={choice.by === null} onClick={() => change(apart(choice))}>{t.metrics.apart}</button>
              {names.map((name) => <button key={name} type="button" className="chip" aria-pressed={choice.by?.includes(name) ?? false} onClick={() => change(toggleBy(choice, name))}>{name}</button>)}
            </span>
          </div>
        )}
        {labels.data && names.length === 0 && <p className="mute">{t.metrics.noLabels}</p>}
      </div>
    </Panel>
  );
}

const filterText = (filter: Filter): string => `${filter.label} ${filter.op} ${filter.value === '' ? '""' : filter.value}`;

function FilterLine({ choice, metric, names, change }: { choice: Choice; metric: string; names: readonly string[]; change: (choice: Choice) => void }) {
  const t = useText();
  const [label, setLabel] = useState('');
  if (names.length === 0 && choice.filters.length === 0) return null;
  return (
    <>
      <div className="line">
        <span className="what">{t.metrics.filters}</span>
        <span className="chips">
          {choice.filters.map((filter) => (
            <button key={filterText(filter)} type="button" className="chip on" aria-label={t.metrics.removeFilter(filterText(filter))} onClick={() => change(toggleFilter(choice, filter))}>{filterText(filter)}<Icon name="close" className="s" /></button>
          ))}
          <select aria-label={t.metrics.addFilter} value={label} onChange={(event) => setLabel(event.currentTarget.value)}>
            <option value="">{t.metrics.addFilter}</option>
            {names.map((name) => <option key={name} value={name}>{name}</option>)}
          </select>
        </span>
      </div>
      {label !== '' && <Values key={label} label={label} metric={metric} choice={choice} change={change} close={() => setLabel('')} />}
    </>
  );
}

/** A text that a regular expression takes as it stands. */
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The values of one label as chips: is, or is not. */
function Values({ label, metric, choice, change, close }: { label: string; metric: string; choice: Choice; change: (choice: Choice) => void; close: () => void }) {
  const t = useText();
  const window = useTimeWindow();
  const [op, setOp] = useState<'=' | '!='>('=');
  const [text, setText] = useState('');
  const others = choice.filters.filter((filter) => filter.label !== label);
  // More values than are fetched at once: the server looks for the text, once the typing pauses.
  const [many, setMany] = useState(false);
  const [paused] = useDebouncedValue(text.trim(), 250);
  const sought = many && paused !== '' ? [{ label, op: '=~' as const, value: `(?i).*${literal(paused)}.*` }] : [];
  const values = useQuery({
    queryKey: ['label values', metric, label, JSON.stringify([others, sought]), ...window.key],
    queryFn: ({ signal }) => labelValues(label, { ...window.resolve(), match: writeSelector(metric, [...others, ...sought]), limit: VALUES }, signal),
    staleTime: 30_000,
  });
  const all = values.data ?? [];
  if (all.length >= VALUES && !many) setMany(true);
  const matching = all.filter((value) => value.toLowerCase().includes(text.toLowerCase()));
  const isOn = (value: string) => choice.filters.some((filter) => filter.label === label && filter.op === op && filter.value === value);
  return (
    <div className="line">
      <Segmented label={label} options={[{ id: '=', text: `${label} ${t.metrics.is}` }, { id: '!=', text: t.metrics.isNot }]} value={op} choose={setOp} />
      <span className="chips" role="group" aria-label={t.metrics.values(label)}>
        {(many || all.length > SHOWN_VALUES) && <input className="narrow" value={text} placeholder={t.metrics.narrow} aria-label={t.metrics.narrow} onChange={(event) => setText(event.currentTarget.value)} />}
        {matching.slice(0, SHOWN_VALUES).map((value) => <button key={value} type="button" className="chip" aria-pressed={isOn(value)} onClick={() => change(toggleFilter(choice, { label, op, value }))}>{value === '' ? '""' : value}</button>)}
        {values.data && all.length === 0 && <span className="mute">{t.metrics.noValues}</span>}
        {matching.length > SHOWN_VALUES && <span className="mute">{t.metrics.moreValues(SHOWN_VALUES)}</span>}
        <button type="button" className="btn sm quiet" onClick={close}>{t.metrics.closeValues}</button>
      </span>
    </div>
  );
}
