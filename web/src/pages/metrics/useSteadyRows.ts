import { useMemo, useState } from 'react';
import { steadyOrder, type Row } from './rows';

/** The rows, highest first when they come, and at the same places at every refresh of the same queries. */
export function useSteadyRows(rows: readonly Row[], key: string): readonly Row[] {
  const [held, setHeld] = useState<{ key: string; order: readonly string[] }>({ key, order: [] });
  const before = held.key === key ? held.order : NONE;
  const ordered = useMemo(() => steadyOrder(rows, before), [rows, before]);
  const known = new Set(before);
  if (held.key !== key || ordered.some((row) => !known.has(row.id))) setHeld({ key, order: [...before, ...ordered.filter((row) => !known.has(row.id)).map((row) => row.id)] });
  return ordered;
}

const NONE: readonly string[] = [];
