import type { Incident, IncidentRow, Release } from '../api/bongsu';
import type { Messages } from '../messages/en';

/** The first sentence of an incident, from its figures: how many fail, for how long, after which release. */
export function incidentSentence(t: Messages, incident: IncidentRow & Partial<Pick<Incident, 'triage' | 'releases'>>, nowMs: number): string {
  const { numbers, texts, code } = incident.headline;
  const started = incident.startedMs ?? numbers['sinceMs'] ?? incident.impact?.sinceMs ?? null;
  const release = suspectRelease(incident);
  const releasedMs = release?.atMs ?? numbers['releaseMs'] ?? null;
  const version = release?.version ?? incident.cause?.release ?? texts['release'] ?? null;
  const service = texts['service'] ?? incident.services[0] ?? incident.title;
  const cause = incident.cause?.service ?? texts['cause'] ?? null;
  const elsewhere = cause !== null && cause !== texts['service'];
  return t.sentence.incident({
    service,
    kind: code,
    ratio: incident.impact?.errorRatio ?? numbers['ratio'] ?? null,
    slowerThan: numbers['thresholdSeconds'] ?? null,
    lastedMs: started === null ? null : (incident.resolvedMs ?? nowMs) - started,
    release: version !== null && elsewhere ? `${cause} ${version}` : version,
    afterReleaseMs: releasedMs !== null && started !== null && started >= releasedMs ? started - releasedMs : null,
    cause: cause === null ? null : elsewhere ? cause : service,
    title: incident.title,
    over: incident.status === 'resolved',
  });
}

/** What is bad about the requests of an incident: they fail, or they take longer than a threshold. */
export const badness = (incident: IncidentRow): { latency: boolean; slowerThan: number | null } => ({ latency: incident.headline.code === 'latency', slowerThan: incident.headline.numbers['thresholdSeconds'] ?? null });

/** The release that triage names, or the one the cause mentions by version. */
export function suspectRelease(incident: IncidentRow & Partial<Pick<Incident, 'triage' | 'releases'>>): Release | null {
  const named = incident.triage?.hypothesis?.release;
  if (named) return named;
  const version = incident.cause?.release;
  return version == null ? null : (incident.releases?.find((release) => release.version === version) ?? null);
}
