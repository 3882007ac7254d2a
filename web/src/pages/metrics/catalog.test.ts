import { describe, expect, it } from 'vitest';
import { buildCatalog, searchCatalog } from './catalog';

const told = (type: string, help = '', unit = '') => [{ type, help, unit }];
const catalog = buildCatalog(
  ['latency_seconds_bucket', 'latency_seconds_count', 'latency_seconds_sum', 'size_bytes', 'gc_seconds', 'gc_seconds_sum', 'gc_seconds_count', 'up', 'jobs_total', 'queue_count', 'old_bucket', 'old_sum', 'old_count', 'build_info'],
  { latency_seconds: told('histogram', 'How long requests take', 'seconds'), size_bytes: told('histogram'), gc_seconds: told('summary'), jobs_total: told('counter', 'Jobs done'), build_info: told('info') },
);
const kinds = Object.fromEntries(catalog.entries.map((entry) => [entry.name, entry.kind]));

describe('the catalog', () => {
  it('folds the parts of a histogram into one family', () => expect(kinds).toEqual({
    latency_seconds: 'histogram', size_bytes: 'nativeHistogram', gc_seconds: 'summary', up: 'gauge', jobs_total: 'counter', queue_count: 'counter', old: 'histogram', build_info: 'gauge',
  }));
  it('finds a family by any of its names', () => {
    expect(catalog.find('latency_seconds_bucket')?.name).toBe('latency_seconds');
    expect(catalog.find('gc_seconds_sum')?.name).toBe('gc_seconds');
    expect(catalog.find('old_count')?.name).toBe('old');
    expect(catalog.find('nothing_here')).toBeNull();
  });
  it('is empty for an empty server', () => expect(buildCatalog([], {}).entries).toEqual([]));
});

describe('search', () => {
  const names = (text: string) => searchCatalog(catalog.entries, text, 10).map((entry) => entry.name);
  it('takes words in any order, from name, help, type and unit', () => {
    expect(names('requests take')).toEqual(['latency_seconds']);
    expect(names('seconds histogram')).toEqual(['latency_seconds']);
    expect(names('seconds')[0]).toBe('gc_seconds');
    expect(names('JOBS')).toEqual(['jobs_total']);
  });
  it('shows all when nothing is asked, nothing when nothing matches, and never more than asked', () => {
    expect(names('').length).toBe(8);
    expect(names('zzz')).toEqual([]);
    expect(searchCatalog(catalog.entries, '', 3)).toHaveLength(3);
  });
});
