import { Link, useLocation } from '@tanstack/react-router';
import { Icon } from '../components/icons';
import { useLang, useText } from '../messages';
import { isRelative } from '../time/range';
import { DEFAULT_REFRESH, refreshMs, useView } from '../time/view';
import { PAGES } from './pages';
import { useTheme } from './theme';
import { TimePicker } from './TimePicker';

export function TopBar({ openPalette }: { openPalette: () => void }) {
  const t = useText();
  const { toggle } = useLang();
  const { toggleTheme } = useTheme();
  return (
    <section className="top" aria-label={t.top.bar}>
      <Breadcrumb />
      <span className="gap" />
      <button type="button" className="btn search dk" onClick={openPalette} aria-label={t.top.search}>
        <Icon name="search" />
        <span className="lbl">{t.top.search}</span>
        <kbd>⌘K</kbd>
      </button>
      <TimePicker />
      <LiveButton />
      <button type="button" className="btn icon dk" title={t.otherLang.label} aria-label={t.otherLang.label} onClick={toggle}>
        {t.otherLang.short}
      </button>
      <button type="button" className="btn icon dk" title={t.top.theme} aria-label={t.top.theme} onClick={toggleTheme}>
        <Icon name="moon" />
      </button>
    </section>
  );
}

function LiveButton() {
  const t = useText();
  const { view, setView } = useView();
  const live = isRelative(view.to) && refreshMs(view.refresh) !== null;
  return (
    <button
      type="button"
      className="btn dk"
      aria-pressed={live}
      title={live ? t.top.liveHint(view.refresh ?? DEFAULT_REFRESH) : t.top.pausedHint}
      onClick={() => setView(live ? { refresh: 'off' } : { refresh: undefined, ...(isRelative(view.to) ? {} : { from: undefined, to: undefined }) })}
    >
      <span className={live ? 'live' : 'live off'} />
      {live ? t.top.live : t.top.paused}
    </button>
  );
}

/** Where am I: the page's name, and what is open on it. */
function Breadcrumb() {
  const t = useText();
  const path = useLocation({ select: (location) => location.pathname });
  const [first = '', ...rest] = path.split('/').filter((part) => part !== '');
  const page = PAGES.find((entry) => entry.to === `/${first}`);
  const title = page ? t.nav[page.id] : first === 'more' ? t.nav.more : t.nav.now;
  const leaf = rest.map((part) => decodeURIComponent(part)).join('/');
  const short = first === 'explore' && (leaf === 'cardinality' || leaf === 'targets') ? t.metrics.tabs[leaf] : /^[0-9a-f]{32}$/.test(leaf) ? leaf.slice(0, 16) : leaf;
  return (
    <nav className="crumb" aria-label={t.nav.youAreHere}>
      {leaf === '' ? (
        <b>{title}</b>
      ) : (
        <>
          <Link className="ph" to={page?.to ?? '/'}>{title}</Link>
          <span className="ph"><Icon name="chevron" /></span>
          <b>{short}</b>
        </>
      )}
    </nav>
  );
}
