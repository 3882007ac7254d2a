import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { Icon } from '../../components/icons';
import { useText } from '../../messages';
import { searchCatalog, type Catalog, type Entry } from './catalog';

const MOST = 30;

/** OpenTelemetry writes {connection} for what is counted, and 1 for no unit. */
const unitWord = (unit: string): string => (unit === '1' ? '' : unit.replace(/[{}]/g, ''));

/** Search by name, unit or description; choosing a metric writes its query. Before anything is asked the list stands open. */
export function Finder({ catalog, truncatedAt, open: alwaysOpen, choose }: { catalog: Catalog; truncatedAt: number | null; open: boolean; choose: (entry: Entry) => void }) {
  const t = useText();
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [focused, setFocused] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const open = alwaysOpen || focused;
  const found = open ? searchCatalog(catalog.entries, text, MOST) : [];
  const current = Math.min(at, Math.max(0, found.length - 1));
  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    choose(entry);
    setText('');
    setAt(0);
    setFocused(false);
    box.current?.blur();
  };
  const key = (event: KeyboardEvent) => {
    const next = { ArrowDown: current + 1, ArrowUp: current - 1 }[event.key];
    if (next !== undefined) {
      setAt(Math.max(0, Math.min(found.length - 1, next)));
      document.getElementById(`${id}-${Math.max(0, Math.min(found.length - 1, next))}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') take(found[current]);
    else if (event.key === 'Escape') {
      setText('');
      setFocused(false);
      box.current?.blur();
    } else return;
    event.preventDefault();
  };
  return (
    <section className={`finder ${alwaysOpen ? 'panel' : ''}`} aria-label={t.metrics.find}>
      <div className="field">
        <Icon name="search" />
        <input ref={box} data-search value={text} placeholder={`${t.metrics.find}: ${t.metrics.findHint}`} aria-label={t.metrics.find} role="combobox" aria-expanded={open && found.length > 0} aria-controls={`${id}-list`} aria-autocomplete="list" aria-activedescendant={open && found[current] ? `${id}-${current}` : undefined} autoComplete="off" spellCheck={false}
          onFocus={() => setFocused(true)} onBlur={() => setFocused(false)} onKeyDown={key} onChange={(event) => { setText(event.currentTarget.value); setAt(0); setFocused(true); }} />
      </div>
      {open && (
        <div className="found" onMouseDown={(event) => event.preventDefault()}>
          <ul id={`${id}-list`} role="listbox" aria-label={t.metrics.found}>
            {found.map((entry, i) => (
              <li key={entry.name} id={`${id}-${i}`} role="option" aria-selected={i === current} onClick={() => take(entry)} onMouseEnter={() => setAt(i)}>
                <span className="mono">{entry.name}</span>
                <span className="mute">{[t.metrics.kind[entry.kind], unitWord(entry.unit)].filter((part) => part !== '').join(', ')}</span>
                <span className="soft help">{entry.help}</span>
              </li>
            ))}
          </ul>
          {found.length === 0 && <p className="soft">{t.metrics.noneFound}</p>}
          {found.length === MOST && <p className="mute">{t.metrics.more(MOST, catalog.entries.length)}</p>}
          {truncatedAt !== null && <p className="mute">{t.metrics.truncated(truncatedAt)}</p>}
        </div>
      )}
    </section>
  );
}

/** The chosen metric in words: what it is, in what unit, what it counts. */
export function MetricLine({ entry }: { entry: Entry }) {
  const t = useText();
  return (
    <p className="metricline">
      <span className="mono strong">{entry.name}</span>
      <span className="mute">{[t.metrics.kind[entry.kind], unitWord(entry.unit), entry.type === '' ? t.metrics.guessed : ''].filter((part) => part !== '').join(', ')}</span>
      <span className="soft">{entry.help === '' ? t.metrics.noHelp : entry.help}</span>
    </p>
  );
}
