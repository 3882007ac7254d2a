import type { Evidence, Triage } from '../api/bongsu';
import { withUnit } from '../format/number';

// What the sentences of both languages read out of a triage answer.

export const text = (record: Record<string, string>, ...keys: string[]): string => keys.map((key) => record[key]).find((value) => value !== undefined && value !== '') ?? '';

/** Whether the figures of the indicator are durations or shares. */
export const sliUnit = (kind: Triage['sliKind']): Evidence['unit'] => (kind === 'latency' ? 's' : 'ratio');

/** The value before and after as a reader sees them; null where the query gave none. */
export function figures(of: Evidence): { before: string | null; after: string | null } {
  const shown = (value: number | null) => (value === null ? null : withUnit(value, of.unit));
  return { before: shown(of.before), after: shown(of.after) };
}

/** When a suspect went wrong against the indicator; the server judges what is late. */
export function onsetOrder(of: Evidence): 'before' | 'same' | 'after' {
  if (!of.supports) return 'after';
  return (of.numbers['onsetMs'] ?? 0) - (of.numbers['sliOnsetMs'] ?? 0) < -30_000 ? 'before' : 'same';
}

/** The part of the excess that the named cause explains. */
export const shareOfCause = (triage: Triage): number | null => triage.evidence.find((one) => one.code === 'ownExcess')?.share ?? triage.path.at(-1)?.share ?? null;

/** The evidence that says most about the cause in one figure: new against old version, a call that got worse, or the service itself. */
export function keyEvidence(triage: Triage): Evidence | undefined {
  const found = triage.hypothesis;
  if (!found) return undefined;
  const by = (code: string, fits: (one: Evidence) => boolean = () => true) => triage.evidence.find((one) => one.code === code && fits(one));
  if (found.kind === 'edge' || found.kind === 'external') return by('call', (one) => found.object === `${one.texts['from'] ?? ''} -> ${one.texts['to'] ?? ''}`);
  const split = found.kind === 'release' ? by('versionSplit', (one) => one.texts['version'] === one.texts['newVersion']) : undefined;
  const own = by('ownExcess');
  // A service that fails its callers by being slow adds no failures of its own: the call shows it.
  const call = triage.evidence.filter((one) => one.code === 'call' && one.texts['to'] === found.service && one.unit === 's').at(-1);
  if (!split && call && own?.unit === '/s' && !(own.after !== null && own.after > 0)) return call;
  return split ?? (own?.unit === 's' ? (by('latency', (one) => one.texts['service'] === found.service) ?? own) : own);
}

/** Services between the cause and the reader, nearest to the cause first: they only wait, or pass failures on. */
export const bystanders = (triage: Triage): string[] => [...new Set(triage.path.map((hop) => hop.from))].filter((service) => service !== triage.hypothesis?.service).reverse();

export interface BlindSpot {
  kind: 'inside' | 'calls' | 'queryFailed' | 'outOfTime' | 'partFailed' | 'other';
  of: string;
}

/** "1m", "1h30m" with the given names of the units. */
export const duration = (written: string, unit: Record<string, string>): string => written.replace(/(\d+)(ms|d|h|m|s)/g, (_, n: string, of: string) => n + (unit[of] ?? of));

/** Blind spots come as sentences only; these are the ones a server writes. */
export function readBlindSpot(said: string): BlindSpot {
  const forms: [BlindSpot['kind'], RegExp][] = [
    ['inside', /^inside (.+): it sends no telemetry of its own$/],
    ['calls', /^calls of (.+): it sends no spans$/],
    ['queryFailed', /^a query failed, so its evidence has no numbers: (.+)$/],
    ['outOfTime', /^(time ran out before every query had run)/],
    ['partFailed', /^(.+): not looked at, /],
  ];
  for (const [kind, form] of forms) {
    const found = form.exec(said)?.[1];
    if (found !== undefined) return { kind, of: found };
  }
  return { kind: 'other', of: said };
}

/** "144 bad of 990 in 1m; the budget allows 4.95: no chance event." as figures. */
export function readGuard(sentence: string): { bad: string; total: string; window: string; allowed: string; verdict: 'few' | 'off' | 'real' | 'within' | 'chance' } | null {
  const found = /^([\d.,]+) bad of ([\d.,]+) in (\S+); the budget allows ([\d.]+)(.*)$/.exec(sentence);
  if (!found) return null;
  const [, bad = '', total = '', window = '', allowed = '', rest = ''] = found;
  const verdict = rest.includes('min_events') ? 'few' : rest.includes('guard is off') ? 'off' : rest.includes('no chance event') ? 'real' : rest.includes('within budget') ? 'within' : 'chance';
  return { bad, total, window, allowed: allowed.replace(/\.$/, ''), verdict };
}
