import type { AlertRow, DecisionStep, IncidentStatus, ServiceState, Severity, SloRow, StandsOut } from '../api/bongsu';
import { count, oneIn, percent, seconds, times } from '../format/number';
import { duration, findings } from './findings.en';
import { logs } from './logs.en';
import { metrics } from './metrics.en';
import { storage } from './storage.en';
import { trace, traces } from './traces.en';

// Every text of the page in English. A sentence is a function of data; ko.ts has the same shape, which the compiler and a test check.

const NB = '\u00a0';

/** "45 s", "12 min", "2 h 5 min", "3 d 4 h": at most two units, the second left out when zero. */
export function span(ms: number): string {
  const secondsLeft = Math.max(0, Math.round(ms / 1000));
  if (secondsLeft < 60) return `${secondsLeft}${NB}s`;
  const minutes = Math.floor(secondsLeft / 60);
  if (minutes < 60) return `${minutes}${NB}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(hours, 'h', minutes % 60, 'min');
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${NB}${bigUnit}` : `${big}${NB}${bigUnit} ${small}${NB}${smallUnit}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const plural = (n: number, one: string, many: string): string => `${count(n)}${NB}${n === 1 ? one : many}`;
const listed = (items: readonly string[]): string =>
  items.length <= 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] ?? ''}`;

/** "1 in 8 requests", or a percentage where that is plainer. */
function share(ratio: number): string {
  if (ratio >= 0.995) return 'every request';
  if (ratio >= 0.95) return 'nearly every request';
  const fraction = oneIn(ratio);
  return fraction ? `${fraction.part}${NB}in${NB}${fraction.whole} requests` : `${percent(ratio)} of requests`;
}

function sinceRelease(ms: number | null, release: string): string {
  return ms === null || ms < 1000 ? `, since release${NB}${release}` : `, since ${span(ms)} after release${NB}${release}`;
}

/** What the bad requests of an incident are, as its first sentence and its charts say it. */
const badShare = (slowerThan: number | null): string => (slowerThan === null ? 'failing' : `slower than ${seconds(slowerThan)}`);

export const en = {
  lang: 'en' as string,
  otherLang: { label: 'Read this page in Korean', short: '한' },
  span,
  ago: (ms: number) => (ms < 5000 ? 'just now' : `${span(ms)} ago`),
  until: (ms: number) => `in ${span(ms)}`,
  listed,
  skip: 'Skip to content',
  loading: 'Loading',
  close: 'Close',
  cancel: 'Cancel',

  nav: {
    label: 'Pages', phoneLabel: 'Main pages', youAreHere: 'You are here',
    now: 'Now', services: 'Services', traces: 'Traces', logs: 'Logs', metrics: 'Metrics', slos: 'SLOs', alerts: 'Alerts',
    incidents: 'Incidents', runbooks: 'Runbooks', status: 'Status', synthetics: 'Synthetics', storage: 'Storage', settings: 'Settings', more: 'More',
    trace: 'Trace',
  },
  beacon: {
    open: (severity: Severity) => `SEV-${severity} open`,
    calm: 'all is well',
    unknown: 'not known',
    explain: 'Five fires: SEV-1. Four: SEV-2. Three: SEV-3. Two: SEV-4. One: all is well.',
  },
  top: {
    bar: 'Page bar',
    search: 'Search or run a command', live: 'Live', paused: 'Paused',
    liveHint: (every: string) => `Refreshes every ${every}; press to pause`, pausedHint: 'Press to refresh again by itself',
    theme: 'Light or dark', range: 'Time range', signOut: 'Sign out',
  },
  range: {
    preset: { 'now-5m': 'Last 5 min', 'now-15m': 'Last 15 min', 'now-30m': 'Last 30 min', 'now-1h': 'Last hour', 'now-3h': 'Last 3 hours', 'now-6h': 'Last 6 hours', 'now-12h': 'Last 12 hours', 'now-24h': 'Last 24 hours', 'now-2d': 'Last 2 days', 'now-7d': 'Last 7 days', 'now-30d': 'Last 30 days' } as Record<string, string>,
    custom: 'Own range', from: 'From', to: 'To', apply: 'Use this range', zone: 'Time zone', here: 'Here', utc: 'UTC',
    hint: 'now-6h, 2026-11-20 14:00 or ms since the epoch', unreadable: 'This is not a time. Write now-6h or 2026-11-20 14:00.',
    shortened: (since: string) => `Data begins at about ${since}, so this shows the shortest range that holds all of it instead of the last hour.`,
    upsideDown: 'The end must be after the start.', zoomOut: 'Twice as long', earlier: 'Earlier', later: 'Later', lock: 'Fix these times',
  },
  palette: {
    title: 'Search or run a command', placeholder: 'A page, a service, a trace id or a metric', none: 'Nothing matches. A trace id opens the trace; a metric name runs it.',
    page: 'page', service: 'service', trace: 'Open this trace', query: 'Run as PromQL', logs: 'Search the logs for this text', action: 'action',
  },
  keys: {
    title: 'Keys', go: 'Go to a page', search: 'Search', palette: 'Commands', rows: 'Next and previous row', open: 'Open the row', edit: 'Write (note, query)', context: 'Lines around the log record in focus',
    zoomOut: 'Twice the time range', shift: 'Earlier, later', live: 'Live or paused', dark: 'Light or dark', help: 'This list',
  },
  copy: {
    menu: 'Copy', link: 'Copy link', fixedLink: 'Copy link with these exact times', curl: 'Copy as curl', cli: 'Copy as CLI', query: 'Copy query', done: 'Copied', failed: 'The browser did not allow copying', csv: 'CSV', json: 'JSON',
    queryLink: 'Query', run: 'Run',
  },
  login: {
    title: 'Sign in to Bongsu', sub: 'Paste an access token. The administrator keeps them in the file that --tokens-file or BONGSU_TOKENS names.', token: 'Access token', go: 'Sign in',
    wrong: 'This token is not known here, or it has run out. Ask for a new one.', empty: 'Paste a token first.',
  },
  state: {
    noData: 'no data', noDataFor: (ms: number) => `no data ${span(ms)}`, zero: '0',
    failedTitle: (status: number) =>
      status === 0 ? 'The server does not answer' : status === 404 ? 'Not found' : status === 403 ? 'You may not see this' : status === 422 || status === 400 ? 'The server did not accept this query' : 'The server could not answer',
    failedNext: (status: number) =>
      status === 0 ? 'The page keeps trying. Check that bongsu is running and that you can reach it.'
      : status === 404 ? 'It may have been removed, or the address is wrong.'
      : status === 403 ? 'Ask an administrator for a token with a higher role.'
      : status === 422 || status === 400 ? 'Correct the query, or shorten the time range.'
      : 'Try again; if it stays, look at the log of bongsu itself.',
    retry: 'Try again', showRequest: 'Show the request',
    partial: (warnings: readonly string[]) => `Partial: ${warnings.join('; ')}`,
    stale: (ms: number) => `The server has not answered for ${span(ms)}. This is what it said last.`,
    nothing: 'Nothing here',
  },
  empty: {
    title: 'No telemetry yet', sub: 'Point any OpenTelemetry exporter here. This page comes alive with the first record.',
    orDemo: 'Or let the demo shop send some:', waiting: 'Waiting for the first record',
    services: 'No service has sent anything in this time range', servicesNext: 'Choose a longer time range, or send data:',
    traces: 'No trace matches', tracesNext: 'Widen the time range, lower the minimum duration, or drop a condition.',
    logs: 'No record matches', logsNext: 'Widen the time range or drop a filter. The query below is what was asked.',
    series: 'This query matches no series', seriesNext: 'That is not zero: nothing with these labels was recorded in this range.',
    alerts: 'No alert is pending or firing', alertsNext: 'Alerts come from slos/*.yaml and rules/*.yaml in the config folder.',
    incidents: 'No incident yet', incidentsNext: 'A paging alert opens one by itself; you can also open one by hand.',
    slos: 'No SLO is defined', slosNext: 'Write one file in the slos folder; Bongsu reads it within a second.',
    runbooks: 'No runbook yet', runbooksNext: 'Put Markdown files in the runbooks folder of the config; the first heading is the title.',
    calm: 'Nothing is wrong', calmNext: 'No open incident, no alert firing or pending.',
    changes: 'No release in the last two hours', changesNext: 'A new service.version shows up here by itself.',
  },
  notBuilt: {
    title: (page: string) => `${page}: not built yet`, sub: 'This page will come. Until then the data is at the API:',
    why: 'Nothing is shown here, because a picture without data behind it would mislead you.',
  },
  health: {
    good: 'Bongsu is well', warn: 'Bongsu has a problem', bad: 'Bongsu is failing', spans: 'spans', logs: 'log records', samples: 'samples', rejected: 'rejected', series: 'active series',
    disk: 'disk used', free: 'free', asOf: (time: string) => `as of ${time}`,
  },

  severity: (severity: Severity) => `SEV-${severity}`,
  incidentStatus: { investigating: 'Investigating', identified: 'Identified', monitoring: 'Monitoring', resolved: 'Resolved' } satisfies Record<IncidentStatus, string>,
  serviceState: { failing: 'Failing', degraded: 'Degraded', healthy: 'Healthy', noData: 'No data' } satisfies Record<ServiceState, string>,
  noDataSince: (ms: number) => `No data ${span(ms)}`,
  alertState: { pending: 'Pending', firing: 'Firing', resolved: 'Resolved' } satisfies Record<AlertRow['state'], string>,
  sloState: { ok: 'Within budget', burning: 'Burning', exhausted: 'Budget gone', noData: 'No data' } satisfies Record<SloRow['state'], string>,

  sentence: {
    incident: (of: { service: string; kind: 'errors' | 'latency' | 'manual'; ratio: number | null; slowerThan: number | null; lastedMs: number | null; release: string | null; afterReleaseMs: number | null; cause: string | null; title: string; over: boolean }) => {
      if (of.kind === 'manual') return of.title;
      const release = of.release ? sinceRelease(of.afterReleaseMs, of.release) : '';
      const lasted = of.lastedMs !== null && of.lastedMs >= 1000 ? ` for ${span(of.lastedMs)}` : '';
      const cause = of.cause === null || of.release ? '' : of.cause === of.service ? `; the cause is likely in ${of.service} itself` : `; ${of.cause} is the likely cause`;
      const bad = of.kind === 'latency' ? (of.slowerThan === null ? 'slow' : badShare(of.slowerThan)) : of.over ? 'failed' : 'failing';
      return `${capital(of.service)}: ${of.ratio === null ? 'requests' : share(of.ratio)} ${bad}${lasted}${release}${cause}`;
    },
    calm: (services: number) => `All is well: ${plural(services, 'service', 'services')}, nothing firing`,
    firing: (names: readonly string[]) => (names.length === 1 ? `${names[0] ?? ''} is firing, no incident is open` : `${names.length} alerts are firing, no incident is open`),
    services: (failing: readonly string[], degraded: readonly string[], silent: readonly string[], total: number) => {
      const parts: string[] = [];
      if (failing.length > 0) parts.push(`${failing.length} of ${plural(total, 'service', 'services')} ${failing.length === 1 ? 'is' : 'are'} failing: ${listed(failing)}.`);
      if (degraded.length > 0) parts.push(`${capital(listed(degraded))} ${degraded.length === 1 ? 'is' : 'are'} degraded.`);
      if (silent.length > 0) parts.push(`${capital(listed(silent))} ${silent.length === 1 ? 'sends' : 'send'} no data.`);
      return parts.length > 0 ? parts.join(' ') : `All ${plural(total, 'service', 'services')} are healthy.`;
    },
    service: (of: { name: string; state: ServiceState; ratio: number | null; p95Seconds: number | null; slow: boolean; release: string | null; silentMs: number | null }) => {
      const release = of.release ? `, since release${NB}${of.release}` : '';
      if (of.state === 'noData') return `${capital(of.name)} has sent nothing${of.silentMs === null ? '' : ` for ${span(of.silentMs)}`}; that is not the same as no traffic`;
      if (of.state === 'healthy') return `${capital(of.name)} is healthy: ${of.ratio === null || of.ratio === 0 ? 'no request failing' : `${percent(of.ratio)} of requests failing`}${of.p95Seconds === null ? '' : `, p95 at ${seconds(of.p95Seconds)}`}`;
      const failing = of.ratio !== null && of.ratio > 0.0005 ? `${share(of.ratio)} failing` : '';
      const slow = of.p95Seconds !== null && (of.slow || failing === '') ? `p95 at ${seconds(of.p95Seconds)}` : '';
      return `${capital(of.name)}: ${[failing, slow].filter((part) => part !== '').join(' and ')}${release}`;
    },
    logs: (total: number, bad: number, service: string | null) =>
      `${service ? `${capital(service)}: ` : ''}${plural(total, 'record', 'records')}, ${bad === 0 ? 'none of them a warning or error' : `${percent(total === 0 ? 0 : bad / total)} warnings and errors`}`,
    alerts: (firing: number, pending: number) =>
      firing + pending === 0 ? 'No alert is firing or pending' : `${plural(firing, 'alert is', 'alerts are')} firing${pending > 0 ? `, ${pending} pending` : ''}`,
    alert: (of: { service: string; burn: number | null; state: AlertRow['state']; page: boolean; text: string }) =>
      of.burn !== null
        ? `${capital(of.service)} ${of.state === 'resolved' ? 'spent' : 'spends'} its error budget ${times(of.burn)} too fast${of.page ? '; this pages' : ''}`
        : of.text,
    incidents: (open: number) => (open === 0 ? 'No incident is open' : `${plural(open, 'incident is', 'incidents are')} open`),
    slos: (of: { burning: readonly string[]; exhausted: readonly string[]; total: number }) => {
      if (of.exhausted.length > 0) return `${listed(of.exhausted)}: the budget is gone`;
      if (of.burning.length > 0) return `${listed(of.burning)}: burning ${of.burning.length === 1 ? 'its' : 'their'} budget too fast`;
      return `All ${plural(of.total, 'SLO', 'SLOs')} within budget`;
    },
    slo: (left: number | null) => (left === null ? 'There is no data to measure this SLO by' : left <= 0 ? 'The budget is gone' : `${percent(left)} of the budget is left`),
    runbooks: (n: number) => plural(n, 'runbook', 'runbooks'),
  },

  standsOut: (of: StandsOut, nowMs: number): string => {
    const n = of.numbers;
    switch (of.code) {
      case 'errorRatio':
        return `${percent(n['ratio'] ?? 0)} of requests fail${n['before'] === undefined ? '' : `, before ${percent(n['before'])}`}`;
      case 'latencyP95':
        return `p95 at ${seconds(n['seconds'] ?? 0)}${n['before'] === undefined ? '' : `, before ${seconds(n['before'])}`}`;
      case 'noTelemetry':
        return n['sinceMs'] === undefined ? 'sends nothing' : `silent for ${span(nowMs - n['sinceMs'])}`;
      case 'sloBurn':
        return `${of.texts['slo'] ?? 'SLO'} burns ${times(n['burn'] ?? 0)} too fast`;
      default:
        return '';
    }
  },

  ...findings,

  now: {
    openRoom: 'Open incident room', whyPaged: 'Why did it page?', openedBy: (time: string, by: string) => `opened ${time} by ${by}`,
    bad: (latency: boolean) => (latency ? 'Slow requests' : 'Failed requests'), ofTotal: (total: string, since: string) => `of ${total} since ${since}`, since: (since: string) => `since ${since}`,
    budget: 'Budget spent', budgetSub: 'of the whole window', budgetGone: 'Budget', gone: 'gone', ofAllowed: (bad: string, allowed: string, window: string) => `${bad} of ${allowed} allowed in ${duration(window)}`, nextUpdate: 'Next update due', promised: (time: string) => `promised for ${time}`, notPromised: 'none promised', overdue: (ms: number) => `${span(ms)} late`,
    commander: 'Commander', nobody: 'Nobody yet', scribeMissing: 'scribe not assigned', scribe: (name: string) => `scribe ${name}`,
    chart: (slowerThan: number | null, latency: boolean) => (latency ? `Requests ${slowerThan === null ? 'too slow' : badShare(slowerThan)}, %` : 'Failing requests, %'), changes: 'Changes in the last two hours', firing: 'Firing', allAlerts: 'All alerts',
    services: 'Services by trouble', someOf: (shown: number, total: number) => `${shown} of ${total}; the other ${total - shown} are healthy`, allServices: 'All services',
    suspect: 'suspect', previous: (version: string) => `was ${version}`, seenOn: (instances: number) => `seen on ${plural(instances, 'instance', 'instances')}`, marked: (by: string) => `marked by ${by}`,
    calmLead: 'No open incident, no alert firing or pending.',
  },
  table: {
    service: 'Service', state: 'State', standsOut: 'What stands out', rate: 'Rate', errors: 'Errors', p50: 'p50', p95: 'p95', p99: 'p99', trend: 'trend', p95Trend: 'p95, trend',
    budget: 'SLO budget left', release: 'Last release', route: 'Route', time: 'Time', method: 'Method', version: 'Version', instance: 'Instance', firstSeen: 'First seen', peer: 'Peer', kind: 'Kind', direction: 'Direction',
    errorType: 'Error type', calls: 'Calls',
  },
  marker: { alert: 'alert', several: (kind: 'release' | 'alert' | 'incident', n: number) => `${n} ${kind}s` },
  service: {
    requests: 'Requests', perSecond: 'per second', errors: 'Errors', ofRequests: '% of requests', duration: 'Duration', quantiles: 'p50, p95, p99', routes: 'Routes', byTime: 'by share of time',
    versions: 'Versions side by side', instances: 'Instances', dependencies: 'Dependencies', calledBy: 'Calls this service', calls: 'This service calls', errorClasses: 'Errors by class',
    releases: 'Releases', traces: 'Traces', logs: 'Logs', owner: (name: string) => `owned by ${name}`, runbook: 'Runbook', slo: (name: string, left: string) => `${name}, ${left} left`, sloGone: (name: string) => `${name}, budget gone`, slos: 'SLOs',
    source: (source: string) => `Figures from ${source}`, none: 'none in this range', before: 'Compare with before', openTraces: 'Failing traces', overview: 'Overview',
    peerKind: { service: 'service', database: 'database', cache: 'cache', queue: 'queue', external: 'external' } as Record<string, string>,
  },
  traces,
  trace,
  logs,
  metrics,
  storage,
  alerts: {
    name: 'Alert', since: 'Since', severity: 'Leads to', page: 'a page', ticket: 'a ticket', what: 'What', firedAt: (time: string) => `fired ${time}`, pendingSince: (time: string) => `pending since ${time}`, resolvedAt: (time: string) => `resolved ${time}`,
    value: 'Value', threshold: (text: string) => `fires at ${text}`, why: 'Why it paged, or did not', decisions: (n: number) => `${plural(n, 'decision', 'decisions')}, in order`, deliveries: 'Deliveries', runbook: 'Runbook', labels: 'Labels', annotations: 'Annotations', rule: 'Query', noDecisions: 'No decision is recorded yet.', noDeliveries: 'Nothing was sent.',
    attempt: 'Attempt', receiver: 'Receiver', outcome: 'Outcome', at: 'At', outcomes: { delivered: 'Delivered', failed: 'Failed', gaveUp: 'Gave up' }, nextTry: (time: string) => `next try ${time}`,
    stage: { evaluation: 'Rule evaluated', guard: 'Low-traffic guard', routing: 'Route', grouping: 'Grouping', inhibition: 'Inhibition', silences: 'Silences', deduplication: 'Deduplication', delivery: 'Delivery' } satisfies Record<DecisionStep['stage'], string>,
    active: 'Active', all: 'All', resolvedTitle: 'Resolved',
  },
  incidents: { open: 'Open', closed: 'Resolved', what: 'What', opened: 'Opened', lasted: 'Lasted', services: 'Services', commander: 'Commander', status: 'Status', declare: 'Declare incident', title: 'What is happening', severity: 'Severity', affected: 'Services, separated by commas', titleMissing: 'Say in one line what is happening.' },
  incident: {
    elapsed: 'Elapsed', nextUpdate: 'Next update due', promise: 'Promise an update', inMinutes: (n: number) => `in ${n}${NB}min`, none: 'none promised', overdue: (ms: number) => `${span(ms)} overdue`, due: (ms: number) => `in ${span(ms)}`,
    badSoFar: (latency: boolean) => (latency ? 'Slow so far' : 'Failed so far'), requests: (n: string) => `${n} requests`, notMeasured: 'not measured', commander: 'Commander', acknowledge: 'Acknowledge', changeStatus: 'Change status', changeSeverity: 'Change severity',
    why: 'Why', whyHint: 'For the timeline: what changed your mind', change: 'Change', resolveTitle: 'Resolve this incident?', resolveBody: 'Alerts that are still firing stay open and may open a new incident. The timeline records who resolved it; the status can be set back.', resolve: 'Resolve',
    cause: 'Most likely cause', foundIn: (took: string, at: string) => `found in ${took} at ${at}`, confidence: (word: string, value: string) => `${word} confidence, ${value}`, confidenceWord: (value: number) => (value >= 0.75 ? 'high' : value >= 0.5 ? 'medium' : 'low'),
    noTriage: 'No triage yet', noTriageNext: 'It runs when an alert opens the incident. You can run it now.', dontKnow: 'Bongsu does not know the cause', noIncident: 'Triage found nothing wrong in the figures', whyLower: 'Why the others rank lower', ruledOut: 'Ruled out', blindSpots: 'Blind spots', again: 'Run triage again', running: 'Running triage',
    against: 'Against', supports: 'supports', contradicts: 'speaks against', showQuery: 'Run this query again', before: 'before', after: 'after', measuredAgain: 'Measured again now', rerunNone: 'This evidence has no PromQL behind it; the query is below.', path: (latency: boolean) => (latency ? 'How the slowness travels' : 'How the failure travels'), nowIs: (value: string) => `now: ${value}`, nowNothing: 'now: no value',
    impact: 'Impact', impactUnit: (slowerThan: number | null, latency: boolean) => (latency ? `share of requests ${slowerThan === null ? 'too slow' : badShare(slowerThan)}` : 'failing share of requests'), timeline: 'Timeline', newest: (zone: string) => `newest first, ${zone}`, onlyPeople: 'Only people', everything: 'Everything', markdown: 'Copy as Markdown', write: 'Write to the timeline', writeHint: 'Write what you see or do', add: 'Add',
    roles: 'Roles', role: { commander: 'Commander', scribe: 'Scribe', communications: 'Communications' }, nobody: 'Nobody yet', assignMe: 'Assign me', assign: 'Assign', hand: 'Hand over', yourName: 'Name', nameHint: 'Who takes this role', free: 'Free this role',
    firing: 'Alerts of this incident', noFiring: 'None is firing now', releases: 'Releases nearby', slos: 'Budgets', runbook: 'Runbook', budgetOf: (part: string) => `${part} of the window’s budget`, badRequests: (n: string, latency: boolean) => `${n} ${latency ? 'slow' : 'failed'} requests`, deliveries: 'Who was told', over: 'Resolved',
    moveTo: (status: string) => `Move to ${status.toLowerCase()}`, actions: 'Do next', notSaved: 'Not saved',
  },
  slos: { name: 'SLO', objective: 'Objective', measured: 'Measured', budgetLeft: 'Budget left', burn: 'Burn now', state: 'State', window: (days: string) => `over ${days}`, bad: (used: string, allowed: string) => `${used} of ${allowed} allowed bad requests used`, ofTotal: (total: string) => `of ${total} requests`, windows: 'Burn by window', both: 'both windows must be above', pair: 'Windows', above: 'Fires above', long: 'Long', short: 'Short', spends: 'Budget', guard: 'Low-traffic guard', file: 'Defined in', burnRate: 'Burn rate', burnUnit: 'times the even rate', sli: 'Measured', sliUnit: 'good share of requests', quiet: 'Quiet', fires: 'Firing', problems: 'Files with problems', kind: { availability: 'availability', latency: 'latency' } },
  runbooks: { file: 'File', used: 'Runbook' },
};

/** The shape of the texts, with every literal widened to string so that another language fits. */
type Widen<T> = T extends string ? string : T extends (...args: infer A) => infer R ? (...args: A) => Widen<R> : { [K in keyof T]: Widen<T[K]> };

export type Messages = Widen<typeof en>;

