import { describe, expect, it } from 'vitest';
import { fittingPreset, parseTime, resolveRange, shift, stepSeconds, zoomOut } from './range';
import { parseSearch, readView, refreshMs, stringifySearch } from './view';

const NOW = Date.UTC(2026, 10, 19, 5, 26);

describe('range', () => {
  it.each([['now', 0], ['now-1h', -3_600_000], ['now+5m', 300_000], ['now-2d', -172_800_000]])('%s', (text, offset) => expect(parseTime(text, NOW)).toBe(NOW + offset));
  it('reads ms and ISO times, and refuses the rest', () => {
    expect(parseTime(String(NOW), 0)).toBe(NOW);
    expect(parseTime('2026-11-19T05:26:00Z', 0)).toBe(NOW);
    for (const text of ['', 'yesterday', 'now-1y', '12', 'now--1h', '2026-99-99']) expect(parseTime(text, NOW)).toBeNull();
  });
  it('nobody chose holds young data tightly and is an hour otherwise', () => {
    const minutesAgo = (minutes: number) => fittingPreset(NOW - minutes * 60_000, NOW);
    expect([1, 6, 15, 29, 31, 600].map(minutesAgo)).toEqual(['now-5m', 'now-15m', 'now-15m', 'now-30m', 'now-1h', 'now-1h']);
    expect(fittingPreset(null, NOW)).toBe('now-1h');
  });
  it('falls back to the last hour when the address is nonsense or upside down', () => {
    const hour = { fromMs: NOW - 3_600_000, toMs: NOW };
    expect(resolveRange('x', 'y', NOW)).toEqual(hour);
    expect(resolveRange('now', 'now-1h', NOW)).toEqual({ fromMs: NOW - 7_200_000, toMs: NOW - 3_600_000 });
    expect(resolveRange(undefined, undefined, NOW)).toEqual(hour);
  });
  it('zooms and shifts without leaving the present', () => {
    const range = { fromMs: NOW - 3_600_000, toMs: NOW };
    expect(zoomOut(range, NOW)).toEqual({ fromMs: NOW - 7_200_000, toMs: NOW });
    expect(shift(range, 1, NOW)).toEqual(range);
    expect(shift(range, -1, NOW)).toEqual({ fromMs: NOW - 7_200_000, toMs: NOW - 3_600_000 });
    expect(stepSeconds(range)).toBe(15);
  });
});

describe('the address holds the state', () => {
  it('and comes back as it went out', () => {
    const view = { from: 'now-6h', to: 'now', q: '{a="b c"} |= "x&y=1"', service: '123' };
    expect(readView(parseSearch(stringifySearch(view)))).toEqual(view);
  });
  it('drops unknown, empty and over-long values', () => {
    expect(readView({ from: '', evil: 'x', q: 'a'.repeat(9000), service: 5, to: 'now' })).toEqual({ to: 'now' });
  });
  it.each([[undefined, 10_000], ['30s', 30_000], ['2m', 120_000], ['off', null], ['0s', null], ['99999999s', null]])('refresh %s', (text, ms) => expect(refreshMs(text)).toBe(ms));
});
