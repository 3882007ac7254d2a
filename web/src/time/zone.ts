// Clock times in the viewer's zone (or UTC when `tz=utc`), formatted once per zone: Intl formatters are slow to make.

export type Zone = 'browser' | 'utc';

interface Formatters {
  time: Intl.DateTimeFormat;
  seconds: Intl.DateTimeFormat;
  day: Intl.DateTimeFormat;
  name: string;
}

const cache = new Map<string, Formatters>();

function formatters(zone: Zone, lang: string): Formatters {
  const key = `${zone}/${lang}`;
  const known = cache.get(key);
  if (known) return known;
  const timeZone = zone === 'utc' ? 'UTC' : undefined;
  const made: Formatters = {
    time: new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    seconds: new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    day: new Intl.DateTimeFormat(lang === 'ko' ? 'ko-KR' : 'en-GB', { timeZone, day: 'numeric', month: 'short' }),
    name: zoneName(timeZone),
  };
  cache.set(key, made);
  return made;
}

function zoneName(timeZone: string | undefined): string {
  if (timeZone === 'UTC') return 'UTC';
  const used = new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone;
  // Node and browsers name Korea's zone "GMT+9"; readers know it as KST.
  if (used === 'Asia/Seoul') return 'KST';
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' }).formatToParts(0);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? used;
}

export const clockTime = (ms: number, zone: Zone): string => formatters(zone, 'en').time.format(ms);
export const clockSeconds = (ms: number, zone: Zone): string => formatters(zone, 'en').seconds.format(ms);
export const clockMillis = (ms: number, zone: Zone): string => `${clockSeconds(ms, zone)}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;
export const dayMonth = (ms: number, zone: Zone, lang: string): string => formatters(zone, lang).day.format(ms);
export const zoneLabel = (zone: Zone): string => formatters(zone, 'en').name;
export const utcText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

/** "14:26", or "19 Nov 14:26" when it is another day than the reader's. */
export function shortTime(ms: number, nowMs: number, zone: Zone, lang: string): string {
  const day = dayMonth(ms, zone, lang);
  return day === dayMonth(nowMs, zone, lang) ? clockTime(ms, zone) : `${day} ${clockTime(ms, zone)}`;
}
