import type { AlertRow, IncidentRow, Release } from '../../api/bongsu';
import type { ChartMarker } from './TimeChart';
import type { Span } from './layout';

/** Releases, alerts and incidents as the markers of a chart. */
export function markersOf(releases: readonly Release[], firing: readonly AlertRow[], incidents: readonly IncidentRow[], alertWord: string): ChartMarker[] {
  const opened = new Set(incidents.flatMap((incident) => incident.alerts));
  return [
    ...releases.map((release) => ({ atMs: release.atMs, kind: 'release' as const, label: release.version })),
    ...firing.flatMap((alert) => (alert.firedMs === null ? [] : [{ atMs: alert.firedMs, kind: 'alert' as const, label: alertWord }])),
    ...incidents.filter((incident) => !incident.alerts.some((id) => opened.has(id) && firing.some((alert) => alert.id === id))).map((incident) => ({ atMs: incident.openedMs, kind: 'incident' as const, label: `INC-${incident.number}` })),
  ];
}

export function firingBands(firing: readonly AlertRow[], toMs: number): Span[] {
  return firing.flatMap((alert) => (alert.firedMs === null ? [] : [{ fromMs: alert.firedMs, toMs: alert.resolvedMs ?? toMs }]));
}
