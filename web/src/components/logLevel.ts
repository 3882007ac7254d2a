export type LevelTone = 'bad' | 'warn' | '';

/** How loud a level is; unknown words are quiet. */
export function levelTone(level: string): LevelTone {
  if (/^(error|err|fatal|critical|panic|alert|emerg)/i.test(level)) return 'bad';
  return /^warn/i.test(level) ? 'warn' : '';
}
