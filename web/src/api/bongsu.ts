// What Bongsu's own API (/bongsu/v1) answers. Times are ms since the epoch unless the name says otherwise; ratios are 0..1; durations in
// seconds end in Seconds, in ms end in Ms. A figure that has no data is null, never 0. Every figure's query stands beside it as PromQL.

export type Severity = 1 | 2 | 3 | 4;

export interface Figure { value: number | null; query: string }

// Times and values in parallel; null where there is no data.
export interface Series { name: string; labels: Record<string, string>; query: string; times: number[]; values: (number | null)[] }

export interface Session {
  authenticated: boolean; authRequired: boolean; name: string; role: 'none' | 'ingest' | 'view' | 'respond' | 'admin';
  version: string; demo: boolean; // demo: the --demo profile with shortened windows
  otlpHttpPort?: number;          // where OTLP over HTTP is taken
  notes: string[];                // e.g. "Demo profile: burn-rate windows are 1/60 of the workbook's"
}
// GET /bongsu/v1/session -> Session; POST /bongsu/v1/session {token} -> Session (sets an HttpOnly cookie) or 401; DELETE -> 204

export interface SelfHealth {
  state: 'good' | 'warn' | 'bad'; problems: string[];
  spansPerSecond: number | null; logRecordsPerSecond: number | null; samplesPerSecond: number | null; rejectedPerSecond: number | null;
  seriesActive: number; diskBytes: number; diskFreeBytes: number; asOfMs: number;
}

export type ServiceState = 'failing' | 'degraded' | 'healthy' | 'noData';

// What stands out, for the page to say in the reader's language.
// code: errorRatio {ratio, before} | latencyP95 {seconds, before} | noTelemetry {sinceMs} | sloBurn {slo, burn} | none
export interface StandsOut { code: string; numbers: Record<string, number>; texts: Record<string, string> }

export interface ServiceRow {
  name: string; namespace: string | null; environment: string | null; version: string | null; // newest version seen
  state: ServiceState; standsOut: StandsOut | null;
  rate: Figure; errorRatio: Figure; p50Seconds: Figure; p95Seconds: Figure; p99Seconds: Figure;
  rateSpark: (number | null)[]; errorSpark: (number | null)[]; p95Spark: (number | null)[]; sparkFromMs: number; sparkStepMs: number;
  sloBudgetLeft: number | null; // lowest of its SLOs, may be negative
  lastReleaseMs: number | null; lastSeenMs: number | null;
  redSource: 'http.server.request.duration' | 'spans' | 'legacy' | 'none'; redSourceDetail: string;
}
// GET /bongsu/v1/services?from=&to= -> { services: ServiceRow[], warnings: string[] } sorted by trouble

export interface RouteRow { route: string; method: string; rate: Figure; errorRatio: Figure; p95Seconds: Figure; timeShare: number | null }
export interface Dependency {
  peer: string; kind: 'service' | 'database' | 'cache' | 'queue' | 'external'; direction: 'in' | 'out';
  rate: Figure; errorRatio: Figure; p95Seconds: Figure;
}
export interface SplitRow { value: string; rate: Figure; errorRatio: Figure; p95Seconds: Figure; firstSeenMs: number | null } // one version or instance
export interface ServiceDetail {
  row: ServiceRow; fromMs: number; toMs: number; stepMs: number;
  rate: Series; errorRatio: Series; p50: Series; p95: Series; p99: Series;
  routes: RouteRow[]; dependencies: Dependency[]; versions: SplitRow[]; instances: SplitRow[];
  errorsByClass: { errorType: string; rate: Figure }[];
  releases: Release[]; slos: SloRow[]; firing: AlertRow[]; incidents: IncidentRow[]; // markers of every chart
  owner: string | null; runbook: string | null; warnings: string[];
}
// GET /bongsu/v1/services/{name}?from=&to=&step= -> ServiceDetail | 404

export interface Release {
  id: string; service: string; version: string; previousVersion: string | null; atMs: number;
  source: 'seen' | 'marked'; // a new service.version was seen, or somebody said so
  instances: string[]; commit: string | null; by: string | null; suspectOf: string[]; // incident ids
}
// GET /bongsu/v1/releases?from=&to=&service= -> { releases: Release[] }; POST {service, version, commit?, by?, atMs?} -> Release

