import type { Severity } from '../api/bongsu';
import { useText } from '../messages';

const FIRE = 'M4 .4c.5 2.3 3.5 3.9 3.5 7.4a3.5 3.5 0 0 1-7 0c0-1.6.8-2.6 1.5-3.7.3.8.6 1.2 1.1 1.5C3.2 3.9 3.1 2.2 4 .4Z';

/** Five small fires, lit as on the old relay: five for SEV-1 down to one for "all is well". */
export function Fires({ lit, tone = '' }: { lit: number; tone?: 'hot' | 'calm' | '' }) {
  return (
    <svg className={`fires ${tone}`} viewBox="-0.5 0 46.5 13.5" aria-hidden="true">
      {[0, 1, 2, 3, 4].map((i) => (
        <path key={i} className={i < lit ? 'on' : 'off'} transform={`translate(${(i * 9.3).toFixed(1)} 1)`} d={FIRE} />
      ))}
    </svg>
  );
}

export const firesFor = (severity: Severity | null): number => (severity === null ? 1 : 6 - severity);

export function SeverityWord({ severity }: { severity: Severity }) {
  const t = useText();
  return (
    <span className={`sev s${severity}`}>
      <Fires lit={firesFor(severity)} />
      {t.severity(severity)}
    </span>
  );
}
