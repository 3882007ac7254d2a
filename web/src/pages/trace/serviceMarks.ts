// A mark of its own for each service. Not a state, so no red, amber or green, and never the only sign: the name stands beside it.

export const MARKS = 10;

/** The same name has the same mark in every trace, unless two of a trace would share one: then the later in the alphabet moves on. */
export function marksOf(services: readonly string[]): ReadonlyMap<string, number> {
  const taken = new Set<number>();
  const marks = new Map<string, number>();
  for (const service of [...services].sort()) {
    let mark = hash(service) % MARKS;
    for (let tries = 0; taken.has(mark) && tries < MARKS; tries++) mark = (mark + 1) % MARKS;
    taken.add(mark);
    marks.set(service, mark);
  }
  return marks;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
