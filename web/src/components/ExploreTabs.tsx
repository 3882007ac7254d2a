import { Link } from '@tanstack/react-router';
import { useText } from '../messages';

const TABS = [['explore', '/explore'], ['cardinality', '/explore/cardinality'], ['targets', '/explore/targets']] as const;

/** The three pages about metrics: what they say, how many there are, where they are scraped. */
export function ExploreTabs() {
  const t = useText();
  return (
    <nav className="tabs" aria-label={t.metrics.tabs.label}>
      {TABS.map(([id, to]) => (
        <Link key={id} to={to} activeOptions={{ exact: true, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>{t.metrics.tabs[id]}</Link>
      ))}
    </nav>
  );
}
