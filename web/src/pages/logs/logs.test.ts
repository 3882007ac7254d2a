import { describe, expect, it } from 'vitest';
import { facetsOf, valuesOf } from './facets';
import { barAt, barPath, barsOf, classOf, grid, highest } from './levels';
import { jsonFields, jsonOf, levelOf, markParts, messageOf, shown } from './line';
import { readLogs } from './logsState';
import { compared, newShare, ofQuery, ordered, templateParts, toneOf, verdictOf, type ComparedPattern } from './patterns';
import { problemOf } from './problem';
import { wantedAt } from './suggest';
import { KEPT, lastNano, NOTHING, received, resumed, waitMs } from './tail';

describe('a line', () => {
  it('is marked where the words are, overlapping ones once', () => {
    expect(markParts('a timeout, a time', ['time', 'timeout'])).toEqual([{ text: 'a ', marked: false }, { text: 'time', marked: true }, { text: 'out', marked: true }, { text: ', a ', marked: false }, { text: 'time', marked: true }]);
    expect(markParts('', ['x'])).toEqual([{ text: '', marked: false }]);
  });
  it('is cut and loses what would break the page', () => {
    expect(shown('\u001b[31mred\u001b[0m\u0007 a\tb', 100)).toBe('red a\tb');
    expect(shown('user=\u202enimda', 100)).toBe('user=nimda');
    expect(shown('abcdef', 3)).toBe('abc…');
  });
  it('of JSON gives the fields that | json would, its message and its level', () => {
    const json = jsonOf('{"msg":"paid","http":{"status":200,"a-b":true},"list":[1],"none":null,"Level":"WARN","1st":"x"}');
    expect(jsonFields(json ?? {})).toEqual([['msg', 'paid'], ['http_status', '200'], ['http_a_b', 'true'], ['Level', 'WARN'], ['_1st', 'x']]);
    expect(messageOf(json)).toBe('paid');
    expect(levelOf({}, json)).toBe('warn');
    expect(levelOf(null, {})).toBe('');
    expect([jsonOf('[1]'), jsonOf('{"a":'), jsonOf('text')]).toEqual([null, null, null]);
  });
});

describe('levels over time', () => {
  const series = [{ name: 'error', labels: {}, query: '', times: [20, 30], values: [2, 1] }, { name: 'INFO', labels: {}, query: '', times: [10, 20], values: [4, 6] }, { name: 'info', labels: {}, query: '', times: [10], values: [1] }];
  it('are put into classes', () => expect(['fatal', 'Warning', 'notice', 'debug', ''].map(classOf)).toEqual(['bad', 'warn', 'info', 'other', 'other']));
  it('stand on a grid, steps without records as zero', () => {
    const bars = barsOf(series, 10, 30, 10);
    expect(bars.times).toEqual([10, 20, 30]);
    expect(bars.by).toEqual({ other: [0, 0, 0], info: [5, 6, 0], warn: [0, 0, 0], bad: [0, 2, 1] });
    expect([bars.total, bars.bad, bars.unknown, highest(bars)]).toEqual([14, 3, 0, 8]);
    expect(barsOf([{ name: '', labels: {}, query: '', times: [10], values: [7] }], 10, 30, 10).unknown).toBe(7);
    expect(barAt(bars, 11)).toBe(1);
    expect(barAt(bars, 99)).toBe(2);
  });
  it('are drawn on top of each other, inside the range', () => {
    const bars = barsOf(series, 10, 30, 10);
    expect(barPath(bars, 'bad', { fromMs: 0, toMs: 30 }, 8)).toBe('M333.33 25v-25h286.67V25ZM666.67 100v-12.5h286.67V100Z');
    expect(barPath(bars, 'info', { fromMs: 10, toMs: 30 }, 8)).toBe('M0 100v-75h430V100Z');
  });
  it('keep their steps at every refresh', () => {
    expect(grid(1005, 2003, 10)).toEqual({ fromMs: 1010, toMs: 2010 });
    expect(grid(1009, 2007, 10)).toEqual({ fromMs: 1010, toMs: 2010 });
    expect(grid(1010, 2010, 10)).toEqual({ fromMs: 1020, toMs: 2010 });
  });
});

