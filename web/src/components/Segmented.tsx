/** A choice of few, all in sight; the chosen one is pressed. */
export function Segmented<T extends string>({ label, options, value, choose }: { label: string; options: readonly { id: T; text: string; disabled?: boolean }[]; value: T | null; choose: (id: T) => void }) {
  return (
    <div className="seg" role="group" aria-label={label}>
      {options.map(({ id, text, disabled }) => <button key={id} type="button" aria-pressed={id === value} disabled={disabled} onClick={() => choose(id)}>{text}</button>)}
    </div>
  );
}
