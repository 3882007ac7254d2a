import type { Waterfall } from './waterfall';

const COLUMNS = 500;

/** The whole trace as three paths of a box of 500 × lines: all spans, the failed ones, the critical path. Bounded by the box, whatever the trace. */
export function minimapPaths({ trace, order, segments }: Waterfall, lines: number): { all: string; failed: string; path: string } {
  const all = new Grid(lines);
  const failed = new Grid(lines);
  const path = new Grid(lines);
  const total = trace.totalNanos;
  for (const [i, row] of order.entries()) {
    const span = trace.spans[row];
    if (!span) continue;
    const line = order.length <= lines ? i : Math.floor((i / order.length) * lines);
    (span.failed ? failed : all).mark(line, span.from / total, span.to / total);
    for (const segment of segments.get(row) ?? []) path.mark(line, segment.from / total, segment.to / total);
  }
  return { all: all.path(), failed: failed.path(), path: path.path() };
}

class Grid {
  private readonly cells: Uint8Array;

  constructor(private readonly lines: number) {
    this.cells = new Uint8Array(lines * COLUMNS);
  }

  mark(line: number, from: number, to: number): void {
    const first = Math.max(0, Math.min(COLUMNS - 1, Math.floor(from * COLUMNS)));
    const last = Math.max(first, Math.min(COLUMNS - 1, Math.ceil(to * COLUMNS) - 1));
    this.cells.fill(1, line * COLUMNS + first, line * COLUMNS + last + 1);
  }

  path(): string {
    let out = '';
    for (let line = 0; line < this.lines; line++) {
      for (let from = 0; from < COLUMNS; from++) {
        if (this.cells[line * COLUMNS + from] === 0) continue;
        let to = from;
        while (to + 1 < COLUMNS && this.cells[line * COLUMNS + to + 1] === 1) to++;
        out += `M${from} ${line + 0.5}h${to - from + 1}`;
        from = to;
      }
    }
    return out;
  }
}