describe('facets', () => {
  const field = (label: string, cardinality: number, parsers: string[] = []) => ({ label, type: 'string', cardinality, parsers });
  it('are those worth a list, where they are found, the others by name', () => {
    const offer = facetsOf(['service_name', 'level', 'region', '__stream_shard__'], [field('trace_id', 400), field('service_version', 2), field('service_instance_id', 1), field('error_type', 3, ['json']), field('route', 9)], ['route']);
    expect(offer.shown.map((one) => [one.id, one.place])).toEqual([['level', 'stream'], ['service_name', 'stream'], ['error_type', 'json'], ['service_version', 'field'], ['route', 'field']]);
    expect(offer.more).toEqual(['region', 'service_instance_id']);
  });
  it('find the level where streams have none', () => {
    expect(facetsOf(['app'], [field('level', 3, ['json'])], []).shown[0]).toEqual({ id: 'level', names: ['detected_level'], place: 'field' });
    const facet = facetsOf(['level'], [], []).shown[0] ?? { id: '', names: [], place: 'field' as const };
    expect(facet).toEqual({ id: 'level', names: ['level', 'detected_level'], place: 'stream' });
    const own = { labels: { level: 'ERROR', detected_level: 'error' }, count: 3 };
    expect(valuesOf(facet, [own, { labels: { level: 'unknown', detected_level: 'unknown' }, count: 1 }])).toEqual([{ name: 'level', place: 'stream', value: 'ERROR', count: 3 }, { name: 'level', place: 'stream', value: 'unknown', count: 1 }]);
    expect(valuesOf(facet, [own, { labels: { detected_level: 'error' }, count: 2 }])).toEqual([{ name: 'detected_level', place: 'field', value: 'error', count: 5 }]);
  });
  it('count an error class under either spelling', () => {
    const facet = { id: 'error_type', names: ['error_type', 'exception_type'], place: 'field' as const };
    expect(valuesOf(facet, [{ labels: { error_type: 'A' }, count: 3 }, { labels: { exception_type: 'B' }, count: 5 }, { labels: { exception_type: 'A' }, count: 1 }, { labels: {}, count: 9 }])).toEqual([{ name: 'exception_type', place: 'field', value: 'B', count: 5 }, { name: 'error_type', place: 'field', value: 'A', count: 4 }]);
  });
});

const pattern = (id: string, of: Partial<ComparedPattern>): ComparedPattern => ({ expected: of.countBefore ?? 0, id, service: 's', template: id, query: '', level: 'info', levels: { info: of.count ?? 0 }, count: 0, countBefore: 0, change: null, firstSeenMs: 0, lastSeenMs: null, example: null, isNew: false, newAtMs: null, isGone: false, goneAtMs: null, ...of });

describe('patterns', () => {
  const fresh = pattern('fresh', { isNew: true, newAtMs: 500, count: 96, level: 'error', levels: { error: 90, info: 6 } });
  const gone = pattern('gone', { isGone: true, countBefore: 40 });
  const grew = pattern('grew', { count: 120, countBefore: 10, level: 'warn', levels: { warn: 10, info: 110 } });
  const usual = pattern('usual', { count: 900, countBefore: 800 });
  it('are ordered by what is new, gone and grown, what fails first', () => {
    const calm = pattern('calm', { isNew: true, count: 500 });
    expect(ordered([usual, grew, calm, gone, fresh]).map((one) => one.id)).toEqual(['fresh', 'calm', 'gone', 'grew', 'usual']);
  });
  it('are judged, small ones not', () => {
    expect([fresh, gone, grew, usual, pattern('few', { count: 9 }), pattern('came', { count: 30 }), pattern('less', { count: 5, countBefore: 50 }), pattern('none', { countBefore: 50 })].map((one) => verdictOf(one).kind)).toEqual(['new', 'gone', 'more', 'usual', 'usual', 'appeared', 'less', 'less']);
    expect([fresh, gone, grew, usual].map(toneOf)).toEqual(['bad', 'warn', 'warn', '']);
  });
  it('make the first sentence when new ones warn or fail', () => {
    expect(newShare([fresh, grew, usual])).toEqual({ patterns: 1, firstMs: 500, share: 0.9 });
    expect(newShare([grew, usual])).toBeNull();
  });
  it('are new when they begin long after others of their service', () => {
    const known = pattern('known', { firstSeenMs: 0, count: 5 });
    const later = pattern('later', { firstSeenMs: 700_000, count: 5 });
    expect(compared([known, later], 600_000, 900_000).map((one) => [one.isNew, one.newAtMs])).toEqual([[false, null], [true, 700_000]]);
    expect(compared([later], 600_000, 900_000)[0]?.isNew).toBe(false);
    expect(compared([known, { ...later, countBefore: 1 }], 600_000, 900_000)[1]?.isNew).toBe(false);
    expect(compared([known, later], 800_000, 900_000)[1]?.isNew).toBe(false);
  });
  it('are compared with as much of the time before as was seen', () => {
    const half = pattern('half', { firstSeenMs: 500, count: 100, countBefore: 40 });
    expect(compared([half], 1000, 2000)[0]?.expected).toBe(80);
    expect(compared([{ ...half, firstSeenMs: -9000 }], 1000, 2000)[0]?.expected).toBe(40);
    expect(compared([{ ...half, firstSeenMs: 900 }], 1000, 2000)[0]?.expected).toBeNull();
    expect(verdictOf({ ...half, expected: null }).kind).toBe('unknown');
  });
  it('are those of the levels asked for', () => {
    expect(ofQuery([fresh, usual, grew], '{level=~"warn|error"}').map((one) => one.id)).toEqual(['fresh', 'grew']);
    expect(ofQuery([usual], '{service_name="s", level!="info"}')).toEqual([]);
    expect(ofQuery([usual], '{service_name="other"}')).toEqual([]);
    expect(ofQuery([usual], '{service_name=~"s|other"}')).toEqual([usual]);
  });
  it('show what varies', () => expect(templateParts('order <_> placed')).toEqual([{ text: 'order ', varies: false }, { text: '…', varies: true }, { text: ' placed', varies: false }]));
});

