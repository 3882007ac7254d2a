import type { Problem } from '../metrics/problem';

/** Where the server's LogQL parser stopped: "parse error at line 1, col 17: …". */
export function problemOf(error: unknown): Problem | null {
  const text = error instanceof Error ? error.message : String(error);
  const match = /parse error at line (\d{1,5}), col (\d{1,6}): (.+)$/s.exec(text);
  if (match) return { line: Number(match[1]), column: Number(match[2]), message: (match[3] ?? '').trim() };
  const plain = /^parse error\s*: (.+)$/s.exec(text);
  return plain ? { line: 1, column: 1, message: (plain[1] ?? '').trim() } : null;
}
