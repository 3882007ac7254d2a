import type { DecisionReason } from '../api/bongsu';
import type { Oddity, SpanKind } from '../api/traces';
import { count, nanos, percent, seconds } from '../format/number';

// Traces and Trace in English.

const NB = '\u00a0';
const plural = (n: number, one: string, many: string): string => `${count(n)}${NB}${n === 1 ? one : many}`;

/** Which end of the durations an area of the heat map is. */
export type Area = 'slow' | 'fast' | 'some';
export interface PathPart { name: string; waits: boolean; share: number }

const area: Record<Area, string> = { slow: 'the slow ones', fast: 'the fast ones', some: 'the marked ones' };

export const traces = {
  sentence: (found: number, slowestMs: number | null, failed: number) =>
    found === 0 ? 'No trace matches' : `${plural(found, 'trace', 'traces')}${failed > 0 ? `, ${count(failed)} with errors` : ', none with errors'}${slowestMs === null ? '' : `; the slowest took ${slowestMs < 1 ? 'less than 1 ms' : seconds(slowestMs / 1000)}`}`,
  sentenceOfMany: (spans: number, failed: number, slowestSeconds: number | null) => `Of ${count(spans)} matching spans ${failed === 0 ? 'none' : count(failed)} failed${slowestSeconds === null ? '' : `; the slowest took ${seconds(slowestSeconds)}`}`,
  sentenceOfNewest: (found: number, failed: number) => `The newest ${count(found)} traces${failed > 0 ? `: ${count(failed)} with errors` : ': none with errors'}`,
  nothingYet: 'No trace has arrived yet', nothingYetNext: 'Point any OpenTelemetry exporter here; this page comes alive with the first span.',
  form: 'Search', formToggle: 'Filters', of: 'Look at', ofWord: { roots: 'Whole requests', entries: 'Answers to callers', all: 'All spans' },
  service: 'Service', name: 'Operation or route', min: 'At least', max: 'At most', status: 'Status', any: 'Any', error: 'failed', ok: 'not failed', durationHint: '250ms, 1.5s', badDuration: 'Write a duration such as 250ms or 1.5s.',
  attribute: 'Attribute', value: 'Value', add: 'Add', remove: (text: string) => `Remove ${text}`, anyService: 'any service',
  beyond: 'This query says more than the form can show. It runs as it stands; Clear starts the form again.', again: 'Correct the query, or start again with the form:', badQuery: 'This query cannot be read', clear: 'Clear', traceql: 'TraceQL', run: 'Search', completions: 'Completions',
  keysHint: 'Enter searches, Shift+Enter breaks the line, Tab leaves the field', wrong: (line: number, column: number, text: string) => `Line ${line}, column ${column}: ${text}`,

  map: 'Durations over time', mapUnit: (step: string) => `spans per ${step}, darker is more`, mapLabel: (from: string, to: string, total: number) => `Heat map of durations from ${from} to ${to}, ${plural(total, 'span', 'spans')}. Arrow keys move, Shift with arrows marks an area, Enter marks the cell, Escape unmarks.`,
  cell: (time: string, low: string, high: string, n: number) => `${time}, ${low} to ${high}: ${plural(n, 'span', 'spans')}`, mapHint: 'Drag over the slow ones to see what they share.', mapKeys: 'With keys: arrows, Shift with arrows, Enter.', none: 'Nothing to draw: no span matches in this range.',
  marked: (time: string, low: string, high: string, n: number) => `${plural(n, 'span', 'spans')}, ${time}, ${low} to ${high}`, unmark: 'Unmark', zoomTime: 'Zoom to these times', asQuery: 'Put into the query', noMap: 'This query cannot be drawn as a heat map.', fewer: 'fewer', more: 'more',

  compare: 'What they share', compareUnit: (selected: number, rest: number) => `${plural(selected, 'span', 'spans')} against ${count(rest)} others`,
  difference: (of: { area: Area; attribute: string; value: string; share: number; rest: number; atMost: boolean }) => `${percent(of.share)} of ${area[of.area]} have ${of.attribute}=${of.value}, ${of.atMost ? `at most${NB}` : ''}${percent(of.rest)} of the rest`,
  alike: (of: Area) => `Nothing tells ${area[of]} from the rest: no attribute differs by more than 5 points`, only: 'There is nothing to compare with: the marked area holds all spans', noneMarked: 'The marked area holds no span',
  selectedShare: 'Marked', restShare: 'Others', diff: 'Diff.', points: 'points', filterBy: (text: string) => `Search with ${text}`, showAll: (n: number) => `Show all ${n}`, tooMany: 'Of attributes with very many values only the most frequent are counted.',

  found: 'Traces', newest: (n: number) => `the newest ${count(n)}`, all: (n: number) => `all ${count(n)}`, inArea: (what: string) => `${what} of the marked area`, sort: 'Sort', by: { new: 'Newest', slow: 'Slowest', spans: 'Most spans' }, errorsFirst: 'Errors first', load: 'Load more', limited: 'Only the newest that match are listed. Mark an area of the heat map to list others.',
  root: 'Root', noRoot: 'root not received', started: 'Started', duration: 'Duration', spans: 'Spans', errors: 'Errors', services: (n: number) => plural(n, 'service', 'services'), failed: 'Failed', fine: 'OK',
};

