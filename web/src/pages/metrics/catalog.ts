import type { Metadata } from '../../api/prometheus';
import type { Kind } from './choice';

// All metrics by family: what was told about them (type, unit, help), and what their names tell when nothing was.

export interface Entry {
  name: string; // of the family: a classic histogram without _bucket, _sum and _count
  kind: Kind;
  type: string; // as told; empty when it is guessed from the name
  unit: string;
  help: string;
}

export interface Catalog {
  entries: Entry[];
  find: (metric: string) => Entry | null; // by any name of the family
}

const PART = /_(bucket|sum|count)$/;

export function buildCatalog(names: readonly string[], metadata: Readonly<Record<string, readonly Metadata[]>>): Catalog {
  const present = new Set(names);
  const families = new Map<string, Entry>();
  for (const name of names) {
    const family = familyOf(name, present, metadata);
    if (families.has(family)) continue;
    const told = metadata[family]?.[0];
    families.set(family, { name: family, kind: kindOf(family, told?.type ?? '', present), type: told?.type ?? '', unit: told?.unit ?? '', help: told?.help ?? '' });
  }
  const entries = [...families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { entries, find: (metric) => families.get(metric) ?? families.get(familyOf(metric, present, metadata)) ?? null };
}

/** The name without _bucket, _sum or _count when the rest is a histogram or a summary. */
function familyOf(name: string, present: ReadonlySet<string>, metadata: Readonly<Record<string, readonly Metadata[]>>): string {
  const base = name.replace(PART, '');
  if (base === name) return name;
  const type = metadata[base]?.[0]?.type ?? '';
  if (type === 'histogram' || type === 'gaugehistogram') return base;
  if (type === 'summary') return present.has(base) ? base : name;
  return metadata[name] === undefined && present.has(`${base}_bucket`) ? base : name;
}

function kindOf(family: string, type: string, present: ReadonlySet<string>): Kind {
  if (present.has(`${family}_bucket`)) return 'histogram';
  switch (type) {
    case 'histogram': case 'gaugehistogram': return 'nativeHistogram';
    case 'counter': return 'counter';
    case 'summary': return 'summary';
    case 'gauge': case 'info': case 'stateset': return 'gauge';
    default: return /_(total|count|sum|bucket)$/.test(family) ? 'counter' : 'gauge';
  }
}

/** Entries that hold every word in name, unit, type or help; names that begin with the text first, then names, then the rest. */
export function searchCatalog(entries: readonly Entry[], text: string, most: number): Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return entries.slice(0, most);
  const ranked: { entry: Entry; rank: number }[] = [];
  for (const entry of entries) {
    const rank = rankOf(entry, words);
    if (rank !== null) ranked.push({ entry, rank });
  }
  return ranked.sort((a, b) => a.rank - b.rank || a.entry.name.length - b.entry.name.length).slice(0, most).map(({ entry }) => entry);
}

function rankOf(entry: Entry, words: readonly string[]): number | null {
  const name = entry.name.toLowerCase();
  const rest = `${name} ${entry.type} ${entry.unit} ${entry.help}`.toLowerCase();
  if (!words.every((word) => rest.includes(word))) return null;
  if (name === words.join('_')) return 0;
  if (name.startsWith(words[0] ?? '')) return 1;
  return words.every((word) => name.includes(word)) ? 2 : 3;
}
