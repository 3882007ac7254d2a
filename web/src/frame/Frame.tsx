import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { Icon } from '../components/icons';
import { PanelSkeleton } from '../components/states';
import { useText } from '../messages';
import { fittingPreset } from '../time/range';
import { InitialRange, useNow, useView } from '../time/view';
import { dataSince, useNowData, useSession } from './data';
import { useKeys } from './keys';
import { Rail, TabBar } from './Rail';
import { useTheme } from './theme';
import { TopBar } from './TopBar';

const Palette = lazy(() => import('./Palette'));
const KeyHelp = lazy(() => import('./KeyHelp'));
const Login = lazy(() => import('../pages/login/Login'));

/** Rail, top bar and phone bar around every page; the login page when the server asks for a token. */
export function Frame() {
  const t = useText();
  const session = useSession();
  if (session.data?.authRequired && !session.data.authenticated) {
    return (
      <Suspense fallback={null}>
        <Login />
      </Suspense>
    );
  }
  return (
    <>
      <a className="skip" href="#main">{t.skip}</a>
      <SignedIn />
    </>
  );
}

function SignedIn() {
  const t = useText();
  const now = useNowData();
  const { view } = useView();
  const session = useSession();
  const { toggleTheme } = useTheme();
  const notes = (session.data?.notes ?? []).map((note) => (session.data?.demo && note.startsWith('Demo profile') ? t.demoNote : note));
  const [dialog, setDialog] = useState<'palette' | 'keys' | null>(null);
  const palette = useCallback(() => setDialog('palette'), []);
  const help = useCallback(() => setDialog('keys'), []);
  const close = useCallback(() => setDialog(null), []);
  useKeys({ palette, help, theme: toggleTheme });
  // Without a chosen range, pages ask for what Now says there is: asking for the hour first would load everything twice.
  const ready = view.from !== undefined || !now.isPending;
  const since = dataSince(now.data);
  const from = fittingPreset(since, now.data?.asOfMs ?? 0);
  const initial = useMemo(() => ({ from, dataSinceMs: since }), [from, since]);
  return (
    <InitialRange value={initial}>
      <div className="app">
        <Rail now={now.data} />
        <div>
          <TopBar openPalette={palette} />
          <main className="main" id="main" tabIndex={-1}>
            {now.error !== null && now.data !== undefined && <Stale sinceMs={now.dataUpdatedAt} />}
            {notes.map((note) => (
              <div key={note} className="hint">
                <Icon name="info" />
                <span>{note}</span>
              </div>
            ))}
            <Suspense fallback={<PanelSkeleton lines={8} />}>
              {ready ? <Outlet /> : <PanelSkeleton lines={8} />}
            </Suspense>
          </main>
        </div>
        <TabBar now={now.data} />
        <Suspense fallback={null}>
          {dialog === 'palette' && <Palette close={close} />}
          {dialog === 'keys' && <KeyHelp close={close} />}
        </Suspense>
      </div>
    </InitialRange>
  );
}

function Stale({ sinceMs }: { sinceMs: number }) {
  const t = useText();
  const now = useNow(5000);
  return (
    <div className="partial stale" role="status">
      <Icon name="warn" className="s" />
      <span>{t.state.stale(now - sinceMs)}</span>
    </div>
  );
}
