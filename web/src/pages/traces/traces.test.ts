import { describe, expect, it } from 'vitest';
import type { Label, MetricRow, TraceRow } from '../../api/tempo';
import { compareQuery, readComparison, shortName, withDifference } from './differences';
import { literalLike, placeAt } from './complete';
import { areaOf, buildHeatMap, cellsOf, conditionOf, countIn, endOf, highOf, lowOf, readArea, shade, shadePaths, writeArea } from './cells';
import { orderRows } from './order';
import { durationText, EMPTY_FORM, fieldOf, narrowed, readForm, singleFilter, splitTop, writeForm, type Form } from './traceql';

describe('form', () => {
  const full: Form = { of: 'entries', service: 'pay"ments', name: 'POST /charge', status: 'error', min: '1.5s', max: '2m', conditions: [{ field: 'span.http.response.status_code', op: '>=', value: '500' }, { field: 'resource."odd key"', op: '=', value: '"a && b"' }] };
  it.each([EMPTY_FORM, { ...EMPTY_FORM, of: 'all' as const }, full, { ...full, name: '/items/{id}', status: 'ok' as const, of: 'roots' as const }])('is found again in what it wrote', (form) => expect(readForm(writeForm(form))).toEqual(form));
  it('writes plain TraceQL', () => {
    expect(writeForm(EMPTY_FORM)).toBe('{ nestedSetParent < 0 }');
    expect(writeForm({ ...EMPTY_FORM, of: 'all' })).toBe('{}');
    expect(writeForm({ ...EMPTY_FORM, service: 'a', name: '/x' })).toBe('{ nestedSetParent < 0 && resource.service.name = "a" && span.http.route = "/x" }');
  });
  it('reads what other pages link to', () => expect(readForm('{ resource.service.name = "a" && duration > 1s && status != error }')).toMatchObject({ of: 'all', service: 'a', min: '1s', status: 'ok' }));
  it.each(['{ a = 1 } | count() > 2', '{ .a = 1 } >> { .b = 2 }', '{ (.a = 1) }', '{ .a = 1 || .b = 2 }', '', 'x', '{ .a = 1', '{ nestedSetParent < 0 && nestedSetParent < 0 }'])('leaves %s alone', (q) => expect(readForm(q)).toBeNull());
});

describe('traceql', () => {
  it('finds the only filter, whatever is quoted', () => {
    expect(singleFilter('{ .a = "}{" }')).toBe(' .a = "}{" ');
    expect(singleFilter('{ .a = `}` }')).toBe(' .a = `}` ');
    expect(singleFilter('{ } | rate()')).toBeNull();
    expect(splitTop('.a = "x && y" && (.b && .c) && .d', '&&').map((part) => part.trim())).toEqual(['.a = "x && y"', '(.b && .c)', '.d']);
  });
  it('narrows any query', () => {
    expect(narrowed('{}', 'duration > 1s')).toBe('{ duration > 1s }');
    expect(narrowed('{ .a = 1 }', 'duration > 1s')).toBe('{ .a = 1 && duration > 1s }');
    expect(narrowed('{ .a = 1 || .b = 1 }', 'duration > 1s')).toBe('{ (.a = 1 || .b = 1) && duration > 1s }');
    expect(narrowed('{ .a } >> { .b }', 'duration > 1s')).toBe('{ .a } >> { .b } | { duration > 1s }');
  });
  it.each([[0, '0ns'], [999, '999ns'], [1000, '1us'], [1_048_576, '1.048576ms'], [2 ** 31, '2.147483648s'], [1e9, '1s'], [60e9, '60s']])('%d ns is %s', (nanos, text) => expect(durationText(nanos)).toBe(text));
  it('quotes unusual names', () => expect([fieldOf('span', 'http.route'), fieldOf('resource', 'odd key')]).toEqual(['span.http.route', 'resource."odd key"']));
});

const bucket = (exponent: number, counts: [number, number][]): MetricRow => ({ labels: { __bucket: String(2 ** exponent / 1e9) }, times: counts.map(([at]) => at), values: counts.map(([, value]) => value) });

describe('heat map', () => {
  const map = buildHeatMap([bucket(20, [[60_000, 100], [120_000, 80]]), bucket(31, [[120_000, 3]])], 65_000, 185_000, 60_000);
  it('has a row for each power of two between the lowest and the highest', () => {
    expect([map.fromMs, map.columns, map.lowest, map.rows, map.most, map.total]).toEqual([60_000, 3, 20, 12, 100, 183]);
    expect([lowOf(map, 0), highOf(map, 0), highOf(map, 11)]).toEqual([2 ** 19, 2 ** 20, 2 ** 31]);
    expect(map.counts[11]?.[1]).toBe(3);
  });
  it('keeps an area over the address and a refresh', () => {
    const cells = { left: 1, right: 2, bottom: 9, top: 11 };
    const area = areaOf(map, cells);
    expect(readArea(writeArea(area))).toEqual(area);
    expect(cellsOf(map, area)).toEqual(cells);
    expect(countIn(map, cells)).toBe(3);
    expect(conditionOf(area)).toBe('duration > 268.435456ms && duration <= 2.147483648s');
    expect(conditionOf({ ...area, lowNanos: 0, highNanos: null })).toBe('duration >= 0s');
    expect(cellsOf(map, { ...area, highNanos: null })).toEqual(cells);
    expect(cellsOf(map, { ...area, fromMs: 1e12, toMs: 1e12 + 1 })).toBeNull();
    for (const text of [undefined, '', '1-2-3', '2-1-0-', '1-2-9-3', 'a-b-c-d']) expect(readArea(text)).toBeNull();
  });
  it('says which end is marked', () => {
    expect(endOf(map, { left: 0, right: 2, bottom: 5, top: 11 })).toBe('slow');
    expect(endOf(map, { left: 0, right: 2, bottom: 0, top: 4 })).toBe('fast');
    expect(endOf(map, { left: 0, right: 0, bottom: 0, top: 11 })).toBe('some');
  });
  it('is empty without numbers, and knows a duration of zero', () => {
    expect(buildHeatMap([], 0, 60_000, 60_000)).toMatchObject({ total: 0, rows: 6 });
    const zero = buildHeatMap([{ labels: { __bucket: '0' }, times: [0], values: [2] }], 0, 60_000, 60_000);
    expect([zero.lowest, lowOf(zero, 0), zero.total]).toEqual([0, 0, 2]);
  });
  it('draws few and many so that one stays in sight', () => {
    expect([0, 1, 10, 1000, 100_000].map((count) => shade(count, 100_000))).toEqual([0, 1, 2, 4, 5]);
    expect(shade(1, 1)).toBe(5);
    expect(shadePaths(map).join('').split('M').length - 1).toBe(3);
  });
});

