// Where the server's parser stopped: "invalid parameter "query": 1:17: parse error: unexpected …".

export interface Problem { line: number; column: number; message: string }

export function problemOf(error: unknown): Problem | null {
  const text = error instanceof Error ? error.message : String(error);
  const match = /(?:^|[\s:])(\d{1,5}):(\d{1,6}): parse error: (.+)$/s.exec(text);
  return match ? { line: Number(match[1]), column: Number(match[2]), message: (match[3] ?? '').trim() } : null;
}

/** The offset of a place in a text, inside it whatever the server says. */
export function offsetOf(text: string, problem: Problem): number {
  const lines = text.split('\n');
  const line = Math.min(lines.length, Math.max(1, problem.line));
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return before + Math.min(lines[line - 1]?.length ?? 0, Math.max(0, problem.column - 1));
}

/** Line and column of an offset, both from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.min(text.length, Math.max(0, offset))).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
