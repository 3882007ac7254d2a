import { describe, expect, it } from 'vitest';
import type { Target } from '../../api/prometheus';
import { countTargets, filterTargets, orderTargets, poolsOf, scrapedMs } from './order';

const target = (scrapePool: string, host: string, health: Target['health'], lastError = ''): Target => ({ labels: { job: scrapePool, instance: host }, scrapePool, scrapeUrl: `http://${host}/metrics`, lastError, lastScrape: '2026-11-19T05:26:00Z', lastScrapeDuration: 0.01, health });
const all = [target('node', 'b:1', 'up'), target('api', 'c:1', 'down', 'connection refused'), target('api', 'a:1', 'up'), target('db', 'd:1', 'unknown'), target('api', 'b:1', 'down', 'timeout')];

describe('targets', () => {
  it('stand failing first', () => expect(orderTargets(all).map((one) => `${one.scrapePool} ${one.health}`)).toEqual(['api down', 'api down', 'db unknown', 'api up', 'node up']));
  it('are counted by what they are, never unknown as up', () => expect(countTargets(all)).toEqual({ total: 5, up: 2, losing: 0, down: 2, unknown: 1 }));
  it('that are up and lose samples stand right after those that are down', () => {
    const losing = target('zzz', 'z:1', 'up', '800 refused');
    expect(orderTargets([...all, losing])[2]).toBe(losing);
    expect(countTargets([losing])).toMatchObject({ up: 0, losing: 1 });
  });
  it('are found by address, job, error or label', () => {
    expect(filterTargets(all, 'REFUSED', false)).toHaveLength(1);
    expect(filterTargets(all, 'instance=b', false)).toHaveLength(2);
    expect(filterTargets(all, '', true)).toHaveLength(3);
    expect(filterTargets(all, 'zzz', false)).toEqual([]);
  });
  it('make jobs, the worst first', () => expect(poolsOf(all).map((pool) => pool.name)).toEqual(['api', 'db', 'node']));
  it('may never have been scraped', () => {
    expect(scrapedMs({ ...target('a', 'b', 'unknown'), lastScrape: '0001-01-01T00:00:00Z' })).toBeNull();
    expect(scrapedMs({ ...target('a', 'b', 'unknown'), lastScrape: '' })).toBeNull();
    expect(scrapedMs(target('a', 'b', 'up'))).toBe(Date.UTC(2026, 10, 19, 5, 26));
  });
});
