import { describe, expect, it } from 'vitest';
import type { Cardinality, MetricCount } from '../../api/bongsu';
import { collectorSnippet, relabelSnippet, shareOf, verdictOf } from './verdict';

const metric = (name: string, more: Partial<MetricCount> = {}): MetricCount => ({ metric: name, series: 10, newLastHour: 0, limit: 1000, refusedLastHour: 0, explodingLabel: null, explodingValues: 0, ...more });
const counts = (more: Partial<Cardinality>): Cardinality => ({ series: 100, limit: 1000, chunks: 200, metrics: [metric('a')], services: [], labels: [], pairs: [], ...more });

describe('the verdict', () => {
  it('is calm with room left, and counts the growth', () => expect(verdictOf(counts({ metrics: [metric('a', { newLastHour: 3 }), metric('b', { newLastHour: 4 })] }))).toEqual({ code: 'calm', series: 100, limit: 1000, newLastHour: 7 }));
  it('names the worst exploding metric and counts the others', () => {
    const bad = [metric('a', { explodingLabel: 'id', newLastHour: 50 }), metric('b', { explodingLabel: 'path', newLastHour: 10, refusedLastHour: 5 }), metric('c', { refusedLastHour: 1 })];
    expect(verdictOf(counts({ metrics: bad }))).toMatchObject({ code: 'exploding', label: 'path', metric: { metric: 'b' }, others: 2 });
  });
  it('says when series are refused without one label at fault', () => {
    expect(verdictOf(counts({ metrics: [metric('c', { refusedLastHour: 1 })] }))).toMatchObject({ code: 'refusing', others: 0 });
    expect(verdictOf(counts({ services: [{ service: 's', series: 9, limit: 9, refusedLastHour: 4 }] }))).toEqual({ code: 'refusingService', service: 's', refused: 4, others: 0 });
  });
  it('warns before the server is full, and not when it has no limit', () => {
    expect(verdictOf(counts({ series: 950 })).code).toBe('full');
    expect(verdictOf(counts({ series: 950, limit: 0 })).code).toBe('calm');
    expect(shareOf(5, 0)).toBeNull();
  });
  it('never calls an empty server calm', () => expect(verdictOf(counts({ series: 0, metrics: [] })).code).toBe('empty'));
});

it('snippets name the metric and quote what is no plain word', () => {
  expect(relabelSnippet('m', 'user_id')).toContain('target_label: user_id');
  expect(relabelSnippet('m', 'user.id')).toContain('target_label: "user.id"');
  expect(collectorSnippet('m', 'a"b')).toContain('delete_key(attributes, "a\\"b")');
});
