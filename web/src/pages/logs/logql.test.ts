import { describe, expect, it } from 'vitest';
import { flatten } from '../../api/loki';
import { tracesOfError } from '../../components/errorTraces';
import { duration, traceqlOf } from '../traces/traceql';
import { asQuery, chosen, counting, countQuery, DEFAULT_QUERY, isBroad, isMetric, needles, only, readComparison, serviceOf, splitQuery, streamQuery, toggled, withStage, without } from './logql';

describe('what is typed', () => {
  it.each([
    ['', DEFAULT_QUERY], ['timeout', `${DEFAULT_QUERY} |= "timeout"`], ['  "two words" ', `${DEFAULT_QUERY} |= "two words"`], ['say "hi"', `${DEFAULT_QUERY} |= "say \\"hi\\""`],
    ['|= "x"', `${DEFAULT_QUERY} |= "x"`], ['!~ "x"', `${DEFAULT_QUERY} !~ "x"`], ['{a="b"}', '{a="b"}'], ['rate({a="b"}[5m])', 'rate({a="b"}[5m])'],
    ['A41F07C2BE9D4E1C90B1D2F3A4C5E6F7', `${DEFAULT_QUERY} | trace_id="a41f07c2be9d4e1c90b1d2f3a4c5e6f7"`],
  ])('%s', (typed, query) => expect(asQuery(typed)).toBe(query));
  it('tells numbers from lines', () => expect([isMetric('rate({a="b"}[5m])'), isMetric('{a="b"} | json')]).toEqual([true, false]));
});

describe('a query taken apart', () => {
  it.each([
    ['{a="}{"} |= "x"', ['a="}{"'], ['|= "x"']],
    ['{a="1", b=~`x|y`} != "no" | json | dur > 10s and b != "c" | line_format "{{.a}} | b"', ['a="1"', 'b=~`x|y`'], ['!= "no"', '| json', '| dur > 10s and b != "c"', '| line_format "{{.a}} | b"']],
    ['{a="1"} |= "a" or "b" !~ "c" |> "<_> x"', ['a="1"'], ['|= "a" or "b"', '!~ "c"', '|> "<_> x"']],
    ['{a="1"} | b="c" != "d"', ['a="1"'], ['| b="c"', '!= "d"']],
    ['{a="1"', ['a="1"'], []],
    ['{a="1"} |= "never closed', ['a="1"'], ['|= "never closed']],
  ])('%s', (query, matchers, stages) => expect(splitQuery(query)).toEqual({ before: '', matchers, stages }));
  it('reads comparisons', () => {
    expect(readComparison('| level =~ "warn|error"')).toEqual({ name: 'level', op: '=~', value: 'warn|error' });
    expect(readComparison('a!=`x"y`')).toEqual({ name: 'a', op: '!=', value: 'x"y' });
    expect(readComparison('| dur > 10s')).toBeNull();
    expect(readComparison('| a="b" or c="d"')).toBeNull();
  });
});

describe('clicks', () => {
  it('turn values on and off, several as a choice, and keep the rest', () => {
    const one = toggled('{service_name=~".+"} |= "x"', 'service_name', 'payments', 'stream');
    expect(one).toBe('{service_name="payments"} |= "x"');
    const two = toggled(one, 'service_name', 'a.b', 'stream');
    expect(two).toBe('{service_name=~"payments|a\\\\.b"} |= "x"');
    expect(chosen(two, 'service_name').included).toEqual(['payments', 'a.b']);
    expect(toggled(toggled(two, 'service_name', 'a.b', 'stream'), 'service_name', 'payments', 'stream')).toBe('{service_name=~".+"} |= "x"');
  });
  it('shut values out, which a selector alone may not do', () => {
    const out = toggled(DEFAULT_QUERY, 'level', 'info', 'stream', true);
    expect(out).toBe('{service_name=~".+", level!="info"}');
    expect(toggled(out, 'level', 'debug', 'stream', true)).toBe('{service_name=~".+", level!~"info|debug"}');
    expect(toggled(out, 'level', 'info', 'stream')).toBe('{level="info"}');
  });
  it('put fields behind the bar, and the parser they need before them', () => {
    expect(toggled('{a="b"}', 'route', '/pay', 'field')).toBe('{a="b"} | route="/pay"');
    const parsed = toggled('{a="b"} |= "x"', 'route', '/pay', 'json');
    expect(parsed).toBe('{a="b"} |= "x" | json | route="/pay"');
    expect(toggled(parsed, 'user', 'u1', 'json')).toBe('{a="b"} |= "x" | json | route="/pay" | user="u1"');
    expect(only(parsed, 'route', '/x', 'json')).toBe('{a="b"} |= "x" | json | route="/x"');
    expect(only(parsed, 'route', '/x', 'json', true)).toBe('{a="b"} |= "x" | json | route="/pay" | route!="/x"');
  });
  it('leave alone what they did not write', () => {
    expect(chosen('{a="b"} | route=~"/pay/.+"', 'route')).toEqual({ included: [], excluded: [] });
    expect(toggled('{a="b"} | route=~"/pay/.+"', 'route', '/x', 'field')).toBe('{a="b"} | route=~"/pay/.+" | route="/x"');
  });
  it('quote what has quotes', () => {
    const query = toggled(DEFAULT_QUERY, 'a', 'quo"te\\', 'stream');
    expect(chosen(query, 'a').included).toEqual(['quo"te\\']);
    expect(serviceOf('{service_name="payments", a="b"}')).toBe('payments');
    expect(serviceOf('{service_name=~"payments|orders"}')).toBeNull();
  });
});

