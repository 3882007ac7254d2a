import { pathUp, type Waterfall } from './waterfall';

// Which spans are folded, as the address says it: ids; "services" for the insides of all services; "!id" for one of these that is open.

const ALL = 'services';
// An address of more ids than these would be refused on its way.
const MOST_IDS = 300;

/** The first span of each service on every way down, where it has spans below: folded, one line stands for its inside. */
export function insides({ trace, order, below }: Waterfall): Set<number> {
  return new Set(order.filter((row) => {
    const span = trace.spans[row];
    return span !== undefined && (below[row] ?? 0) > 0 && span.parent >= 0 && trace.spans[span.parent]?.service !== span.service;
  }));
}

export function readFolded(waterfall: Waterfall, text: string | undefined, rowOf: ReadonlyMap<string, number>): Set<number> {
  const words = (text ?? '').split(',');
  const folded = words.includes(ALL) ? insides(waterfall) : new Set<number>();
  for (const word of words) {
    const row = rowOf.get(word.replace('!', ''));
    if (row === undefined) continue;
    if (word.startsWith('!')) folded.delete(row);
    else folded.add(row);
  }
  return folded;
}

/** The shorter way to say it; undefined when nothing is folded. */
export function writeFolded(waterfall: Waterfall, folded: ReadonlySet<number>): string | undefined {
  const id = (row: number) => waterfall.trace.spans[row]?.spanId ?? '';
  const plain = [...folded].map(id);
  const all = insides(waterfall);
  const apart = [ALL, ...[...all].filter((row) => !folded.has(row)).map((row) => `!${id(row)}`), ...[...folded].filter((row) => !all.has(row)).map(id)];
  const words = all.size > 0 && apart.length < plain.length ? apart : plain;
  return words.length === 0 ? undefined : words.slice(0, MOST_IDS).join(',');
}

/** Without those that hide a row. */
export function revealing(waterfall: Waterfall, folded: ReadonlySet<number>, row: number): ReadonlySet<number> {
  const above = pathUp(waterfall.trace, row).filter((one) => folded.has(one));
  if (above.length === 0) return folded;
  return new Set([...folded].filter((one) => !above.includes(one)));
}