const label = (key: string, text: string, literal = JSON.stringify(text)): Label => ({ key, text, literal });
const told = (type: string, key: string, text: string, value: number) => ({ labels: [label('__meta_type', type), label(key, text)], value });

describe('comparison', () => {
  const rows = [
    told('selection', 'resource.region', 'eu-1', 92), told('selection', 'resource.region', 'eu-2', 8), told('baseline', 'resource.region', 'eu-1', 80), told('baseline', 'resource.region', 'eu-2', 920),
    told('selection', 'name', 'GET', 50), told('baseline', 'name', 'GET', 500), told('selection', 'span.rare', 'x', 40),
    told('selection_total', 'kind', 'nil', 100), told('baseline_total', 'kind', 'nil', 1000), told('selection_total', 'event.x', 'nil', 400),
  ];
  it('finds the attributes whose shares differ most', () => {
    const comparison = readComparison(rows);
    expect([comparison.selected, comparison.rest, comparison.cut]).toEqual([100, 1000, false]);
    expect(comparison.differences.map((one) => [one.attribute, one.value, one.share, one.rest])).toEqual([['resource.region', 'eu-1', 0.92, 0.08], ['span.rare', 'x', 0.4, 0]]);
  });
  it('says at most where a value of the others was not counted', () => {
    const others = Array.from({ length: 50 }, (_, i) => told('baseline', 'span.rare', `v${i}`, 60 - i));
    const [rare] = readComparison([...rows, ...others, { labels: [label('__meta_error', '__too_many_values__'), label('span.rare', 'nil')], value: 0 }]).differences.filter((one) => one.attribute === 'span.rare');
    expect([rare?.restAtMost, rare?.rest]).toEqual([true, 0.011]);
  });
  it('asks for an area, and filters by a difference', () => {
    expect(compareQuery('{ .a = 1 }', { fromMs: 1000, toMs: 2000, lowNanos: 1e9, highNanos: null })).toBe('{ .a = 1 } | compare({ duration > 1s }, 50, 1000000000, 2000000000)');
    expect(withDifference('{}', { attribute: 'span.http.route', value: '/x', literal: '"/x"', share: 1, rest: 0, restAtMost: false })).toBe('{ span.http.route = "/x" }');
    expect(shortName('resource.region')).toBe('region');
  });
  it('is empty without an answer', () => expect(readComparison([])).toEqual({ selected: 0, rest: 0, differences: [], cut: false }));
});

describe('completion', () => {
  it.each([
    ['{ ', { kind: 'field', from: 2, typed: '' }], ['{ resource.serv', { kind: 'field', from: 2, typed: 'resource.serv' }], ['{ .a = 1 && sta', { kind: 'field', from: 12, typed: 'sta' }],
    ['{ status = err', { kind: 'value', field: 'status', from: 11, typed: 'err', quoted: false }], ['{ resource.service.name = "pay', { kind: 'value', field: 'resource.service.name', from: 27, typed: 'pay', quoted: true }],
    ['{ name=', { kind: 'value', field: 'name', from: 7, typed: '', quoted: false }], ['{ .a = 1 } | co', { kind: 'stage', from: 13, typed: 'co' }], ['{ .a = 1 } ', null], ['{ .a = 1 ', null], ['', null],
  ])('%s', (before, place) => expect(placeAt(before)).toEqual(place));
  it('writes a value as the others of its attribute are', () => {
    expect(literalLike('503', [{ type: 'int', value: '200' }])).toBe('503');
    expect(literalLike('503', [{ type: 'string', value: '200' }])).toBe('"503"');
    expect(literalLike('503', [{ type: 'string', value: '503' }])).toBe('"503"');
    expect(literalLike('error', [{ type: 'keyword', value: 'error' }])).toBe('error');
    expect([literalLike('200ms', []), literalLike('eu-1', [])]).toEqual(['200ms', '"eu-1"']);
  });
});

describe('list', () => {
  const row = (traceId: string, startMs: number, durationMs: number, errorCount: number): TraceRow => ({ traceId, rootService: '', rootName: '', startMs, durationMs, spanCount: durationMs, errorCount, services: [] });
  const rows = [row('a', 1, 30, 0), row('b', 3, 10, 1), row('c', 2, 20, 0)];
  it.each([['new', false, 'bca'], ['slow', false, 'acb'], ['slow', true, 'bac'], ['new', true, 'bca']] as const)('%s, errors first %s', (sort, errorsFirst, out) => expect(orderRows(rows, sort, errorsFirst).map((one) => one.traceId).join('')).toBe(out));
});