export interface BurnWindow { long: string; short: string; factor: number; budgetSpent: number; burnLong: number | null; burnShort: number | null; firing: boolean }
export interface SloRow {
  id: string; service: string; name: string; objective: number; window: string; kind: 'availability' | 'latency';
  description: string; owner: string | null; runbook: string | null;
  sli: Figure; budgetLeft: number | null; badEvents: number | null; allowedBadEvents: number | null; totalEvents: number | null;
  windows: BurnWindow[]; state: 'ok' | 'burning' | 'exhausted' | 'noData'; guard: { passed: boolean | null; sentence: string };
  file: string; warnings: string[];
}
// GET /bongsu/v1/slos -> { slos: SloRow[], problems: string[] }; GET /bongsu/v1/slos/{id}?from=&to= -> SloRow & { burn: Series[]; sliSeries: Series }

export type AlertState = 'pending' | 'firing' | 'resolved';
export interface AlertRow {
  id: string; name: string; service: string | null; slo: string | null; severity: 'page' | 'ticket'; state: AlertState;
  activeSinceMs: number; firedMs: number | null; resolvedMs: number | null;
  labels: Record<string, string>; annotations: Record<string, string>;
  summary: { code: 'sloBurn' | 'rule'; numbers: Record<string, number>; texts: Record<string, string>; text: string };
  runbook: string | null; dashboard: string | null; query: string; incident: string | null;
}
export interface Delivery { atMs: number; receiver: string; target: string; attempt: number; outcome: 'delivered' | 'failed' | 'gaveUp'; status: number | null; error: string | null; nextMs: number | null }
export interface DecisionStep { stage: 'evaluation' | 'guard' | 'routing' | 'grouping' | 'inhibition' | 'silences' | 'deduplication' | 'delivery'; atMs: number; passed: boolean; reason: string; detail: string }
// GET /bongsu/v1/alerts?state= -> { alerts: AlertRow[] }; GET /bongsu/v1/alerts/{id} -> AlertRow & { decisions: DecisionStep[]; deliveries: Delivery[]; value: Series; threshold: number | null }

export interface Evidence {
  code: string;     // ownExcess | calleesNormal | errorRatio | latency | release | versionSplit | onset | notAnomalous | …
  claim: string;    // English sentence; the page may say it in its own words by code
  numbers: Record<string, number>; texts: Record<string, string>;
  supports: boolean; before: number | null; after: number | null; unit: '' | 's' | '/s' | 'ratio' | 'requests';
  share: number | null; query: string; language: 'promql' | 'traceql' | 'logql'; fromMs: number; toMs: number;
}
export interface Suspect { service: string; kind: 'service' | 'release' | 'edge' | 'external'; score: number; share: number | null; why: string; whyCode: string; numbers: Record<string, number>; texts: Record<string, string> }
export interface Triage {
  atMs: number; elapsedMs: number; sliService: string; sliKind: 'errors' | 'latency'; onsetMs: number | null;
  outcome: 'hypothesis' | 'dontKnow' | 'noIncident'; reason: string; reasonCode: string;
  hypothesis: { service: string; kind: 'service' | 'release' | 'edge' | 'external'; object: string; sinceMs: number | null; confidence: number; sentence: string; release: Release | null } | null;
  path: { from: string; to: string; share: number }[];
  evidence: Evidence[]; alternatives: Suspect[]; ruledOut: Suspect[]; impact: { service: string; code: string; numbers: Record<string, number> }[]; blindSpots: string[];
}
// GET /bongsu/v1/triage?service=&from=&to= -> Triage (runs it now)

