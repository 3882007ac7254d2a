// A small Markdown reader for runbooks: headings, lists, code, paragraphs, links, bold. It makes a tree of texts, never HTML, so nothing in a file can run.

export type Inline = { kind: 'text' | 'code' | 'bold'; text: string } | { kind: 'link'; text: string; href: string };
export type Block =
  | { kind: 'heading'; level: 2 | 3 | 4; inlines: Inline[] }
  | { kind: 'paragraph'; inlines: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'rule' };

const MAX_CHARS = 200_000;

export function parseMarkdown(source: string): Block[] {
  const lines = source.slice(0, MAX_CHARS).replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i] ?? '';
    if (line.trim() === '') i++;
    else if (line.startsWith('```')) i = readCode(lines, i, blocks);
    else if (/^#{1,6}\s/.test(line)) {
      const marks = /^#+/.exec(line)?.[0].length ?? 1;
      blocks.push({ kind: 'heading', level: marks <= 2 ? 2 : marks === 3 ? 3 : 4, inlines: parseInline(line.replace(/^#+\s+/, '').replace(/\s+#+$/, '')) });
      i++;
    } else if (/^(-{3,}|\*{3,})\s*$/.test(line)) {
      blocks.push({ kind: 'rule' });
      i++;
    } else if (isItem(line)) i = readList(lines, i, blocks);
    else i = readParagraph(lines, i, blocks);
  }
  return blocks;
}

const isItem = (line: string): boolean => /^\s{0,3}([-*+]|\d{1,4}[.)])\s+/.test(line);

function readCode(lines: readonly string[], start: number, blocks: Block[]): number {
  let end = start + 1;
  while (end < lines.length && !(lines[end] ?? '').startsWith('```')) end++;
  blocks.push({ kind: 'code', text: lines.slice(start + 1, end).join('\n') });
  return end + 1;
}

function readList(lines: readonly string[], start: number, blocks: Block[]): number {
  const ordered = /^\s*\d/.test(lines[start] ?? '');
  const items: string[] = [];
  let i = start;
  for (; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (isItem(line)) items.push(line.replace(/^\s*([-*+]|\d+[.)])\s+/, ''));
    else if (/^\s{2,}\S/.test(line)) items[items.length - 1] += ` ${line.trim()}`;
    else break;
  }
  blocks.push({ kind: 'list', ordered, items: items.map(parseInline) });
  return i;
}

function readParagraph(lines: readonly string[], start: number, blocks: Block[]): number {
  let end = start;
  while (end < lines.length && (lines[end] ?? '').trim() !== '' && !(end > start && (isItem(lines[end] ?? '') || /^(```|#{1,6}\s)/.test(lines[end] ?? '')))) end++;
  blocks.push({ kind: 'paragraph', inlines: parseInline(lines.slice(start, end).join(' ')) });
  return end;
}

const INLINE = /`([^`]{1,2000})`|\*\*([^*]{1,2000})\*\*|\[([^\][]{1,500})\]\(([^()\s]{1,2000})\)/g;

export function parseInline(text: string): Inline[] {
  const out: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) out.push({ kind: 'text', text: text.slice(at, match.index) });
    const [whole, code, bold, label, href] = match;
    if (code !== undefined) out.push({ kind: 'code', text: code });
    else if (bold !== undefined) out.push({ kind: 'bold', text: bold });
    else if (label !== undefined && href !== undefined && safeHref(href)) out.push({ kind: 'link', text: label, href });
    else out.push({ kind: 'text', text: whole });
    at = match.index + whole.length;
  }
  if (at < text.length) out.push({ kind: 'text', text: text.slice(at) });
  return out;
}

/** http, https, mailto and paths of this site; everything else, javascript: above all, stays plain text. */
export function safeHref(href: string): boolean {
  return /^(https?:\/\/|mailto:)/i.test(href) || /^\/(?!\/|\\)/.test(href) || /^#/.test(href);
}
