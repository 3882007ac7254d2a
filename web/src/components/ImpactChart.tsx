import type { Incident } from '../api/bongsu';
import { percent } from '../format/number';
import { badness } from './incidentSentence';
import { useText } from '../messages';
import { firstValueMs } from './chart/layout';
import { markersOf } from './chart/markers';
import { TimeChart, type LineTone } from './chart/TimeChart';

const TONES: readonly LineTone[] = ['badl', 'd1', 'd2', 'd3'];

/** The share of bad requests over time, with the releases and alerts of the incident. */
export function ImpactChart({ incident, height, gutter, whole = false }: { incident: Incident; height: number; gutter: number; whole?: boolean }) {
  const t = useText();
  const { latency, slowerThan } = badness(incident);
  const suspect = incident.triage?.hypothesis?.release?.version ?? incident.cause?.release ?? null;
  const shown = whole ? incident.impactSeries.slice(0, 1) : incident.impactSeries;
  const lines = shown.map((series, i) => ({
    name: shown.length === 1 ? '' : series.name,
    times: series.times,
    values: series.values,
    tone: i > 0 && series.labels['service_version'] !== undefined && series.labels['service_version'] === suspect ? ('acc' as const) : (TONES[Math.min(i, 3)] ?? 'd3'),
    area: i === 0,
  }));
  const fromMs = firstValueMs(incident.impactSeries) ?? incident.openedMs - 3_600_000;
  const toMs = Math.max(fromMs + 1, ...incident.impactSeries.map((series) => series.times.at(-1) ?? 0));
  return <TimeChart label={t.incident.impactUnit(slowerThan, latency)} lines={lines} fromMs={fromMs} toMs={toMs} format={percent} markers={markersOf(incident.releases, incident.firing, [], t.marker.alert)} height={height} gutter={gutter} />;
}
