import { count, percent } from '../format/number';

// The Logs page in English.

const NB = '\u00a0';
const plural = (n: number, one: string, many: string): string => `${count(n)}${NB}${n === 1 ? one : many}`;
const STEPS: Record<string, string> = { '1 s': 'second', '1 min': 'minute', '1 h': 'hour', '1 d': 'day' };
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const logs = {
  query: 'LogQL query', queryHint: 'A word to look for, or LogQL', run: 'Run', clear: 'Clear the query', read: (size: string, took: string) => `${size} read in ${took}`,
  saidNew: (service: string | null, patterns: number, since: string, share: number) => `${service ? `${capital(service)}: ` : ''}${patterns === 1 ? 'a log pattern' : `${count(patterns)} log patterns`} never seen before${NB}${since} ${patterns === 1 ? 'makes' : 'make'} up ${percent(share)} of its warnings and errors`.replace(/its warnings/, service ? 'its warnings' : 'all warnings'),
  saidUnknown: (service: string | null, all: number, unknown: number) => `${service ? `${capital(service)}: ` : ''}${plural(all, 'record', 'records')}, ${unknown === all ? 'none of which says its level' : `no warning or error among those that say their level; ${count(unknown)} do not`}`,
  saidMetric: 'Figures made of logs',
  seriesShown: (shown: number, all: number) => (shown === all ? plural(all, 'series', 'series') : `the ${shown} highest of ${count(all)} series; the CSV holds all`),

  perStep: (step: string) => `Records per ${STEPS[step.replace(NB, ' ')] ?? step}`, byLevel: 'by level; drag to zoom', histogram: (levels: readonly string[]) => `Records by level: ${levels.join(', ')}`,
  levelClass: { bad: 'error', warn: 'warn', info: 'info', other: 'other' },

  facets: 'Filters', facetTitle: { level: 'Level', service_name: 'Service', error_type: 'Error class', service_version: 'Version', service_instance_id: 'Instance', deployment_environment_name: 'Environment' } as Record<string, string>,
  facetSample: (n: string, since: string) => `of the newest ${n}, since ${since}`,
  facetHint: 'Click to keep, Alt and click (or −) to shut out.', moreFields: (n: number) => `${plural(n, 'more field', 'more fields')}`, moreValues: (n: number) => `${count(n)} more`, fewerValues: 'Fewer', closeField: (name: string) => `Close ${name}`, noValues: 'No value in this range', notCounted: (why: string) => `Not counted: ${why}`,
  exclude: (value: string) => `Shut out ${value}`, tracesOf: (errorClass: string) => `Traces that failed with ${errorClass}`,

  records: 'Records', newest: (n: string) => `newest first, ${n} shown`, newestOf: (n: string, all: string) => `newest first, ${n} of ${all} shown`, wrap: 'Wrap', more: 'Show older records', open: 'Show the fields of this record; c shows the lines around it', shut: 'Close this record',
  held: (at: string) => `; as of ${at}, held while you read`, refresh: 'Refresh now', notRefreshed: (why: string) => `Not refreshed: ${why}`,
  inText: 'Look for it in the text of lines', everything: 'Show all logs',
  none: 'No log has arrived yet', noneNext: 'Point any OpenTelemetry exporter here; this page comes alive with the first record.',

  context: 'Lines around it', contextOf: 'Lines of', contextOrder: 'oldest first', contextOpen: 'Open these as a query', near: { service: 'its service', instance: 'its instance', stream: 'its stream', trace: 'its trace' },
  moreBefore: (n: number) => `${n} more before`, moreAfter: (n: number) => `${n} more after`, noneBefore: 'Nothing before it within a day.', noneAfter: 'Nothing after it yet.',
  openTrace: 'Open its trace', around: 'This minute', copyLine: 'Copy line', copyJson: 'Copy as JSON', line: 'The line as it is stored', lineAs: 'Show the line as', asWritten: 'As written', showWhole: (size: string) => `Show all ${size}`,
  fields: 'Fields of this record', onlyWith: (name: string) => `Only records with this ${name}`, without: (name: string) => `Records without this ${name}`, copyValue: (name: string) => `Copy ${name}`,

  tail: 'Live tail', startTail: 'Live tail', stopTail: 'Stop live tail', tailCame: (n: string, kept: string | null) => (kept === null ? `newest first, ${n} came` : `newest first, ${n} came, the newest ${kept} are kept here`),
  tailRunning: 'Running', tailPaused: 'Paused while you read', tailConnecting: 'Connecting', tailLost: 'Connection lost; trying again', tailRun: 'Go on', tailPause: 'Pause', tailWaiting: (n: number) => `${plural(n, 'new record', 'new records')}; go on`,
  tailDropped: (n: string) => `${n} dropped: they came faster than they could be sent here; a query shows them`, tailLeft: (n: string, kept: string) => `${n} left out: only ${kept} wait while paused; a query shows them`, tailNothing: 'Nothing in the last minute. New records appear here by themselves.',

  patterns: 'Patterns', pattern: 'Pattern', againstBefore: 'Against before', lines: 'Records', patternsHold: (rows: number, all: number, share: string) => (rows === all ? plural(all, 'pattern', 'patterns') : `${rows} of ${count(all)} hold ${share} of these records`), allPatterns: 'All patterns', backToRecords: 'Back to the records', patternLines: 'Show the records of this pattern',
  verdict: { isNew: 'new', isGone: 'gone', appeared: 'none before', more: (factor: string) => `${factor} usual`, less: (factor: string) => `${factor} less`, none: 'none now', usual: 'usual', unknown: 'no before', unknownWhy: 'Its service was not known for long enough to compare' },
  patternsBroad: 'Patterns are counted by service and level; the other filters of the query do not narrow them.',
  noPatterns: 'No pattern in this range', noPatternsNext: 'Patterns are learned as lines arrive; a pattern shows up with its second line.', otherLines: (n: string) => `${n} more records match no kept pattern.`,
};
