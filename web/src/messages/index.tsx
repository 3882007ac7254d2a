import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { en, type Messages } from './en';
import { ko } from './ko';

export type Lang = 'en' | 'ko';
const STORED = 'bongsu.lang';

interface LangState {
  text: Messages;
  lang: Lang;
  toggle: () => void;
}

const Context = createContext<LangState>({ text: en, lang: 'en', toggle: () => undefined });

export function initialLang(stored: string | null, preferred: readonly string[]): Lang {
  if (stored === 'en' || stored === 'ko') return stored;
  return preferred[0]?.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}

export function LangProvider({ children }: { children: ReactNode }) {
  const [lang, setLang] = useState<Lang>(() => initialLang(localStorage.getItem(STORED), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  const toggle = useCallback(() => {
    setLang((before) => {
      const next = before === 'en' ? 'ko' : 'en';
      localStorage.setItem(STORED, next);
      return next;
    });
  }, []);
  const value = useMemo(() => ({ text: lang === 'ko' ? ko : en, lang, toggle }), [lang, toggle]);
  return <Context value={value}>{children}</Context>;
}

export const useLang = (): LangState => useContext(Context);
export const useText = (): Messages => useContext(Context).text;
