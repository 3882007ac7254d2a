import { describe, expect, it } from 'vitest';
import { parseExpr, quote, selectorsOf, unquote, writeSelector } from './syntax';

describe('promql', () => {
  it('is read as far as it is understood', () => {
    expect(parseExpr('sum by (a, "b.c") (rate(m{x!~"1|2"}[5m])) / 2')).toEqual({
      kind: 'binary', op: '/', plain: true, right: { kind: 'number', value: 2 },
      left: { kind: 'aggregate', op: 'sum', without: false, labels: ['a', 'b.c'], args: [{ kind: 'call', name: 'rate', args: [{ kind: 'selector', metric: 'm', window: '5m', filters: [{ label: 'x', op: '!~', value: '1|2' }] }] }] },
    });
    expect(parseExpr('rate(m[5m] @ end())')).toEqual({ kind: 'call', name: 'rate', args: [{ kind: 'other' }] });
    expect(parseExpr('a / on (x) b')).toMatchObject({ kind: 'binary', plain: false });
    expect(selectorsOf(parseExpr('a + sum(b)') ?? { kind: 'other' }).map((one) => one.metric)).toEqual(['a', 'b']);
  });
  it.each(['', '  ', 'sum(', 'a b', '{', 'm[5m', '# only a comment', '\u0000', '}}}}'])('%j is not an expression', (text) => expect(parseExpr(text)).toBeNull());
  it('quotes and unquotes alike', () => {
    for (const text of ['', 'plain', 'a"b', 'back\\slash', 'line\nbreak', '한글 🔥']) expect(unquote(quote(text))).toBe(text);
    expect(unquote("'it\\'s \\x41\\u0042\\t'")).toBe("it's AB\t");
    expect(unquote('`raw\\n`')).toBe('raw\\n');
  });
  it('writes names that are no plain words in quotes', () => {
    expect(writeSelector('up', [])).toBe('up');
    expect(writeSelector('http.requests', [{ label: 'k8s.pod', op: '=', value: 'a' }])).toBe('{"http.requests", "k8s.pod"="a"}');
  });
});
