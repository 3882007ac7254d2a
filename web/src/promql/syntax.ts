import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';

// The parts of a PromQL expression the page understands; what it does not is `other`, never a guess.

export type MatchOp = '=' | '!=' | '=~' | '!~';
export interface Filter { label: string; op: MatchOp; value: string }

export type Expr =
  | { kind: 'selector'; metric: string; filters: Filter[]; window: string | null }
  | { kind: 'call'; name: string; args: Expr[] }
  | { kind: 'aggregate'; op: string; labels: string[]; without: boolean; args: Expr[] }
  | { kind: 'binary'; op: string; left: Expr; right: Expr; plain: boolean } // plain: no bool, on, ignoring, group_left, …
  | { kind: 'number'; value: number }
  | { kind: 'other' };

const OTHER: Expr = { kind: 'other' };

/** The expression as a tree, or null when the text is no whole expression. */
export function parseExpr(text: string): Expr | null {
  const tree = parser.parse(text);
  let broken = text.trim() === '';
  tree.iterate({ enter: (node) => { if (node.type.isError) broken = true; } });
  const [top] = children(tree.topNode);
  return broken || !top ? null : toExpr(top, text);
}

/** Every selector of the expression, in order. */
export function selectorsOf(expr: Expr): Extract<Expr, { kind: 'selector' }>[] {
  switch (expr.kind) {
    case 'selector': return [expr];
    case 'call': case 'aggregate': return expr.args.flatMap(selectorsOf);
    case 'binary': return [...selectorsOf(expr.left), ...selectorsOf(expr.right)];
    default: return [];
  }
}

function children(node: SyntaxNode): SyntaxNode[] {
  const out: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name !== 'LineComment') out.push(child);
  return out;
}

function toExpr(node: SyntaxNode, text: string): Expr {
  const of = (child: SyntaxNode) => text.slice(child.from, child.to);
  switch (node.name) {
    case 'ParenExpr': {
      const [inner] = children(node);
      return inner ? toExpr(inner, text) : OTHER;
    }
    case 'VectorSelector': return selector(node, text, null);
    case 'MatrixSelector': {
      const [vector, window] = children(node);
      return vector && window ? selector(vector, text, of(window)) : OTHER;
    }
    case 'NumberDurationLiteral': {
      const value = Number(of(node));
      return Number.isFinite(value) ? { kind: 'number', value } : OTHER;
    }
    case 'FunctionCall': {
      const [name, body] = children(node);
      return name ? { kind: 'call', name: of(name), args: body ? children(body).map((arg) => toExpr(arg, text)) : [] } : OTHER;
    }
    case 'AggregateExpr': return aggregate(node, text);
    case 'BinaryExpr': return binary(node, text);
    default: return OTHER;
  }
}

function aggregate(node: SyntaxNode, text: string): Expr {
  const parts = children(node);
  const op = parts.find((part) => part.name === 'AggregateOp');
  const body = parts.find((part) => part.name === 'FunctionCallBody');
  const modifier = parts.find((part) => part.name === 'AggregateModifier');
  if (!op || !body) return OTHER;
  const [word, grouping] = modifier ? children(modifier) : [];
  const labels = grouping ? children(grouping).map((label) => labelName(label, text)) : [];
  return { kind: 'aggregate', op: text.slice(op.from, op.to).toLowerCase(), labels, without: word?.name === 'Without', args: children(body).map((arg) => toExpr(arg, text)) };
}

function binary(node: SyntaxNode, text: string): Expr {
  const parts = children(node);
  const left = parts[0];
  const right = parts.at(-1);
  const op = parts[1];
  if (!left || !right || !op || parts.length < 3) return OTHER;
  return { kind: 'binary', op: text.slice(op.from, op.to), left: toExpr(left, text), right: toExpr(right, text), plain: parts.length === 3 };
}

function selector(node: SyntaxNode, text: string, window: string | null): Expr {
  let metric = '';
  const filters: Filter[] = [];
  const visit = (part: SyntaxNode): void => {
    if (part.name === 'Identifier') metric = text.slice(part.from, part.to);
    else if (part.name === 'LabelMatchers') children(part).forEach(visit);
    else if (part.name === 'QuotedLabelName') metric = labelName(part, text);
    else if (part.name === 'UnquotedLabelMatcher' || part.name === 'QuotedLabelMatcher') {
      const [label, op, value] = children(part);
      if (!label || !op || !value) return;
      const filter = { label: labelName(label, text), op: text.slice(op.from, op.to) as MatchOp, value: unquote(text.slice(value.from, value.to)) };
      if (filter.label === '__name__' && filter.op === '=' && metric === '') metric = filter.value;
      else filters.push(filter);
    }
  };
  children(node).forEach(visit);
  return { kind: 'selector', metric, filters, window };
}

function labelName(node: SyntaxNode, text: string): string {
  const own = text.slice(node.from, node.to);
  return node.name === 'QuotedLabelName' ? unquote(own) : own;
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** The text a PromQL string literal stands for; back quotes are raw. */
export function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  return inner.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs, (_, x?: string, u?: string, long?: string, one?: string) => {
    const code = x ?? u ?? long;
    if (code !== undefined) return String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(code, 16)));
    return ESCAPES[one ?? ''] ?? one ?? '';
  });
}

export const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const isPlainMetric = (name: string): boolean => /^[A-Za-z_:][A-Za-z0-9_:]*$/.test(name);
const isPlainLabel = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);

export const writeLabel = (name: string): string => (isPlainLabel(name) ? name : quote(name));

/** metric{label="value"}; names that are not plain words are quoted inside the braces. */
export function writeSelector(metric: string, filters: readonly Filter[]): string {
  const plain = isPlainMetric(metric);
  const inside = [...(plain || metric === '' ? [] : [quote(metric)]), ...filters.map((one) => `${writeLabel(one.label)}${one.op}${quote(one.value)}`)];
  return `${plain ? metric : ''}${inside.length === 0 ? '' : `{${inside.join(', ')}}`}`;
}
