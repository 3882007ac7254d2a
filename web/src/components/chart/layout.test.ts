import { describe, expect, it } from 'vitest';
import { percent } from '../../format/number';
import { valueAt } from './cursor';
import { areaPath, axisLabels, fitScale, gapLimit, gaps, linePath, mergeMarkers, niceScale, pieces, placeMarkers, pushApart, timeTicks } from './layout';

describe('scale', () => {
  it('ends on a round tick at or above the largest value', () => {
    for (const highest of [0.003, 0.34, 1, 7, 42, 99.9, 1234, 5e9]) {
      const scale = niceScale(0, highest);
      expect(scale.max).toBeGreaterThanOrEqual(highest);
      expect(scale.max).toBeLessThanOrEqual(highest * 2.6);
      expect(scale.ticks.length).toBeGreaterThanOrEqual(3);
      expect(scale.ticks.length).toBeLessThanOrEqual(6);
      expect(scale.ticks[0]).toBe(0);
    }
  });
  it('goes below zero for a budget that is overspent', () => {
    const scale = niceScale(-0.3, 1);
    expect(scale.min).toBeLessThanOrEqual(-0.3);
    expect(scale.ticks).toContain(0);
  });
  it('draws zero on the floor of a scale that exists', () => expect(niceScale(0, 0)).toEqual({ min: 0, max: 1, ticks: [0, 1] }));
  it('labels without trailing zeros and with the unit once', () => {
    const labels = axisLabels([0, 0.1, 0.2], percent);
    expect(labels.get(0.1)).toBe('10');
    expect(labels.get(0.2)?.replace('\u00a0', ' ')).toBe('20 %');
  });
});

describe('lines', () => {
  it('break at missing values and at pauses, never falling to zero', () => {
    const found = pieces([0, 10, 20, 30, 200, 210], [1, 2, null, 3, 4, 5]);
    expect(found).toEqual([[[0, 1], [10, 2]], [[30, 3]], [[200, 4], [210, 5]]]);
    expect(gaps(found, 400, gapLimit([0, 10, 20, 30, 200, 210]))).toEqual([{ fromMs: 30, toMs: 200 }, { fromMs: 210, toMs: 400 }]);
  });
  it('make one move per piece and close areas on the zero line', () => {
    const scale = { min: 0, max: 10, ticks: [0, 10] };
    const found = pieces([0, 50, 100], [0, 5, 10]);
    expect(linePath(found, { fromMs: 0, toMs: 100 }, scale)).toBe('M0 100L500 50L1000 0');
    expect(areaPath(found, { fromMs: 0, toMs: 100 }, scale)).toBe('M0 100L500 50L1000 0L1000 100L0 100Z');
    expect(linePath([[[50, 5]]], { fromMs: 0, toMs: 100 }, scale)).toBe('M500 50h2');
  });
  it('answer for the value nearest to the pointer only', () => {
    expect(valueAt([0, 10, 20], [1, 2, 3], 14, 10)).toBe(2);
    expect(valueAt([0, 10, 20], [1, null, 3], 11, 10)).toBeNull();
    expect(valueAt([0, 10], [1, 2], 100, 10)).toBeNull();
    expect(valueAt([], [], 5, 10)).toBeNull();
  });
});

describe('labels', () => {
  it('are pushed apart, keep their order and stay inside', () => {
    const wanted = [95, 96, 20, 97, 21];
    const placed = pushApart(wanted, 8, 0, 100);
    const sorted = [...placed].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect((sorted[i] ?? 0) - (sorted[i - 1] ?? 0)).toBeGreaterThanOrEqual(8 - 1e-9);
    expect(Math.max(...placed)).toBeLessThanOrEqual(100);
    expect(placed[2]).toBeLessThan(placed[4] ?? 0);
  });
  it('leave alone what does not touch', () => expect(pushApart([10, 50, 90], 8, 0, 100)).toEqual([10, 50, 90]));
});

describe('time ticks', () => {
  it('hold both ends and round times between, none closer than 14 %', () => {
    const from = Date.UTC(2026, 10, 19, 13, 26);
    for (const minutes of [5, 15, 60, 180, 1440, 43_200]) {
      const ticks = timeTicks(from, from + minutes * 60_000);
      expect(ticks[0]?.edge).toBe('first');
      expect(ticks.at(-1)?.edge).toBe('last');
      for (let i = 1; i < ticks.length; i++) expect((ticks[i]?.percent ?? 0) - (ticks[i - 1]?.percent ?? 0)).toBeGreaterThanOrEqual(14);
    }
    expect(timeTicks(from, from + 3_600_000).some((tick) => tick.ms === Date.UTC(2026, 10, 19, 14, 0))).toBe(true);
  });
});

describe('markers', () => {
  it('label two neighbours on opposite sides and drop labels without room', () => {
    const placed = placeMarkers([{ atMs: 770 }, { atMs: 860 }, { atMs: 862 }, { atMs: 5000 }], { fromMs: 0, toMs: 1000 });
    expect(placed).toHaveLength(3);
    expect(placed[0]).toMatchObject({ side: 'left', labelled: true });
    expect(placed[1]?.labelled && placed[2]?.labelled).toBe(false);
  });
  it('of one kind at the same moment become one with a count, of two kinds stay two', () => {
    const at = (atMs: number, kind: string, label: string) => ({ atMs, kind, label });
    const merged = mergeMarkers([at(500, 'release', '1.42'), at(505, 'release', '1.43'), at(507, 'alert', 'alert'), at(900, 'release', '1.44')], { fromMs: 0, toMs: 1000 }, (kind, n) => `${n} ${kind}s`);
    expect(merged.map((marker) => marker.label)).toEqual(['2 releases', 'alert', '1.44']);
  });
  it('never let two labels touch', () => {
    const room = () => 20;
    const placed = placeMarkers([{ atMs: 100 }, { atMs: 250 }, { atMs: 300 }, { atMs: 550 }, { atMs: 990 }], { fromMs: 0, toMs: 1000 }, room).filter((one) => one.labelled);
    const boxes = placed.map((one) => (one.side === 'left' ? [one.percent - 20, one.percent] : [one.percent, one.percent + 20]) as [number, number]);
    for (let i = 1; i < boxes.length; i++) expect(boxes[i]?.[0]).toBeGreaterThanOrEqual(boxes[i - 1]?.[1] ?? 0);
    expect(boxes.length).toBeGreaterThanOrEqual(2);
  });
});

describe('a fitted scale', () => {
  it('ends near the values instead of at zero', () => {
    const scale = fitScale(411e6, 437e6);
    expect(scale.min).toBeGreaterThan(400e6);
    expect(scale.min).toBeLessThanOrEqual(411e6);
    expect(scale.max).toBeGreaterThanOrEqual(437e6);
    expect(scale.ticks.length).toBeGreaterThanOrEqual(3);
    expect(fitScale(-0.3, -0.1).max).toBeLessThanOrEqual(0);
  });
  it('of one value is the usual one', () => expect(fitScale(5, 5)).toEqual(niceScale(5, 5)));
  it('breaks lines at a missing step when the step is known', () => expect(pieces([0, 15, 45, 60], [1, 2, 3, 4], 22)).toHaveLength(2));
});