export type IncidentStatus = 'investigating' | 'identified' | 'monitoring' | 'resolved';
export interface Impact { badEvents: number | null; totalEvents: number | null; errorRatio: number | null; sinceMs: number; budgetSpent: number | null; query: string }
export interface IncidentRow {
  id: string; number: number; title: string; severity: Severity; status: IncidentStatus; services: string[];
  openedMs: number; startedMs: number | null; resolvedMs: number | null; acknowledgedMs: number | null; nextUpdateMs: number | null;
  openedBy: string; roles: { commander: string | null; scribe: string | null; communications: string | null };
  headline: { code: 'errors' | 'latency' | 'manual'; numbers: Record<string, number>; texts: Record<string, string> };
  impact: Impact | null; cause: { service: string; sentence: string; confidence: number; release: string | null } | null; alerts: string[];
}
export interface TimelineEntry {
  seq: number; atMs: number; // when it happened
  kind: 'opened' | 'alertFired' | 'alertResolved' | 'triage' | 'release' | 'impactBegan' | 'note' | 'status' | 'severity' | 'role' | 'ack' | 'delivery' | 'resolved' | 'nextUpdate';
  by: string; text: string; numbers: Record<string, number>; texts: Record<string, string>;
}
export interface Incident extends IncidentRow { timeline: TimelineEntry[]; triage: Triage | null; impactSeries: Series[]; firing: AlertRow[]; releases: Release[]; slos: SloRow[]; deliveries: Delivery[] }
// GET /bongsu/v1/incidents?status=open|all -> { incidents: IncidentRow[] }; GET /bongsu/v1/incidents/{id} -> Incident
// POST /bongsu/v1/incidents {title, severity, services} -> Incident
// POST /bongsu/v1/incidents/{id}/ack {} | /notes {text} | /status {status} | /severity {severity, why} | /roles {role, name|null} | /next-update {atMs} | /triage {} -> Incident

export interface Now {
  asOfMs: number; hasData: boolean; health: SelfHealth; incidents: Incident[]; changes: Release[]; services: ServiceRow[]; serviceCount: number;
  firing: AlertRow[]; notes: string[];
}
// GET /bongsu/v1/now -> Now

export type DecisionReason = 'rootEnded' | 'waitOver' | 'memoryFull' | 'traceTooLarge' | 'planChanged' | 'restarted' | 'headRescue';
export interface SamplingPolicy {
  name: string; type: string; // type '': one of ours: keep_errors, keep_slow, head, not_sampled, maximum_trace_size, before_restart
  sampled: number; notSampled: number; dropped: number; // what it said of traces, whoever decided
  keptTraces: number; keptSpans: number; droppedTraces: number; droppedSpans: number; lateKeptSpans: number; lateDroppedSpans: number;
  isPresent: boolean; // in the present configuration
}
export interface Sampling {
  tail: boolean; decisionWaitMs: number; rootGraceMs: number; keepErrors: boolean; keepSlowMs: number; headRatio: number;
  undecided: { traces: number; spans: number; spanBytes: number; capacity: number; oldestMs: number; rememberedDecisions: number; bytes: number; budgetBytes: number; pendingDrops: number; lostDrops: number };
  decisions: Record<DecisionReason, number>; policies: SamplingPolicy[];
  logs: { name: string; ratio: number; kept: number; spared: number; dropped: number }[]; notes: string[];
  trace: { traceId: string; state: 'kept' | 'dropped' | 'undecided' | 'unknown'; policy: string | null; reason: DecisionReason | null; spans: number | null; decidedInMs: number | null } | null;
}
// GET /bongsu/v1/sampling?trace=ID -> Sampling; trace null without ?trace=

export interface LogPattern {
  id: string; service: string; template: string; query: string; // LogQL for its lines
  level: string | null; levels: Record<string, number>; count: number; countBefore: number; change: number | null; // against the stretch of the same length before
  firstSeenMs: number; lastSeenMs: number | null; example: string | null; isNew: boolean; newAtMs: number | null; isGone: boolean; goneAtMs: number | null;
}
export interface LogPatterns { patterns: LogPattern[]; total: number; otherLines: number; sinceMs: number; asOfMs: number }
// GET /bongsu/v1/logs/patterns?service=&since=&to=&limit= -> LogPatterns; new and gone first, then most lines

export interface Runbook { name: string; title: string; markdown: string; file: string }
// GET /bongsu/v1/runbooks -> { runbooks: {name, title}[] }; GET /bongsu/v1/runbooks/{name} -> Runbook

export interface ApiError { error: { code: string; message: string } } // every 4xx and 5xx under /bongsu/v1

export interface MetricCount { metric: string; series: number; newLastHour: number; limit: number; refusedLastHour: number; explodingLabel: string | null; explodingValues: number }
export interface Cardinality {
  series: number; limit: number; chunks: number; metrics: MetricCount[]; // limit 0: none
  services: { service: string; series: number; limit: number; refusedLastHour: number }[];
  labels: { label: string; values: number; bytes: number }[]; pairs: { pair: string; series: number }[];
}
// GET /bongsu/v1/cardinality?limit= -> Cardinality; every list largest first

