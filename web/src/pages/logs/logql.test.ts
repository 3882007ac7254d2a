import { describe, expect, it } from 'vitest';
import { flatten } from '../../api/loki';
import { duration, traceqlOf } from '../traces/traceql';
import { hasMatcher, serviceOf, splitQuery, toggleMatcher } from './logql';

describe('logql', () => {
  it('splits at the brace that is not quoted', () => expect(splitQuery('{a="}{"} |= "x"')).toEqual({ matchers: 'a="}{"', rest: ' |= "x"' }));
  it('turns a filter on and off', () => {
    const on = toggleMatcher('{service_name=~".+"} |= "x"', 'service_name', 'payments');
    expect(on).toBe('{service_name="payments"} |= "x"');
    expect(hasMatcher(on, 'service_name', 'payments')).toBe(true);
    expect(toggleMatcher(on, 'service_name', 'payments')).toBe('{service_name=~".+"} |= "x"');
    expect(toggleMatcher(on, 'level', 'error')).toBe('{service_name="payments", level="error"} |= "x"');
    expect(toggleMatcher('', 'a', 'quo"te')).toBe('{service_name=~".+", a="quo\\"te"}');
    expect(serviceOf(on)).toBe('payments');
  });
  it('sorts records of all streams newest first, with nanoseconds', () => {
    const rows = flatten([{ stream: { level: 'info' }, values: [['1795241380000000001', 'a'], ['1795241380000000003', 'c']] }, { stream: { level: 'ERROR' }, values: [['1795241380000000002', 'b', { trace_id: 'x' }]] }]);
    expect(rows.map((row) => row.line)).toEqual(['c', 'b', 'a']);
    expect(rows[1]).toMatchObject({ level: 'error', fields: { trace_id: 'x' } });
  });
});

describe('traceql', () => {
  it('is made from the form, quoted', () => {
    expect(traceqlOf({})).toBe('{}');
    expect(traceqlOf({ service: 'pay"ments', min: '1.5s', status: 'error' })).toBe('{ resource.service.name = "pay\\"ments" && duration > 1.5s && status = error }');
    expect(traceqlOf({ q: '{ span.x = 1 }', service: 'a' })).toBe('{ span.x = 1 }');
  });
  it.each([['250ms', '250ms'], [' 1.5 s', '1.5s'], ['3µs', '3us'], ['5', null], ['ms', null], ['1h2', null]])('reads %s', (text, out) => expect(duration(text)).toBe(out));
});
