// A time range as the address bar holds it: `from` and `to` are "now", "now-1h", "now-1d/d", an ISO time or ms since the epoch.
// Relative stays relative, so a shared link of "the last hour" is the reader's last hour.

export interface Range {
  fromMs: number;
  toMs: number;
}

const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export const PRESETS = ['now-5m', 'now-15m', 'now-30m', 'now-1h', 'now-3h', 'now-6h', 'now-12h', 'now-24h', 'now-2d', 'now-7d', 'now-30d'] as const;
export const DEFAULT_FROM = 'now-1h';

/** The shortest preset up to the default that holds all data; the default when there is none or it is older. */
export function fittingPreset(dataSinceMs: number | null, nowMs: number): string {
  if (dataSinceMs === null) return DEFAULT_FROM;
  return PRESETS.slice(0, PRESETS.indexOf(DEFAULT_FROM)).find((preset) => (parseTime(preset, nowMs) ?? nowMs) <= dataSinceMs) ?? DEFAULT_FROM;
}

/** One end of a range in ms, or null when the text means nothing. */
export function parseTime(text: string, nowMs: number): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const relative = /^now(?:([+-])(\d{1,6})([smhdw]))?(?:\/([hd]))?$/.exec(trimmed);
  if (relative) {
    const [, sign, amount, unit, snap] = relative;
    const shift = amount && unit ? Number(amount) * (UNIT_MS[unit] ?? 0) * (sign === '+' ? 1 : -1) : 0;
    const at = nowMs + shift;
    return snap ? startOf(at, snap) : at;
  }
  if (/^\d{12,14}$/.test(trimmed)) return Number(trimmed);
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return null;
  const iso = trimmed.includes('T') ? trimmed : trimmed.replace(' ', 'T');
  const parsed = Date.parse(iso.length === 10 ? `${iso}T00:00` : iso);
  return Number.isNaN(parsed) ? null : parsed;
}

function startOf(atMs: number, unit: string): number {
  const at = new Date(atMs);
  if (unit === 'd') at.setHours(0, 0, 0, 0);
  else at.setMinutes(0, 0, 0);
  return at.getTime();
}

/** The range the two texts mean now. Anything unreadable or upside down falls back to the last hour. */
export function resolveRange(from: string | undefined, to: string | undefined, nowMs: number): Range {
  const toMs = parseTime(to ?? 'now', nowMs) ?? nowMs;
  const fromMs = parseTime(from ?? DEFAULT_FROM, nowMs) ?? toMs - 3_600_000;
  return fromMs < toMs ? { fromMs, toMs } : { fromMs: toMs - 3_600_000, toMs };
}

export const isRelative = (to: string | undefined): boolean => (to ?? 'now').startsWith('now');

/** A step that gives at most `points` points and is a length people read: 1 s, 5 s, 15 s, 1 min, … */
export function stepSeconds(range: Range, points = 240): number {
  const wanted = (range.toMs - range.fromMs) / 1000 / points;
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
  return steps.find((step) => step >= wanted) ?? 86_400;
}

/** Makes the range twice as long around its middle, never past now. */
export function zoomOut(range: Range, nowMs: number): Range {
  const half = range.toMs - range.fromMs;
  const middle = (range.fromMs + range.toMs) / 2;
  const toMs = Math.min(nowMs, middle + half);
  return { fromMs: toMs - 2 * half, toMs };
}

export function shift(range: Range, share: number, nowMs: number): Range {
  const length = range.toMs - range.fromMs;
  const toMs = Math.min(nowMs, range.toMs + length * share);
  return { fromMs: toMs - length, toMs };
}
