import { describe, expect, it } from 'vitest';
import type { ResultSeries } from '../../api/prometheus';
import { en, type Messages } from '../../messages/en';
import { ko } from '../../messages/ko';
import { explain } from './explain';
import { pickExemplars } from './exemplars';
import { aligned, fits, MAX_HIDDEN, readExplore, secondsOf, seriesId, stepOf, toggled, writeQueries } from './exploreState';
import { readHistory, withQueries, writeHistory } from './history';
import { boundsText } from './Histograms';
import { offsetOf, placeOf, problemOf } from './problem';
import { buildRows, distinctNames, drawnRows, lookOf, MAX_LINES, steadyOrder } from './rows';
import { buildCatalog } from './catalog';
import { figure } from './units';
import { readingOf, type Runs } from './useExplore';

const series = (labels: Record<string, string>, values: (number | null)[]): ResultSeries => ({ name: JSON.stringify(labels), labels, query: 'q', times: values.map((_, i) => i * 1000), values, histograms: [], last: values.length === 0 ? null : String(values.at(-1)) });
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('the address', () => {
  it('holds queries, view and what is hidden, and forgets what is broken', () => {
    expect(readExplore({ q: ' up ', q2: '', q3: 'down', mode: 'instant', show: 'table', step: '5m', hide: 'a,b', only: 'c', dots: 'off', scale: 'fit' })).toEqual({ queries: ['up', 'down'], instant: true, table: true, step: '5m', hidden: new Set(['a', 'b']), only: 'c', dots: false, fit: true });
    expect(readExplore({ step: 'soon', mode: 'x' })).toMatchObject({ queries: [], instant: false, table: false, step: '', only: null, dots: true });
  });
  it('takes five queries and clears those that are gone', () => {
    expect(writeQueries(['a', ' ', 'b'])).toEqual({ q: 'a', q2: 'b', q3: undefined, q4: undefined, q5: undefined, hide: undefined, only: undefined });
    expect(Object.values(writeQueries(['1', '2', '3', '4', '5', '6']))).not.toContain('6');
    expect(readExplore({ q: 'up', q2: ' up', q3: 'down' }).queries).toEqual(['up', 'down']);
  });
  it('reads steps, and keeps to the automatic one where the server would refuse', () => {
    expect(['90', '15s', '5m', '2h', '1d', '', '0', '-1s', '1y', undefined].map(secondsOf)).toEqual([90, 15, 300, 7200, 86_400, null, null, null, null, null]);
    const day = { fromMs: 0, toMs: 86_400_000 };
    expect(stepOf('5m', day)).toBe(300);
    expect(stepOf('1s', day)).toBe(600);
    expect(fits(8, day)).toBe(true);
    expect(aligned({ fromMs: 1, toMs: 100_000 }, 15)).toEqual({ fromMs: 15_000, toMs: 100_000 });
  });
  it('names series shortly, and hides a bounded number of them', () => {
    expect(seriesId('q', 'a')).not.toBe(seriesId('q', 'b'));
    expect(seriesId('q', 'a')).toMatch(/^[0-9a-z]{1,7}$/);
    expect(toggled(new Set(['a']), 'b')).toBe('a,b');
    expect(toggled(new Set(['a']), 'a')).toBeUndefined();
    const full = new Set(Array.from({ length: MAX_HIDDEN }, (_, i) => `s${i}`));
    expect(toggled(full, 'x')?.split(',')).toHaveLength(MAX_HIDDEN);
    expect(toggled(full, 's3')?.split(',')).toHaveLength(MAX_HIDDEN - 1);
  });
});

