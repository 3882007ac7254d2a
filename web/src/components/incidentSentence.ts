import type { Incident, IncidentRow, Release } from '../api/bongsu';
import type { Messages } from '../messages/en';

/** The first sentence of an incident, from its figures: how many fail, for how long, after which release. */
export function incidentSentence(t: Messages, incident: IncidentRow & Partial<Pick<Incident, 'triage' | 'releases'>>, nowMs: number): string {
  const numbers = incident.headline.numbers;
  const started = incident.startedMs ?? incident.impact?.sinceMs ?? null;
  const release = suspectRelease(incident);
  const end = incident.resolvedMs ?? nowMs;
  return t.sentence.incident({
    service: t.display(incident.headline.texts['service'] ?? incident.services[0] ?? incident.title),
    kind: incident.headline.code,
    ratio: numbers['ratio'] ?? incident.impact?.errorRatio ?? null,
    p95Seconds: numbers['seconds'] ?? numbers['p95Seconds'] ?? null,
    lastedMs: started === null ? null : end - started,
    release: release?.version ?? incident.cause?.release ?? null,
    afterReleaseMs: release && started !== null && started >= release.atMs ? started - release.atMs : null,
    title: incident.title,
    over: incident.status === 'resolved',
  });
}

/** The release that triage names, or the one the cause mentions by version. */
export function suspectRelease(incident: IncidentRow & Partial<Pick<Incident, 'triage' | 'releases'>>): Release | null {
  const named = incident.triage?.hypothesis?.release;
  if (named) return named;
  const version = incident.cause?.release;
  return version == null ? null : (incident.releases?.find((release) => release.version === version) ?? null);
}
