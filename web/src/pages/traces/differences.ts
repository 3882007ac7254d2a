import type { Label } from '../../api/tempo';
import { narrowed } from './traceql';
import { conditionOf, type Area } from './cells';

// What the spans of an area share that the others do not, from the answer of TraceQL's compare().

export interface Difference {
  attribute: string; // as TraceQL names it
  value: string;
  literal: string;
  share: number; // of the selected spans, 0 to 1
  rest: number; // of the others
  restAtMost: boolean; // too rare among the others to be counted apart
}

export interface Comparison {
  selected: number;
  rest: number;
  differences: Difference[]; // one an attribute, widest first
  cut: boolean; // attributes with more values than are told
}

const TOP = 50;

export function compareQuery(q: string, area: Area): string {
  return `${q} | compare({ ${conditionOf(area)} }, ${TOP}, ${Math.max(1, area.fromMs)}000000, ${area.toMs}000000)`;
}

export function readComparison(rows: readonly { labels: readonly Label[]; value: number }[]): Comparison {
  const selection = new Map<string, Map<string, { label: Label; count: number }>>();
  const baseline = new Map<string, Map<string, { label: Label; count: number }>>();
  const totals = { selection_total: new Map<string, number>(), baseline_total: new Map<string, number>() };
  let cut = false;
  for (const { labels, value } of rows) {
    const type = labels.find((label) => label.key === '__meta_type')?.text ?? '';
    const label = labels.find((one) => !one.key.startsWith('__meta_'));
    cut ||= labels.some((one) => one.key === '__meta_error');
    if (!label) continue;
    if (type === 'selection_total' || type === 'baseline_total') totals[type].set(label.key, value);
    const group = type === 'selection' ? selection : type === 'baseline' ? baseline : null;
    if (!group) continue;
    const of = group.get(label.key) ?? new Map<string, { label: Label; count: number }>();
    group.set(label.key, of.set(label.text, { label, count: value }));
  }
  const selected = spansIn(totals.selection_total);
  const rest = spansIn(totals.baseline_total);
  const differences = [...selection].flatMap(([, values]) => widest(values, baseline, selected, rest));
  return { selected, rest, differences: differences.sort((a, b) => b.share - b.rest - (a.share - a.rest)), cut };
}

/** Every span has a kind; other attributes are on some spans only, and events may be on a span more than once. */
const spansIn = (totals: ReadonlyMap<string, number>): number => totals.get('kind') ?? Math.max(0, ...totals.values());

type Counts = ReadonlyMap<string, { label: Label; count: number }>;

/** The value of one attribute whose share is most above that of the rest. */
function widest(values: Counts, baseline: ReadonlyMap<string, Counts>, selected: number, rest: number): Difference[] {
  let best: Difference | null = null;
  for (const { label, count } of values.values()) {
    const others = baseline.get(label.key);
    const known = others?.get(label.text)?.count;
    // A value that is not among the most frequent of the others is at most as frequent as the last of these.
    const isCut = known === undefined && others !== undefined && others.size >= TOP;
    const elsewhere = known ?? (isCut ? Math.min(...[...others.values()].map((one) => one.count)) : 0);
    const found = { attribute: label.key, value: label.text, literal: label.literal, share: ratio(count, selected), rest: ratio(elsewhere, rest), restAtMost: isCut };
    if (found.share > found.rest && (best === null || found.share - found.rest > best.share - best.rest)) best = found;
  }
  return best === null ? [] : [best];
}

const ratio = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);

/** The least difference that says anything. */
export const TELLING = 0.05;

/** An attribute without its scope, as people say it; the whole name stands in the table. */
export const shortName = (attribute: string): string => attribute.replace(/^(span|resource|event|instrumentation)[.:]/, '').replaceAll('"', '');

export const withDifference = (q: string, { attribute, literal }: Difference): string => narrowed(q, `${attribute} = ${literal}`);
