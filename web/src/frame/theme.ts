import { createTheme, type CSSVariablesResolver } from '@mantine/core';
import { useCallback, useSyncExternalStore } from 'react';

// Mantine's controls wear the tokens: every colour and size it uses is one of our variables.
export const theme = createTheme({
  fontFamily: 'var(--font-sans)',
  fontFamilyMonospace: 'var(--font-mono)',
  defaultRadius: 'var(--r-2)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: 'var(--fs-small)', sm: 'var(--fs-body)', md: 'var(--fs-base)', lg: 'var(--fs-lead)', xl: 'var(--fs-claim)' },
  spacing: { xs: 'var(--s-2)', sm: 'var(--s-3)', md: 'var(--s-4)', lg: 'var(--s-5)', xl: 'var(--s-6)' },
});

const colours = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-3)',
  '--mantine-color-placeholder': 'var(--ink-3)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--surface-3)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
};

export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: colours, dark: colours });

const STORED = 'bongsu.theme';
export type Theme = 'light' | 'dark';
const listeners = new Set<() => void>();

const system = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const current = (): Theme => {
  const stored = localStorage.getItem(STORED);
  return stored === 'light' || stored === 'dark' ? stored : system();
};

/** Puts a stored choice on the page before the first paint; without one the system decides. */
export function applyTheme(): void {
  const stored = localStorage.getItem(STORED);
  if (stored === 'light' || stored === 'dark') document.documentElement.dataset['theme'] = stored;
}

export function useTheme(): { theme: Theme; toggleTheme: () => void } {
  const subscribe = useCallback((listener: () => void) => {
    const media = matchMedia('(prefers-color-scheme: dark)');
    media.addEventListener('change', listener);
    listeners.add(listener);
    return () => {
      media.removeEventListener('change', listener);
      listeners.delete(listener);
    };
  }, []);
  const value = useSyncExternalStore(subscribe, current);
  const toggleTheme = useCallback(() => {
    localStorage.setItem(STORED, current() === 'dark' ? 'light' : 'dark');
    applyTheme();
    for (const listener of listeners) listener();
  }, []);
  return { theme: value, toggleTheme };
}
