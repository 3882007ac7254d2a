import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { bongsu } from '../api/client';
import { Icon, type IconName } from '../components/icons';
import { useLang, useText } from '../messages';
import { useTimeWindow } from '../time/view';
import { PAGES } from './pages';
import { useTheme } from './theme';

interface Entry {
  id: string;
  icon: IconName;
  title: string;
  kind: string;
  run: () => void;
}

/** ⌘K: pages, services, a pasted trace id, a metric, a word to find in the logs. */
export default function Palette({ close }: { close: () => void }) {
  const t = useText();
  const { toggle } = useLang();
  const { toggleTheme } = useTheme();
  const navigate = useNavigate();
  const window = useTimeWindow();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const services = useQuery({
    queryKey: ['services', ...window.key],
    queryFn: ({ signal }) => {
      const range = window.resolve();
      return bongsu.services({ from: range.fromMs, to: range.toMs }, signal);
    },
    staleTime: 60_000,
  });

  const wanted = text.trim().toLowerCase();
  const matches = (title: string) => wanted === '' || title.toLowerCase().includes(wanted);
  const entries: Entry[] = [
    ...(/^[0-9a-f]{16,32}$/.test(wanted) ? [{ id: 'trace', icon: 'timeline' as const, title: wanted, kind: t.palette.trace, run: () => void navigate({ to: '/traces/$traceId', params: { traceId: wanted } }) }] : []),
    ...PAGES.filter((page) => matches(t.nav[page.id]) || matches(page.id)).map((page) => ({ id: page.id, icon: page.icon, title: t.nav[page.id], kind: t.palette.page, run: () => void navigate({ to: page.to }) })),
    ...(['cardinality', 'targets'] as const).filter((id) => wanted !== '' && (matches(t.metrics.tabs[id]) || matches(id))).map((id) => ({ id, icon: 'chart' as const, title: t.metrics.tabs[id], kind: t.palette.page, run: () => void navigate({ to: `/explore/${id}` }) })),
    ...(services.data?.services ?? []).filter((row) => matches(row.name)).slice(0, 8).map((row) => ({ id: `service ${row.name}`, icon: 'stack' as const, title: row.name, kind: t.palette.service, run: () => void navigate({ to: '/services/$name', params: { name: row.name } }) })),
    ...[{ id: 'lang', icon: 'info' as const, title: t.otherLang.label, kind: t.palette.action, run: toggle }, { id: 'theme', icon: 'moon' as const, title: t.top.theme, kind: t.palette.action, run: toggleTheme }].filter((entry) => matches(entry.title)),
    ...(wanted === '' ? [] : [
      { id: 'query', icon: 'chart' as const, title: text.trim(), kind: t.palette.query, run: () => void navigate({ to: '/explore', search: { q: text.trim() } }) },
      { id: 'logs', icon: 'list' as const, title: text.trim(), kind: t.palette.logs, run: () => void navigate({ to: '/logs', search: { q: `{service_name=~".+"} |= ${JSON.stringify(text.trim())}` } }) },
    ]),
  ];
  const at = Math.min(chosen, Math.max(0, entries.length - 1));
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    entry.run();
  };
  return (
    <Modal opened onClose={close} title={t.palette.title} closeButtonProps={{ 'aria-label': t.close }} size="lg" yOffset="12vh">
      <div className="field">
        <Icon name="search" />
        <input
          data-autofocus
          aria-label={t.palette.title}
          placeholder={t.palette.placeholder}
          value={text}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={entries[at] ? `palette-${at}` : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault();
              setChosen(Math.max(0, Math.min(entries.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))));
            } else if (event.key === 'Enter') run(entries[at]);
          }}
        />
      </div>
      {entries.length === 0 && <p className="soft">{t.palette.none}</p>}
      <ul className="palette" id="palette-list" role="listbox" aria-label={t.palette.title}>
        {entries.map((entry, i) => (
          <li key={entry.id} id={`palette-${i}`} role="option" aria-selected={i === at} onClick={() => run(entry)} onMouseEnter={() => setChosen(i)}>
            <Icon name={entry.icon} />
            <span>{entry.title}</span>
            <span className="mute">{entry.kind}</span>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
