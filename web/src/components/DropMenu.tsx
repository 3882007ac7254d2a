import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

export interface MenuEntry {
  label: string;
  run: () => void;
  disabled?: boolean;
}

/** A button with a menu of actions under it: arrows, Home and End move, Escape and Tab close. */
export function DropMenu({ label, entries }: { label: ReactNode; entries: readonly MenuEntry[] }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    items(box.current)[0]?.focus();
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const close = () => {
    setOpen(false);
    box.current?.querySelector('button')?.focus();
  };
  return (
    <div className="dropmenu" ref={box} onKeyDown={(event) => open && move(event, box.current, close, () => setOpen(false))}>
      <button type="button" className="btn" aria-haspopup="menu" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>{label}</button>
      {open && (
        <div className="drop" role="menu" id={id}>
          {entries.map((entry) => (
            <button key={entry.label} type="button" role="menuitem" tabIndex={-1} disabled={entry.disabled} onClick={() => { close(); entry.run(); }}>{entry.label}</button>
          ))}
        </div>
      )}
    </div>
  );
}

const items = (box: HTMLElement | null): HTMLElement[] => [...(box?.querySelectorAll<HTMLElement>('[role=menuitem]:not(:disabled)') ?? [])];

function move(event: KeyboardEvent, box: HTMLElement | null, close: () => void, leave: () => void): void {
  const list = items(box);
  const at = list.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: (at + 1) % list.length, ArrowUp: (at - 1 + list.length) % list.length, Home: 0, End: list.length - 1 }[event.key];
  if (event.key === 'Tab') return leave();
  if (event.key === 'Escape') close();
  else if (next !== undefined) list[next]?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
