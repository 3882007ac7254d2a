import { describe, expect, it } from 'vitest';
import { parseInline, parseMarkdown, safeHref } from './markdown';

describe('markdown', () => {
  it('reads headings, lists, code and paragraphs', () => {
    const blocks = parseMarkdown('# Title\n\ntext one\ntext two\n\n1. first\n2. second\n   more\n\n```\n# not a title\n```\n- a\n');
    expect(blocks.map((block) => block.kind)).toEqual(['heading', 'paragraph', 'list', 'code', 'list']);
    expect(blocks[2]).toMatchObject({ ordered: true, items: [[{ text: 'first' }], [{ text: 'second more' }]] });
    expect(blocks[3]).toEqual({ kind: 'code', text: '# not a title' });
  });
  it('keeps HTML as text', () => expect(parseMarkdown('<script>alert(1)</script>')).toEqual([{ kind: 'paragraph', inlines: [{ kind: 'text', text: '<script>alert(1)</script>' }] }]));
  it.each(['javascript:alert(1)', 'JaVaScRiPt:x', 'data:text/html,x', '//evil.example', '/\\evil.example', 'vbscript:x', ' javascript:x'])('never links to %s', (href) => {
    expect(safeHref(href)).toBe(false);
    expect(parseInline(`[x](${href})`).some((part) => part.kind === 'link')).toBe(false);
  });
  it.each(['https://a.example', '/services/x', '#top', 'mailto:a@b.example'])('links to %s', (href) => expect(parseInline(`[x](${href})`)).toEqual([{ kind: 'link', text: 'x', href }]));
  it('ends on anything, also an open fence or hostile brackets', () => {
    for (const text of ['```', '[[[['.repeat(5000), '**'.repeat(5000), '`', '- ', '#', '\0']) expect(Array.isArray(parseMarkdown(text))).toBe(true);
  });
});
