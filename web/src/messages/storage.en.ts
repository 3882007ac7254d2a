import type { BudgetAction, BudgetRow, DecisionReason, LintRule, StoredKind } from '../api/bongsu';
import { bytes, count, percent } from '../format/number';
import type { Outlook } from '../pages/storage/storage';

// The Storage page in English.

const NB = '\u00a0';
const plural = (n: number, one: string, many: string): string => `${count(n)}${NB}${n === 1 ? one : many}`;
const spanOf = (ms: number): string => (ms < 3_600_000 ? plural(Math.max(1, Math.round(ms / 60_000)), 'min', 'min') : ms < 2 * 86_400_000 ? `${Math.round(ms / 3_600_000)}${NB}h` : plural(Math.round(ms / 86_400_000), 'day', 'days'));

export const storage = {
  sentence: (of: Outlook): string => {
    switch (of.kind) {
      case 'young':
        return `Too early to say how long the disk lasts: only ${spanOf(of.historyMs)} of data so far`;
      case 'soon':
        return of.byLimit ? 'The disk limit is reached within a day' : 'The disk is full within a day';
      case 'days':
        return of.byLimit ? `The disk limit is reached in ${plural(of.days, 'day', 'days')} at this growth` : `Disk is enough for ${plural(of.days, 'day', 'days')} at this growth`;
      case 'held':
        return `Disk is enough for good: retention holds the data below ${bytes(of.steadyBytes)}`;
      default:
        return 'Disk is enough for more than ten years at this growth';
    }
  },
  then: (byLimit: boolean) => (byLimit ? 'At the limit the oldest data go first; nothing that comes in is refused.' : 'When the disk is full, what comes in is refused with a reason until there is room: set --disk-limit, shorten the retention, or send less.'),
  over: (services: string) => `${services}: today’s budget is used up.`,
  stored: 'Stored', ofLimit: (limit: string, isLimit: boolean) => (isLimit ? `of ${limit}, the limit that is set` : `of ${limit} that the disk has room for`), growth: 'Growth a day', growthUnknown: 'not known yet', growthSub: 'on disk, of the last whole days', fullOn: 'Full on', limitOn: 'Limit reached on', never: 'not in sight', free: 'Free on the disk', budgetsOver: 'Budgets used up', noneOver: 'none', lint: 'Findings', lintSub: 'within the last hour',

  signals: 'By signal', signalHead: 'Signal', signal: { metrics: 'Metrics', logs: 'Logs', traces: 'Traces' }, kind: { metrics: 'Metrics', rollups5m: 'Metrics by 5 minutes', rollups1h: 'Metrics by the hour', logs: 'Logs', traces: 'Traces' } satisfies Record<StoredKind, string>,
  size: 'On disk', wal: (size: string) => `and ${size} in the log of writes`, walHead: 'Log of writes', perDay: 'A day', kept: 'Kept for', forEver: 'for ever', data: 'Data since', files: 'Files', rules: (n: number) => `${plural(n, 'rule', 'rules')} beside`, rule: (match: string, keep: string) => `${match}: ${keep}`, noDay: 'not known', none: 'none',
  days: 'By day of the data', daysUnit: 'on disk, UTC days', daysNone: 'No whole file is on disk yet. New data stand in the log of writes first, and become files within two hours.', dayLabel: (day: string, size: string, parts: string) => `${day}: ${size} (${parts})`,
  services: 'By service', servicesUnit: 'divided by what came in of each', service: 'Service', total: 'Total', share: 'Share', ingested: 'Comes in a day', ingestedHint: 'before compression', servicesNone: 'Nothing to divide yet: sizes are counted in files, and there are none.', leftOut: (n: number) => `and ${plural(n, 'smaller one', 'smaller ones')}; the CSV holds all`,

  budgets: 'Budgets of today', budgetsUnit: (resets: string) => `begin anew at ${resets}`, used: 'Used', bytesUsed: 'Bytes', recordsUsed: 'Records', ofBytes: (used: string, limit: string | null) => (limit === null ? used : `${used} of ${limit}`), state: 'State',
  budgetState: { within: 'Within', near: 'Nearly used up', over: 'Used up', none: 'No limit' } satisfies Record<BudgetRow['state'], string>, action: 'At the limit', actions: { warn: 'only says so', sample: 'keeps a share', refuse: 'refuses' } satisfies Record<BudgetAction, string>,
  keeps: (share: string, slow: string | null) => `errors${slow === null ? '' : `, what takes ${slow} and longer`} and ${share} of the rest are kept`, refused: (n: string) => `${n} refused`, sampled: (n: string) => `${n} left out`, reached: (at: string) => `used up at ${at} at this rate`,
  budgetsNone: 'No service has sent logs or spans today', budgetsNoLimit: (file: string) => `No budget is set. To keep one service from filling the disk, write ${file} into the config folder; it is read within a second:`,

  sampling: {
    title: 'Sampling', since: 'since the server was started', off: 'Every trace and every log is kept', offNext: 'Sampling is off. To keep errors, slow requests and a share of the rest, write sampling.yaml into the config folder; a collector’s tail_sampling block is taken as it is, and read within a second:',
    sentence: (of: { kept: number; dropped: number; mostKept: string | null; mostDropped: string | null; waiting: number }) => {
      const all = of.kept + of.dropped;
      if (all === 0) return of.waiting === 0 ? 'Nothing was to be decided yet.' : `Nothing is decided yet: ${plural(of.waiting, 'trace waits', 'traces wait')} for the end.`;
      const by = [of.mostKept === null ? '' : `most of these ${of.mostKept}`, of.mostDropped === null ? '' : `most of the others dropped ${of.mostDropped}`].filter((part) => part !== '');
      return `${percent(of.kept / all)} of ${plural(all, 'trace', 'traces')} ${all === 1 ? 'was' : 'were'} kept: ${by.join(', ')}. Rates, errors and durations count all of them.`;
    },
    by: (policy: string, own: string | null) => (own === null ? `by the policy ${policy}` : `because ${own}`),
    head: (ratio: number) => (ratio < 1 ? `${percent(ratio)} of the traces come in, chosen by their id; errors and slow spans come in for themselves.` : 'All traces are kept; of logs a share, as the rules say.'),
    early: (n: number) => `${plural(n, 'trace was', 'traces were')} decided before the end was known, for want of memory or for size: raise memory: or max_trace_bytes: in sampling.yaml.`, lostDrops: (n: number) => `${plural(n, 'dropped trace is', 'dropped traces are')} still stored: the disk refused to note it.`,
    waiting: 'Undecided', ofTraces: (capacity: string) => `traces, of ${capacity} that there is room for`, waitingBytes: 'Waiting', waitingSpans: (n: number) => `in ${plural(n, 'span', 'spans')}, stored and searchable`, longest: 'Longest wait', wait: (most: string, root: string | null) => (root === null ? `at most ${most}` : `${root} after the root, at most ${most}`), memory: 'Memory', ofMemory: (budget: string) => `of ${budget}, with decisions remembered`,
    policy: 'Policy', keptTraces: 'Traces kept', droppedTraces: 'Traces dropped', keptSpans: 'Spans kept', droppedSpans: 'Spans dropped', late: 'Late spans', lateHint: 'came after the decision, and followed it', verdict: 'Said', gone: 'no longer in the file',
    said: (n: number, of: number, drops: boolean) => (of === 0 ? 'not asked yet' : `${drops ? 'drop' : 'keep'} for ${count(n)} of ${count(of)}`),
    own: { keep_errors: () => 'a span failed', keep_slow: (least: string) => `a span took ${least} or longer`, head: () => 'the share that comes in at all', not_sampled: () => 'no policy wanted it', maximum_trace_size: () => 'larger than a trace may be', before_restart: () => 'decided before the last restart' } as Record<string, (least: string) => string>,
    causes: (parts: string[]) => `Decided ${parts.join(', ')}.`, cause: (text: string, n: number) => `${text} ${count(n)}`,
    reason: { rootEnded: 'when the root had ended:', waitOver: 'when the wait was over without a root:', memoryFull: 'early, as memory was full:', traceTooLarge: 'early, as it had grown too large:', planChanged: 'as the policies were changed:', restarted: 'before a restart:', headRescue: 'for an error or a slow span outside the share:' } satisfies Record<DecisionReason, string>,
    logRule: 'Log rule', share: 'Share', kept: 'Records kept', spared: 'Spared', sparedHint: 'errors and what was slow, kept whatever the share', dropped: 'Records dropped',
  },

  lintTitle: 'What would make the data worth more', lintUnit: (window: string) => `of what was looked at in the last ${window}`, lintNone: 'Nothing found', lintNoneNext: (checked: number) => (checked === 0 ? 'No log and no span was looked at in the last hour.' : `${count(checked)} records and spans were looked at in the last hour.`),
  found: (countText: string, share: string) => `${countText} found, ${share} of those looked at`, example: 'Example', fix: 'Fix', look: 'Look at them', keys: 'Attributes',
  lintRule: {
    spanNameId: { title: 'Span names carry ids', fix: 'Name spans after the operation (GET /orders/{id}) and put the id into an attribute: a name for each call can be neither grouped nor compared.' },
    routeId: { title: 'Routes carry ids', fix: 'Set http.route to the template of the route (/orders/{id}), not to the path of the request.' },
    missingRoute: { title: 'No route on server spans', fix: 'Set http.route: the framework’s instrumentation does, or do it where the route is matched. Without it the requests of all routes are one figure.' },
    missingStatus: { title: 'No status code on server spans', fix: 'Set http.response.status_code: without it a failed request counts as a good one.' },
    secretInAttribute: { title: 'Secrets are sent', fix: 'Take the attribute off where it is set. It was redacted here, but it has left the service and may be logged on the way.' },
    textLog: { title: 'Logs are text without fields', fix: 'Log JSON, or attributes over OTLP, with the values as fields: text can be searched, but not filtered or counted by field.' },
    missingTraceId: { title: 'Logs without a trace id', fix: 'Put the trace id of the current span into each record (trace_id): the logger’s OpenTelemetry integration does. It leads from a line to its trace and back.' },
    splitStackTrace: { title: 'Stack traces fall apart into lines', fix: 'Send a stack trace within the record of its error, as exception.stacktrace, or let the shipper join the lines.' },
    levelName: { title: 'Level names nobody knows', fix: 'Use trace, debug, info, warn, error or fatal: an error under another name is not counted as one.' },
    tooLarge: { title: 'Very large records', fix: 'Keep records below 64 KiB: store large payloads elsewhere, and log where.' },
    timestampOff: { title: 'Clocks that are off', fix: 'Set the clock of the sender (NTP), and send times in nanoseconds since 1970, UTC: what is far off is not found beside the rest.' },
  } satisfies Record<LintRule, { title: string; fix: string }>,
};
