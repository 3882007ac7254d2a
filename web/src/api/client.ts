import type {
  AlertRow,
  Budgets,
  Cardinality,
  DecisionStep,
  Delivery,
  Incident,
  IncidentRow,
  IncidentStatus,
  Lint,
  LogPatterns,
  Now,
  Release,
  Runbook,
  Series,
  ServiceDetail,
  ServiceRow,
  Sampling,
  Session,
  Severity,
  SloRow,
  Storage,
} from './bongsu';
import { getJson, sendJson } from './http';

export type AlertDetail = AlertRow & { decisions: DecisionStep[]; deliveries: Delivery[]; value: Series; threshold: number | null };
export type SloDetail = SloRow & { burn: Series[]; sliSeries: Series };
export type RoleName = 'commander' | 'scribe' | 'communications';

const root = '/bongsu/v1';
const path = (...parts: string[]): string => [root, ...parts.map(encodeURIComponent)].join('/');

export interface Window {
  from: number;
  to: number;
}

/** Every call of /bongsu/v1 the page makes, one line each. */
export const bongsu = {
  session: (signal?: AbortSignal) => getJson<Session>(path('session'), {}, signal),
  signIn: (token: string) => sendJson<Session>('POST', path('session'), { token }),
  signOut: () => sendJson<void>('DELETE', path('session')),
  now: (signal?: AbortSignal) => getJson<Now>(path('now'), {}, signal),
  services: (window: Window, signal?: AbortSignal) =>
    getJson<{ services: ServiceRow[]; warnings: string[] }>(path('services'), { ...window }, signal),
  service: (name: string, window: Window, step: number, signal?: AbortSignal) =>
    getJson<ServiceDetail>(path('services', name), { ...window, step }, signal),
  releases: (window: Window, service: string | undefined, signal?: AbortSignal) =>
    getJson<{ releases: Release[] }>(path('releases'), { ...window, service }, signal),
  slos: (signal?: AbortSignal) => getJson<{ slos: SloRow[]; problems: string[] }>(path('slos'), {}, signal),
  slo: (id: string, window: Window, signal?: AbortSignal) => getJson<SloDetail>(path('slos', id), { ...window }, signal),
  alerts: (signal?: AbortSignal) => getJson<{ alerts: AlertRow[] }>(path('alerts'), {}, signal),
  alert: (id: string, signal?: AbortSignal) => getJson<AlertDetail>(path('alerts', id), {}, signal),
  incidents: (status: 'open' | 'all', signal?: AbortSignal) => getJson<{ incidents: IncidentRow[] }>(path('incidents'), { status }, signal),
  incident: (id: string, signal?: AbortSignal) => getJson<Incident>(path('incidents', id), {}, signal),
  openIncident: (title: string, severity: Severity, services: string[]) =>
    sendJson<Incident>('POST', path('incidents'), { title, severity, services }),
  acknowledge: (id: string) => sendJson<Incident>('POST', path('incidents', id, 'ack')),
  note: (id: string, text: string) => sendJson<Incident>('POST', path('incidents', id, 'notes'), { text }),
  setStatus: (id: string, status: IncidentStatus) => sendJson<Incident>('POST', path('incidents', id, 'status'), { status }),
  setSeverity: (id: string, severity: Severity, why: string) => sendJson<Incident>('POST', path('incidents', id, 'severity'), { severity, why }),
  setRole: (id: string, role: RoleName, name: string | null) => sendJson<Incident>('POST', path('incidents', id, 'roles'), { role, name }),
  promiseUpdate: (id: string, atMs: number) => sendJson<Incident>('POST', path('incidents', id, 'next-update'), { atMs }),
  triageAgain: (id: string) => sendJson<Incident>('POST', path('incidents', id, 'triage')),
  sampling: (traceId?: string, signal?: AbortSignal) => getJson<Sampling>(path('sampling'), { trace: traceId }, signal),
  storage: (signal?: AbortSignal) => getJson<Storage>(path('storage'), {}, signal),
  budgets: (signal?: AbortSignal) => getJson<Budgets>(path('budgets'), {}, signal),
  lint: (signal?: AbortSignal) => getJson<Lint>(path('lint'), {}, signal),
  logPatterns: (service: string | null, since: number, to: number, limit: number, signal?: AbortSignal) =>
    getJson<LogPatterns>(path('logs', 'patterns'), { service: service ?? undefined, since, to, limit }, signal),
  cardinality: (limit: number, signal?: AbortSignal) => getJson<Cardinality>(path('cardinality'), { limit }, signal),
  runbooks: (signal?: AbortSignal) => getJson<{ runbooks: { name: string; title: string }[] }>(path('runbooks'), {}, signal),
  runbook: (name: string, signal?: AbortSignal) => getJson<Runbook>(path('runbooks', name), {}, signal),
};
