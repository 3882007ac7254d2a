import type { BudgetRow, DecisionReason, LintFinding, Sampling, SamplingPolicy, Storage, StorageForecast, StorageService, StorageSignal, StoredKind } from '../../api/bongsu';

// What the answers of the storage, budget and lint APIs come to: plain values that the page says and draws.

/** Rollups are metrics, kept longer: one signal to the reader. */
export type SignalName = 'metrics' | 'logs' | 'traces';
export const SIGNALS: readonly SignalName[] = ['traces', 'logs', 'metrics'];
export const signalOf = (kind: StoredKind): SignalName => (kind === 'logs' || kind === 'traces' ? kind : 'metrics');

export interface Day {
  dayMs: number;
  by: Record<SignalName, number>;
  total: number;
}

/** Bytes of each day's data by signal, oldest day first, days without data in between as zero. */
export function daysOf(signals: readonly StorageSignal[]): Day[] {
  const days = new Map<number, Day>();
  for (const { kind, days: own } of signals) {
    for (const { dayMs, bytes } of own) {
      const day = days.get(dayMs) ?? { dayMs, by: { metrics: 0, logs: 0, traces: 0 }, total: 0 };
      day.by[signalOf(kind)] += bytes;
      day.total += bytes;
      days.set(dayMs, day);
    }
  }
  return [...days.values()].sort((a, b) => a.dayMs - b.dayMs);
}

const DAY_MS = 86_400_000;

/** What the first sentence says of the disk. */
export type Outlook = { kind: 'young'; historyMs: number } | { kind: 'days'; days: number; byLimit: boolean } | { kind: 'soon'; byLimit: boolean } | { kind: 'held'; steadyBytes: number } | { kind: 'long' };

export function outlookOf(forecast: StorageForecast, nowMs: number): Outlook {
  if (forecast.state === 'tooLittleHistory') return { kind: 'young', historyMs: forecast.historyDays * DAY_MS };
  if (forecast.state === 'never' || forecast.atMs === null) return forecast.steadyBytes === null ? { kind: 'long' } : { kind: 'held', steadyBytes: forecast.steadyBytes };
  const days = Math.floor((forecast.atMs - nowMs) / DAY_MS);
  const byLimit = forecast.limitedBy === 'diskLimit';
  return days < 1 ? { kind: 'soon', byLimit } : { kind: 'days', days, byLimit };
}

/** A week is time to act calmly; at a limit the oldest go first, which is meant. */
export function toneOf(outlook: Outlook): 'bad' | 'warn' | 'good' | 'none' {
  switch (outlook.kind) {
    case 'young':
      return 'none';
    case 'soon':
      return outlook.byLimit ? 'warn' : 'bad';
    case 'days':
      return outlook.days <= 7 ? 'warn' : 'good';
    default:
      return 'good';
  }
}

/** How full it is, against the lower of the limit that is set and the disk. */
export const fullness = (storage: Storage): number => (storage.forecast.limitBytes > 0 ? Math.min(1, storage.bytes / storage.forecast.limitBytes) : 0);

export interface ServiceUse {
  service: string;
  by: Partial<Record<SignalName, StorageService>>;
  bytes: number;
  perDay: number | null; // ingested, before compression
}

/** One row a service, largest first. */
export function servicesOf(rows: readonly StorageService[]): ServiceUse[] {
  const services = new Map<string, ServiceUse>();
  for (const row of rows) {
    const use = services.get(row.service) ?? { service: row.service, by: {}, bytes: 0, perDay: null };
    use.by[row.signal] = row;
    use.bytes += row.bytes;
    if (row.ingestedBytesPerDay !== null) use.perDay = (use.perDay ?? 0) + row.ingestedBytesPerDay;
    services.set(row.service, use);
  }
  return [...services.values()].filter((use) => use.bytes > 0 || (use.perDay ?? 0) > 0).sort((a, b) => b.bytes - a.bytes || (a.service < b.service ? -1 : 1));
}

export const budgetTone = (state: BudgetRow['state']): 'bad' | 'warn' | 'good' | 'none' => (state === 'over' ? 'bad' : state === 'near' ? 'warn' : state === 'within' ? 'good' : 'none');

/** Services whose budget is used up, once each. */
export const overBudget = (budgets: readonly BudgetRow[]): string[] => [...new Set(budgets.filter((row) => row.state === 'over').map((row) => row.service))];

export interface ServiceLint {
  service: string;
  findings: LintFinding[];
}

// Secrets first, whatever their share: one is too many.
const rankOf = (finding: LintFinding): number => (finding.rule === 'secretInAttribute' ? 2 : finding.share);

/** Findings by service, the service with the gravest first. */
export function lintByService(findings: readonly LintFinding[]): ServiceLint[] {
  const services = new Map<string, LintFinding[]>();
  for (const finding of findings) services.set(finding.service, [...(services.get(finding.service) ?? []), finding]);
  return [...services].map(([service, own]) => ({ service, findings: own.sort((a, b) => rankOf(b) - rankOf(a) || b.count - a.count) }))
    .sort((a, b) => (b.findings[0] ? rankOf(b.findings[0]) : 0) - (a.findings[0] ? rankOf(a.findings[0]) : 0) || (a.service < b.service ? -1 : 1));
}

/** Where the offenders of a finding can be looked at. */
export function lintQuery(finding: LintFinding): { to: '/logs' | '/traces'; q: string } {
  const name = JSON.stringify(finding.service);
  return finding.signal === 'logs' ? { to: '/logs', q: `{service_name=${name}}` } : { to: '/traces', q: `{ resource.service.name = ${name} }` };
}

/** What sampling does: nothing; or whom of the traces and logs it keeps, since the server was started. */
export interface SamplingOutlook {
  isOn: boolean;
  kept: number;
  dropped: number;
  most: { kept: SamplingPolicy | null; dropped: SamplingPolicy | null };
  rows: SamplingPolicy[]; // by how many traces each decided
  causes: [DecisionReason, number][];
  early: number; // traces decided before their time
}

const decidedBy = (policy: SamplingPolicy): number => policy.keptTraces + policy.droppedTraces;

export function samplingOf(sampling: Sampling): SamplingOutlook {
  const { policies, decisions } = sampling;
  const sum = (of: (policy: SamplingPolicy) => number): number => policies.reduce((all, policy) => all + of(policy), 0);
  const most = (of: (policy: SamplingPolicy) => number): SamplingPolicy | null => policies.reduce<SamplingPolicy | null>((best, policy) => (of(policy) > (best === null ? 0 : of(best)) ? policy : best), null);
  const spans = (policy: SamplingPolicy): number => policy.keptSpans + policy.droppedSpans + policy.lateKeptSpans + policy.lateDroppedSpans;
  return {
    isOn: sampling.tail || sampling.headRatio < 1 || sampling.logs.length > 0,
    kept: sum((policy) => policy.keptTraces),
    dropped: sum((policy) => policy.droppedTraces),
    most: { kept: most((policy) => policy.keptTraces), dropped: most((policy) => policy.droppedTraces) },
    // Those of the file stand there even when they have decided nothing: that is what their owner looks for.
    rows: policies.filter((policy) => (policy.type !== '' && policy.isPresent) || spans(policy) > 0 || decidedBy(policy) > 0).sort((a, b) => decidedBy(b) - decidedBy(a) || spans(b) - spans(a)),
    causes: (Object.entries(decisions) as [DecisionReason, number][]).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]),
    early: decisions.memoryFull + decisions.traceTooLarge,
  };
}