// The page counts at least 1 ns, to divide by.
const tookOf = (of: number): string => nanos(of > 1 ? of : 0);

const problem: Record<Oddity, (n: number) => string> = {
  orphan: (n) => `${plural(n, 'span names', 'spans name')} a parent that is not here: not sent, sampled away, or still to come`,
  duplicate: (n) => `${plural(n, 'span has', 'spans have')} an id that another span has, too`,
  cut: (n) => `${plural(n, 'circle', 'circles')} of parents, cut at one place each`,
  backwards: (n) => `${plural(n, 'span ends', 'spans end')} before the start; drawn with no duration`,
  early: (n) => `${plural(n, 'span starts', 'spans start')} before the parent on another host: the clocks disagree. Times are shown as sent`,
};

const keptWhy: Record<string, string> = { keep_errors: 'one of its spans failed', keep_slow: 'one of its spans was slow', head: 'it is in the share that comes in', before_restart: 'it was kept before the last restart' };
const decidedWhen: Record<DecisionReason, string> = { rootEnded: 'when its root had ended', waitOver: 'when no root came in time', memoryFull: 'early, as memory was full', traceTooLarge: 'early, as it had grown too large', planChanged: 'as the policies were changed', restarted: 'before the last restart', headRescue: 'for itself, outside the share' };