// What is stored, by kind: rollups are metrics over 5 minutes and over an hour.
export type StoredKind = 'metrics' | 'rollups5m' | 'rollups1h' | 'logs' | 'traces';
export interface StorageSignal {
  kind: StoredKind;
  bytes: number; walBytes: number; files: number;    // sealed files; the write-ahead log (0 for rollups) stands beside it
  oldestMs: number | null; newestMs: number | null;  // times of the data; null: there is none
  keepMs: number | null;                             // null: for ever
  rules: { match: string; keepMs: number | null }[]; // of retention.yaml; the first that matches holds
  bytesPerDay: number | null;                        // of the last whole days on disk; null: too little history
  days: { dayMs: number; bytes: number }[];          // by UTC day of the data, the last 7 of those there are, oldest first; estimated within a file
}
export interface StorageService {
  service: string; signal: 'metrics' | 'logs' | 'traces';
  bytes: number; share: number;                      // estimated: the signal's sealed bytes, divided by …
  basis: 'ingestedBytes' | 'activeSeries';           // … what came in of each service since the oldest record, or the series it has now
  ingestedBytesPerDay: number | null;                // before compression; null for metrics
}
export interface StorageForecast {
  state: 'reached' | 'never' | 'tooLittleHistory';   // when the limit is reached at today's growth; never: retention holds it below
  limitedBy: 'diskLimit' | 'freeSpace'; limitBytes: number; // the lower of the limit that is set, and what there is plus what is free
  atMs: number | null;                               // state 'reached'
  steadyBytes: number | null;                        // what retention lets it grow to; null: without end, or unknown
  historyDays: number; sentence: string;
}
export interface Storage {
  asOfMs: number; bytes: number; walBytes: number; journalBytes: number; otherBytes: number; // bytes: all of the data directory; other: snapshots, small files
  limitBytes: number | null; freeBytes: number; bytesPerDay: number | null; // limit null: none is set
  signals: StorageSignal[]; services: StorageService[]; forecast: StorageForecast; // services: largest first
}
// GET /bongsu/v1/storage -> Storage

export type BudgetAction = 'warn' | 'sample' | 'refuse';
export interface BudgetRow {
  service: string; signal: 'logs' | 'traces';
  bytes: number; records: number;                          // let through since dayMs, before compression
  bytesLimit: number | null; recordsLimit: number | null;  // null: none
  used: number | null;                                     // share of the limit that is fuller, may be over 1; null: no limit
  action: BudgetAction; keep: number | null; slowMs: number | null; // of 'sample': the share of the rest that is kept, and what is slow
  state: 'within' | 'near' | 'over' | 'none';              // near: four fifths; none: no limit
  sampledOut: number; refused: number;                     // records of today, since the server started
  reachedMs: number | null;                                // when the limit is reached at the rate of today; null: not before it resets
  sentence: string;
}
// GET /bongsu/v1/budgets?service= -> Budgets; those over and then the fullest first
export interface Budgets { dayMs: number; resetsMs: number; asOfMs: number; file: string; budgets: BudgetRow[] } // file: where to set them

export type LintRule =
  | 'spanNameId' | 'routeId' | 'missingRoute' | 'missingStatus' | 'secretInAttribute' // spans (secrets: logs too)
  | 'textLog' | 'missingTraceId' | 'splitStackTrace' | 'levelName'                    // logs
  | 'tooLarge' | 'timestampOff';                                                      // both
export interface LintFinding {
  service: string; rule: LintRule; signal: 'logs' | 'traces';
  count: number; checked: number; share: number;     // of those looked at within the window: not every record is
  example: string;                                   // one offender, redacted, at most 200 characters
  keys: { key: string; count: number }[];            // secretInAttribute: by attribute, most first
  fix: string; firstSeenMs: number; lastSeenMs: number;
}
// GET /bongsu/v1/lint?service= -> Lint; largest share first
export interface Lint { asOfMs: number; windowMs: number; findings: LintFinding[]; services: { service: string; signal: 'logs' | 'traces'; checked: number }[] }

// POST /bongsu/v1/traces/delete {service?, attributes?: {key, op: '=' | '!=' | '=~' | '!~', value}[], from, to} -> 204 | 403 without --enable-admin-api
export interface TraceDeletion { service: string | null; attributes: { key: string; op: '=' | '!=' | '=~' | '!~'; value: string }[]; fromMs: number; toMs: number; createdMs: number }
// GET /bongsu/v1/traces/delete -> { deletions: TraceDeletion[] } of which the disk still holds something
