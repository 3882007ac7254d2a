import { describe, expect, it } from 'vitest';
import { csv } from './csv';
import { bytes, count, number3, oneIn, percent, rate, seconds, withUnit } from './number';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  it.each([[0, '0'], [0.001, '<0.01'], [0.038, '0.04'], [9.996, '10.0'], [12.46, '12.5'], [186, '186'], [4741, '4,740'], [30_240, '30,200'], [67_400_000, '67.4 M'], [-3.21, '−3.21'], [Number.NaN, '–'], [999_499, '999,000'], [999_600, '1.00 M']])('%d has three significant digits: %s', (value, text) => {
    expect(plain(number3(value))).toBe(text);
  });
  it.each([[1.24, '1.24 s'], [0.38, '380 ms'], [0.0042, '4.20 ms'], [0.000012, '12.0 µs'], [0, '0 ms'], [0.9999, '1.00 s'], [150, '2.50 min'], [7200, '2.00 h'], [-0.5, '−500 ms']])('%d seconds reads %s', (value, text) => {
    expect(plain(seconds(value))).toBe(text);
  });
  it('writes rates, percent and bytes with their unit', () => {
    expect(rate(12.34)).toBe('12.3/s');
    expect(plain(percent(0.125))).toBe('12.5 %');
    expect(plain(bytes(41_000_000))).toBe('41.0 MB');
    expect(plain(bytes(999))).toBe('999 B');
    expect(withUnit(14_780, 'requests')).toBe('14,800');
    expect(count(4741)).toBe('4,741');
  });
});

describe('one in n', () => {
  it.each([[0.125, 1, 8], [0.5, 1, 2], [0.01, 1, 100], [0.66, 2, 3], [0.91, 9, 10]])('%d is %d in %d', (ratio, part, whole) => expect(oneIn(ratio)).toEqual({ part, whole }));
  it.each([0, -1, 0.001, 0.97, Number.NaN, 0.4])('%d is better said in percent', (ratio) => expect(oneIn(ratio)).toBeNull());
});

describe('csv', () => {
  it('quotes, and defuses formulas', () => {
    expect(csv(['a', 'b'], [['x,y', 1], ['=cmd()', null], ['say "hi"\n', -2]])).toBe('a,b\r\n"x,y",1\r\n\'=cmd(),\r\n"say ""hi""\n",-2\r\n');
  });
});