describe('rows', () => {
  const found = [series({ job: 'a', code: '200' }, [1, null, 3]), series({ job: 'a', code: '500' }, [9, 8, 7]), series({ job: 'a' }, [null, null])];
  const rows = buildRows([{ query: 'q', series: found, prefix: '', format: figure }]);
  it('are named by what differs', () => {
    expect(distinctNames(found)).toEqual(['200', '500', '–']);
    expect(distinctNames([found[0] ?? series({}, [])])).toEqual(['']);
    expect(buildRows([{ query: 'q', series: found.slice(0, 2), prefix: 'p99', format: figure }]).map((row) => row.name)).toEqual(['p99 200', 'p99 500']);
  });
  it('count figures without taking a gap for zero', () => {
    expect(rows[0]).toMatchObject({ last: 3, min: 1, max: 3, mean: 2 });
    expect(rows[2]).toMatchObject({ last: null, min: null, max: null, mean: null });
  });
  it('stand highest first, and stay where they were at a refresh', () => {
    const first = steadyOrder(rows, []);
    expect(first.map((row) => row.name)).toEqual(['500', '200', '–']);
    const later = buildRows([{ query: 'q', series: [series({ job: 'a', code: '503' }, [50]), ...found.map((one) => ({ ...one, values: one.values.map((value) => (value === null ? null : 100 - value)) }))], prefix: '', format: figure }]);
    expect(steadyOrder(later, first.map((row) => row.id)).map((row) => row.name)).toEqual(['500', '200', '–', '503']);
  });
  it('are drawn unless hidden, alone when soloed, and never more than a chart can show', () => {
    expect(drawnRows(rows, new Set([rows[0]?.id ?? '']), null).drawn.map(({ row }) => row.name)).toEqual(['500', '–']);
    expect(drawnRows(rows, new Set([rows[0]?.id ?? '']), rows[0]?.id ?? null).drawn.map(({ row }) => row.name)).toEqual(['200']);
    expect(drawnRows(rows, new Set(), 'gone').drawn).toHaveLength(3);
    const many = buildRows([{ query: 'q', series: Array.from({ length: 300 }, (_, i) => series({ i: String(i) }, [i])), prefix: '', format: figure }]);
    expect(drawnRows(many, new Set(), null)).toMatchObject({ left: 300 - MAX_LINES });
    expect(new Set(Array.from({ length: 9 }, (_, i) => JSON.stringify(lookOf(i)))).size).toBe(9);
  });
});

describe('exemplars', () => {
  const at = (atMs: number, value: number, labels: Record<string, string>) => ({ atMs, value, labels, seriesLabels: {} });
  const id = 'a41f07c2be9d4e1c90b1d2f3a4c5e6f7';
  const range = { fromMs: 0, toMs: 1000 };
  it('are those that lead to a trace, inside the range', () => expect(pickExemplars([at(10, 1, { trace_id: id.toUpperCase() }), at(20, 1, { trace_id: '../x' }), at(30, 1, {}), at(-1, 1, { trace_id: id }), at(2000, 1, { trace_id: id }), at(500, Number.NaN, { traceID: id })], range)).toEqual([{ traceId: id, atMs: 10, value: 1, labels: {} }]));
  it('are thinned to the highest of each stretch', () => {
    const many = Array.from({ length: 5000 }, (_, i) => at(i / 5, i % 97, { trace_id: id }));
    const picked = pickExemplars(many, range, 10);
    expect(picked).toHaveLength(10);
    expect(picked.every((one) => one.value === 96)).toBe(true);
  });
});

describe('problems', () => {
  it('are read from the server with their place', () => {
    expect(problemOf(new Error('invalid parameter "query": 2:17: parse error: unexpected <EOF>'))).toEqual({ line: 2, column: 17, message: 'unexpected <EOF>' });
    expect(problemOf('1:1: parse error: a\nb')?.message).toBe('a\nb');
    expect(problemOf(new Error('query timed out'))).toBeNull();
  });
  it('lie inside the text whatever the server says', () => {
    const text = 'sum(\n  up\n)';
    for (const [line, column] of [[1, 1], [2, 3], [3, 1], [99, 99], [0, 0]] as const) expect(offsetOf(text, { line, column, message: '' })).toBeLessThanOrEqual(text.length);
    for (let offset = 0; offset <= text.length; offset++) expect(offsetOf(text, { ...placeOf(text, offset), message: '' })).toBe(offset);
  });
});

describe('history', () => {
  it('is newest first, without doubles, bounded', () => {
    expect(withQueries(['a', 'b'], ['b', 'c', ''])).toEqual(['b', 'c', 'a']);
    expect(withQueries(Array.from({ length: 100 }, (_, i) => String(i)), ['x'])).toHaveLength(30);
  });
  it('survives broken and full storage', () => {
    for (const stored of ['{', '1', 'null', '[1,{}]', null]) expect(readHistory({ getItem: () => stored })).toEqual([]);
    expect(() => writeHistory({ setItem: () => { throw new Error('full'); } }, ['a'])).not.toThrow();
  });
});

