import { useLang, useText } from '../messages';
import { useNow, useTimeWindow } from '../time/view';
import { shortTime, utcText } from '../time/zone';

/** A clock time in the reader's zone; UTC on hover. */
export function When({ ms }: { ms: number }) {
  const { lang } = useLang();
  const { zone } = useTimeWindow();
  const now = useNow(60_000);
  return (
    <time dateTime={new Date(ms).toISOString()} title={utcText(ms)}>
      {shortTime(ms, now, zone, lang)}
    </time>
  );
}

/** How long ago; the absolute time on hover. */
export function Ago({ ms, bare = false }: { ms: number; bare?: boolean }) {
  const t = useText();
  const now = useNow(10_000);
  return (
    <time dateTime={new Date(ms).toISOString()} title={utcText(ms)}>
      {bare ? t.span(now - ms) : t.ago(now - ms)}
    </time>
  );
}
