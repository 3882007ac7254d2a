import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { resolveRange, shift, zoomOut, type Range } from '../time/range';
import { refreshMs, useView } from '../time/view';
import { PAGES } from './pages';

interface KeyActions {
  palette: () => void;
  help: () => void;
  theme: () => void;
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** Moves the focus among the rows of the page's main table or list. */
function moveRow(step: 1 | -1): void {
  const rows = Array.from(document.querySelectorAll<HTMLElement>('#main [data-row]'));
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  const target = next?.matches('a, button, [tabindex]') ? next : next?.querySelector<HTMLElement>('a, button');
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
}

/** What the page itself does with a key: the first control that says so (aria-keyshortcuts). It goes before the keys of all pages. */
const ownKey = (key: string): HTMLElement | null => document.querySelector<HTMLElement>(`#main [aria-keyshortcuts="${CSS.escape(key)}"]`);

/** g + letter, t + letter, /, j k, e, ?, d, ⌘K. */
export function useKeys({ palette, help, theme }: KeyActions): void {
  const navigate = useNavigate();
  const { view, setView } = useView();
  const prefix = useRef<{ key: string; at: number } | null>(null);

  useEffect(() => {
    const setRange = (range: Range) => setView({ from: String(Math.round(range.fromMs)), to: String(Math.round(range.toMs)) });
    const afterPrefix = (first: string, key: string) => {
      const now = Date.now();
      const range = resolveRange(view.from, view.to, now);
      if (first === 'g') {
        const page = PAGES.find((entry) => entry.key === key);
        if (page) void navigate({ to: page.to });
      } else if (key === 'z') setRange(zoomOut(range, now));
      else if (key === 'ArrowLeft') setRange(shift(range, -0.5, now));
      else if (key === 'ArrowRight') setRange(shift(range, 0.5, now));
    };
    const simple: Record<string, () => void> = {
      '/': () => (document.querySelector<HTMLElement>('#main [data-search]') ?? { focus: palette }).focus(),
      j: () => moveRow(1),
      k: () => moveRow(-1),
      e: () => document.querySelector<HTMLElement>('#main [data-write]')?.focus(),
      '?': help,
      d: theme,
      p: () => setView({ refresh: refreshMs(view.refresh) === null ? undefined : 'off' }),
    };
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        palette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target) || document.querySelector('[role="dialog"]')) return;
      const before = prefix.current;
      prefix.current = null;
      if (before && Date.now() - before.at < 1200) {
        event.preventDefault();
        afterPrefix(before.key, event.key);
      } else if (event.key === 'g' || event.key === 't') {
        prefix.current = { key: event.key, at: Date.now() };
      } else if (ownKey(event.key)) {
        event.preventDefault();
        ownKey(event.key)?.click();
      } else if (simple[event.key]) {
        event.preventDefault();
        simple[event.key]?.();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, view.from, view.to, view.refresh, setView, palette, help, theme]);
}
