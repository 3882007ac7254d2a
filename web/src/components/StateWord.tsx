import type { ReactNode } from 'react';
import type { AlertState, ServiceRow, SloRow } from '../api/bongsu';
import { useText } from '../messages';
import { useNow } from '../time/view';
import { Icon, type IconName } from './icons';

export type Tone = 'bad' | 'warn' | 'good' | 'none';
const ICONS: Record<Tone, IconName> = { bad: 'bad', warn: 'warn', good: 'good', none: 'none' };

/** A state is always icon, word and colour together. */
export function StateWord({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`st ${tone}`}>
      <Icon name={ICONS[tone]} />
      {children}
    </span>
  );
}

export function ServiceStateWord({ row }: { row: ServiceRow }) {
  const t = useText();
  const now = useNow(30_000);
  if (row.state === 'noData') return <StateWord tone="none">{row.lastSeenMs === null ? t.serviceState.noData : t.noDataSince(now - row.lastSeenMs)}</StateWord>;
  const tone = row.state === 'failing' ? 'bad' : row.state === 'degraded' ? 'warn' : 'good';
  return <StateWord tone={tone}>{t.serviceState[row.state]}</StateWord>;
}

export function AlertStateWord({ state, page }: { state: AlertState; page: boolean }) {
  const t = useText();
  return <StateWord tone={state === 'firing' ? (page ? 'bad' : 'warn') : state === 'pending' ? 'none' : 'good'}>{t.alertState[state]}</StateWord>;
}

export function SloStateWord({ state }: { state: SloRow['state'] }) {
  const t = useText();
  const tone = state === 'exhausted' ? 'bad' : state === 'burning' ? 'warn' : state === 'ok' ? 'good' : 'none';
  return <StateWord tone={tone}>{t.sloState[state]}</StateWord>;
}