describe('queries made of a query', () => {
  it('count values without the own filter', () => {
    expect(without('{a="b", level="error"} | route="/x" |= "y"', ['level', 'route'])).toBe('{a="b"} |= "y"');
    expect(counting('{a="b"} |= "x"', 'stream')).toBe('{a="b"} |= "x"');
    expect(countQuery('{a="b"}', ['level'], 'stream', 3600.2, 12)).toBe('topk(12, sum by (level) (count_over_time({a="b"} [3601s])))');
    expect(countQuery('{a="b"}', ['error_type', 'exception_type'], 'json', 60, 12)).toBe('topk(12, sum by (error_type, exception_type) (count_over_time({a="b"} | json | drop __error__, __error_details__ | error_type!="" or exception_type!="" [60s])))');
  });
  it('find the source of a record', () => {
    expect(streamQuery({ service_name: 'a', level: 'error', empty: '' })).toBe('{service_name="a", level="error"}');
    expect(withStage(streamQuery({ service_name: 'a', level: 'error' }, ['level']), '| x="y"')).toBe('{service_name="a"} | x="y"');
    expect(streamQuery({ level: '' })).toBe(DEFAULT_QUERY);
  });
  it('know whether they look into lines', () => expect(['{service_name=~".+"}', '{service_name=~"a|b", level!="info"}', '{service_name="a"} |= "x"', '{app="a"}', '{service_name=~"a.+"}'].map(isBroad)).toEqual([true, true, false, false, false]));
  it('know what was looked for', () => expect(needles('{a="b"} |= "x" or `y` != "z" | json |= ""')).toEqual(['x', 'y']));
  it('lead to traces', () => expect(tracesOfError('A"B', 'pay')).toBe('{ resource.service.name = "pay" && (span.error.type = "A\\"B" || event.exception.type = "A\\"B") }'));
  it('lead to traces by status', () => expect(tracesOfError('503', null)).toBe('{ (span.error.type = "503" || event.exception.type = "503" || span.http.response.status_code = 503) }'));
});

describe('records', () => {
  it('of all streams come newest first, with nanoseconds, fields apart and keys that last', () => {
    const streams = [{ stream: { level: 'info' }, values: [['1795241380000000001', 'a'], ['1795241380000000003', 'c'], ['1795241380000000003', 'c']] }, { stream: { level: 'ERROR' }, values: [['1795241380000000002', 'b', { structuredMetadata: { trace_id: 'x' }, parsed: { route: '/' } }]] }] as Parameters<typeof flatten>[0];
    const rows = flatten(streams);
    expect(rows.map((row) => row.line)).toEqual(['c', 'c', 'b', 'a']);
    expect(rows[2]).toMatchObject({ level: 'error', fields: { trace_id: 'x', route: '/' }, labels: { level: 'ERROR' } });
    expect(rows[2]?.parsed.has('route')).toBe(true);
    expect(new Set(rows.map((row) => row.key)).size).toBe(4);
    expect(flatten([...streams].reverse()).map((row) => row.key)).toEqual(rows.map((row) => row.key));
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