describe('the tail', () => {
  const message = (...nanos: number[]) => ({ streams: [{ stream: { a: 'b' }, values: nanos.map((nano) => [String(nano), `line ${nano}`] as [string, string]) }] });
  it('puts lines where their time belongs, each once', () => {
    const state = received(received(NOTHING, message(10, 30), false), message(20, 30), false);
    expect(state.records.map((one) => one.unixNano)).toEqual(['30', '20', '10']);
    expect(lastNano(state)).toBe('30');
  });
  it('shows the last written of one moment first', () => {
    const state = received(NOTHING, { streams: [{ stream: {}, values: [['5', 'first'], ['5', 'second']] }] }, false);
    expect(state.records.map((one) => one.line)).toEqual(['second', 'first']);
  });
  it('lets lines wait while paused, and says what it let go', () => {
    const many = message(...Array.from({ length: KEPT + 5 }, (_, i) => 100_000 + i));
    const state = received(received(NOTHING, message(1), false), many, true);
    expect([state.records.length, state.waiting.length, state.left, state.came]).toEqual([1, KEPT, 5, KEPT + 6]);
    const after = resumed(state);
    expect([after.records.length, after.waiting.length]).toEqual([KEPT, 0]);
  });
  it('counts what the server dropped, named or not', () => {
    expect(received(NOTHING, { streams: [], dropped_entries: [1, 2], dropped_count: 5000 }, false).dropped).toBe(5000);
    expect(received(NOTHING, { streams: [], dropped_entries: [1, 2] }, false).dropped).toBe(2);
  });
  it('tries again, ever more slowly', () => expect([0, 1, 4, 99].map(waitMs)).toEqual([500, 1000, 10_000, 10_000]));
});

describe('suggestions', () => {
  it.each([
    ['{', { kind: 'label', from: 1, typed: '' }], ['{serv', { kind: 'label', from: 1, typed: 'serv' }], ['{a="b", le', { kind: 'label', from: 8, typed: 'le' }],
    ['{level="er', { kind: 'value', from: 8, typed: 'er', name: 'level', isStream: true }], ['{a="b"} | route = "', { kind: 'value', from: 19, typed: '', name: 'route', isStream: false }],
    ['{a="b"} | js', { kind: 'stage', from: 10, typed: 'js' }], ['{a="}"} |', { kind: 'stage', from: 9, typed: '' }],
    ['{a="b"} |= "x', null], ['plain word', null], ['{a', { kind: 'label', from: 1, typed: 'a' }], ['{a="b"', null],
  ])('%s', (text, wanted) => expect(wantedAt(text)).toEqual(wanted));
});

describe('the address', () => {
  it('is read whatever stands in it', () => {
    expect(readLogs({ q: 'boom', limit: '99999', near: 'x', facets: 'route,"; drop,a_b', tail: 'on', show: 'patterns' })).toMatchObject({ query: '{service_name=~".+"} |= "boom"', limit: 5000, near: null, facets: ['route', 'a_b'], tail: true, patterns: true, open: null });
    expect(readLogs({ limit: 'many' }).limit).toBe(200);
  });
});

describe('what the parser said', () => {
  it('has its place', () => {
    expect(problemOf(new Error('parse error at line 2, col 17: syntax error: unexpected IDENTIFIER'))).toEqual({ line: 2, column: 17, message: 'syntax error: unexpected IDENTIFIER' });
    expect(problemOf(new Error('parse error : queries require at least one matcher'))).toEqual({ line: 1, column: 1, message: 'queries require at least one matcher' });
    expect(problemOf(new Error('query timed out'))).toBeNull();
  });
});