describe('the first sentence', () => {
  const catalog = buildCatalog(['http_requests_total', 'wait_seconds_bucket', 'wait_seconds_sum', 'wait_seconds_count', 'heap_bytes'], { http_requests_total: [{ type: 'counter', unit: '', help: '' }] });
  const said = (queries: string[], results: ResultSeries[][], more: { now?: boolean; error?: unknown } = {}, t: Messages = en) => {
    const readings = queries.map((query) => readingOf(query, catalog));
    const runs = { range: { fromMs: 0, toMs: 1 }, step: 15, runs: queries.map((query, i) => ({ query, answer: more.error ? null : { type: 'matrix', series: results[i] ?? [], warnings: [], infos: [] }, error: more.error ?? null })) } as Runs;
    const prefix = (i: number) => (readings[i]?.choice?.way === 'quantiles' ? `p${(readings[i]?.choice?.quantiles[0] ?? 0) * 100}` : queries.length > 1 ? 'AB'[i] ?? '' : '');
    const rows = buildRows(runs.runs.map((run, i) => ({ query: run.query, series: run.answer?.series ?? [], prefix: prefix(i), format: readings[i]?.format ?? figure })));
    return plain(explain(t, { metrics: 3, readings, runs, rows, now: more.now ?? true }));
  };
  const byStatus = 'sum by (status) (rate(http_requests_total[5m]))';
  const two = [series({ status: '200' }, [41]), series({ status: '500' }, [0.2])];
  it('says what is shown, by what, and the highest figure', () => {
    expect(said([byStatus], [two])).toBe('HTTP requests per second, by status; highest now: 200 at 41.0/s');
    expect(said([byStatus], [two], {}, ko)).toBe('초당 HTTP requests, status별; 지금 가장 높은 것은 200, 41.0/s');
    expect(said([byStatus], [two], { now: false })).toContain('highest at the end');
    expect(said(['sum(rate(http_requests_total{status!~"5..",service_name="pay"}[5m]))'], [[series({}, [3])]])).toBe('HTTP requests per second, where status does not match 5.. and service_name is pay; now 3.00/s');
  });
  it('says quantiles together', () => {
    const quantiles = [0.5, 0.99].map((q) => `histogram_quantile(${q}, sum by (le) (rate(wait_seconds_bucket[5m])))`);
    expect(said(quantiles, [[series({}, [0.1])], [series({}, [0.9])]])).toBe('Wait, p50 and p99; highest now: p99 at 900 ms');
  });
  it('does not pretend to understand other queries, nor call nothing zero', () => {
    expect(said(['topk(1, heap_bytes) * 2'], [[series({}, [3])]])).toBe('1 series of this query; now 3.00');
    expect(said(['heap_bytes', 'up'], [[series({}, [3e6])], [series({}, [1])]])).toBe('2 queries, 2 series');
    expect(said(['heap_bytes', 'max(heap_bytes)'], [[series({}, [3e6])], [series({}, [2e6])]])).toBe('2 queries, 2 series; highest now: A at 3.00 MB');
    expect(said([byStatus], [[]])).toBe('HTTP requests per second, by status; no data in this range');
    expect(said(['heap_bytes'], [[series({}, [null])]])).toBe('Heap; no figure to show');
    expect(said(['heap_bytes'], [[{ ...series({}, []), histograms: [{ atMs: 0, count: 1, sum: 1, buckets: [] }] }]])).toBe('Heap; 1 distribution over time');
    expect(said(['sum('], [], { error: new Error('1:5: parse error: unexpected end') })).toBe('The query is not valid: line 1, column 5');
    expect(said([], [])).toBe('3 metrics are here; choose one to see it');
  });
});

it('buckets say which end belongs to them', () => {
  expect(plain(boundsText({ bounds: 0, lower: 0.1, upper: 0.2, count: 1 }, figure))).toBe('(0.100, 0.200]');
  expect(plain(boundsText({ bounds: 3, lower: -Infinity, upper: Infinity, count: 1 }, figure))).toBe('[−∞, ∞]');
});