export const trace = {
  sentence: (of: { name: string; totalNanos: number; waitNanos: number | null; peer: string; failed: number }) =>
    `${of.name} took ${tookOf(of.totalNanos)}${of.waitNanos === null ? '' : `, ${nanos(of.waitNanos)} of it waiting for ${of.peer === '' ? 'a callee' : of.peer}`}${of.failed > 0 ? `; ${plural(of.failed, 'span', 'spans')} failed` : ''}`,
  path: (parts: readonly PathPart[]) => {
    const said = parts.map((part) => `${percent(part.share)} ${part.waits ? 'waiting for' : 'running in'} ${part.name}`);
    return said.length === 0 ? '' : `On the critical path: ${said.length === 1 ? said[0] ?? '' : `${said.slice(0, -1).join(', ')} and ${said.at(-1) ?? ''}`}.`;
  },
  keptBecause: (policy: string, isOwn: boolean, reason: DecisionReason | null) =>
    `Kept because ${isOwn ? keptWhy[policy] ?? `of ${policy}` : `the policy ${policy} wanted it`}${reason === null ? '' : `; decided ${decidedWhen[reason]}`}.`,
  sampling: 'How traces are chosen',
  undecidedYet: (left: string) => `Sampling has not decided yet whether to keep it: within ${left}.`,
  usual: (median: string, n: string) => `Usually ${median}, the median of ${n} like it in the hour around.`, 
  waterfall: 'Waterfall', parts: (spans: number, services: number) => `${plural(spans, 'span', 'spans')}, ${plural(services, 'service', 'services')}`, head: 'Service and operation', tree: 'Spans. Arrow keys move, fold and unfold; Enter shows the details.',
  onlyPath: 'Critical path only', next: 'Next on the path', previous: 'Previous on the path', 
  running: 'running', inCallee: 'in a callee', waiting: 'waiting', waitingFailed: 'failed', off: 'off the critical path', critical: 'critical path', eventMark: 'event', logMark: 'log record', failed: 'Failed', ok: 'OK',
  where: 'Where the time went', compare: 'Compare with others', previousError: 'Previous error', nextError: 'Next error',
  find: 'Find in spans', findHint: 'name, attribute, text or id', found: (at: number, n: number) => (n === 0 ? 'none' : at === 0 ? `${count(n)} found` : `${at} of ${count(n)}`), nextFound: 'Next found', previousFound: 'Previous found',
  fold: 'Fold', unfold: 'Unfold', foldAll: 'Fold services', unfoldAll: 'Unfold all', folded: (n: number) => `+${count(n)}`, 
  minimap: 'The whole trace; drag to zoom', zoomIn: 'Zoom to this span', zoomOut: 'Whole trace', 
  duration: 'Duration', self: 'Of its own', selfRunning: 'running, not in a callee', selfWaiting: 'waiting, not in a callee', offPath: 'off the critical path', pathTime: 'Critical path',
  started: 'Started', after: (time: string) => `${time} after the trace began`, kind: 'Kind', status: 'Status', service: 'Service', spanId: 'Span id', parent: 'Parent', scope: 'Instrumentation', attributes: 'Attributes', resource: 'Resource', events: 'Events', 
  kinds: { internal: 'internal', server: 'server', client: 'client, waits for its callee', producer: 'producer', consumer: 'consumer' } satisfies Record<SpanKind, string>,
  tracesWith: (text: string) => `Traces with ${text}`, logsWith: (text: string) => `Logs with ${text}`, cut: (length: number) => `cut; ${count(length)} characters in all`, dropped: (a: number, e: number, l: number) => `Its sender left out ${[a > 0 ? plural(a, 'attribute', 'attributes') : '', e > 0 ? plural(e, 'event', 'events') : '', l > 0 ? plural(l, 'link', 'links') : ''].filter((part) => part !== '').join(', ')}.`,
  links: 'Links', linksTo: 'Links to', linkedFrom: 'Linked from', findLinks: 'Who links here?', noLinks: 'No span of this time range links to this trace.', thisTrace: 'this trace',
  logsOfSpan: 'Logs of this span', showSpanLogs: 'Show its logs', showLogs: 'Show logs', hideLogs: 'Hide logs', logsOfTrace: 'Logs of this trace', noSpanLogs: 'No log record carries the id of this span.', noLogs: 'No log record carries this trace id.', openLogs: 'Open in Logs', logsLimited: (n: number) => `the first ${count(n)}`, noSpan: 'no span',
  incomplete: 'Something about this trace is odd', problem, showOdd: 'Show', thisSpan: { orphan: 'Its parent is not here', duplicate: 'Another span has the same id', cut: 'Its parent is below it; the circle is cut here', backwards: 'It ends before it starts', early: 'It starts before its parent: the clocks disagree' } satisfies Record<Oddity, string>,
  cutSpans: (shown: number, total: number) => `The earliest ${count(shown)} of ${count(total)} spans are drawn; the JSON has all.`,
  missing: 'This trace is not stored', missingWhy: 'Never sent, sampled away, older than what is kept, or still on its way', sampledAway: (policy: string | null) => `Sampling dropped it${policy === null ? '' : `, by the policy ${policy}`}`, missingNext: 'Logs may know its id all the same. If it is on its way, load this page again in a few seconds.', noName: '(no name)', noTraceId: 'This is no trace id', noTraceIdWhy: 'A trace id has 1 to 32 digits from 0 to 9 and a to f. It may have been cut when it was copied.', searchTraces: 'Search for traces', searchLogs: 'Search the logs for it', json: 'JSON',
};
