import { backward, flatten, type LogRecord, type TailMessage } from '../../api/loki';

// What a live tail has shown so far. Plain values: messages go in, what stands on the page comes out.

/** Lines that are kept on the page; older ones leave it, and are in the store. */
export const KEPT = 2_000;

export interface TailState {
  records: readonly LogRecord[]; // newest first
  waiting: readonly LogRecord[]; // came while the reader had scrolled away
  came: number;
  dropped: number; // the server could not send them in time
  left: number; // waited too long on this page and were let go
}

export const NOTHING: TailState = { records: [], waiting: [], came: 0, dropped: 0, left: 0 };

/** A message of the server; while paused its lines wait. */
export function received(state: TailState, message: TailMessage, paused: boolean): TailState {
  const fresh = flatten(backward(message.streams ?? []));
  const dropped = state.dropped + (message.dropped_count ?? message.dropped_entries?.length ?? 0);
  const came = state.came + fresh.length;
  if (!paused) return { ...state, records: merged(fresh, state.records).slice(0, KEPT), came, dropped };
  const waiting = merged(fresh, state.waiting);
  return { ...state, waiting: waiting.slice(0, KEPT), left: state.left + Math.max(0, waiting.length - KEPT), came, dropped };
}

/** The reader is back at the top. */
export const resumed = (state: TailState): TailState => ({ ...state, records: merged(state.waiting, state.records).slice(0, KEPT), waiting: [] });

/** Late lines stand where their time puts them; one that came twice, after a break of the connection, stands once. */
function merged(fresh: readonly LogRecord[], before: readonly LogRecord[]): LogRecord[] {
  const known = new Set(before.map((record) => record.key));
  const all = [...fresh.filter((record) => !known.has(record.key)), ...before];
  return all.sort((a, b) => (a.unixNano.length === b.unixNano.length ? (a.unixNano < b.unixNano ? 1 : a.unixNano > b.unixNano ? -1 : 0) : b.unixNano.length - a.unixNano.length));
}

/** The newest line's time, from which a broken tail goes on. */
export const lastNano = (state: TailState): string | null => state.waiting[0]?.unixNano ?? state.records[0]?.unixNano ?? null;

const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000];
export const waitMs = (failures: number): number => WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] ?? 10_000;
