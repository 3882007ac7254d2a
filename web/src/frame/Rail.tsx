import { Link } from '@tanstack/react-router';
import type { Now } from '../api/bongsu';
import { Fires, firesFor } from '../components/Beacon';
import { Icon } from '../components/icons';
import { useText } from '../messages';
import { useSession, worstSeverity } from './data';
import { BELOW_THE_LINE, PAGES, PHONE_TABS, type PageEntry } from './pages';

const badgeOf = (page: PageEntry, now: Now | undefined): number =>
  page.id === 'alerts' ? (now?.firing.length ?? 0) : page.id === 'incidents' ? (now?.incidents.filter((incident) => incident.status !== 'resolved').length ?? 0) : 0;

export function Rail({ now }: { now: Now | undefined }) {
  const t = useText();
  const session = useSession();
  const worst = worstSeverity(now);
  return (
    <nav className="rail" aria-label={t.nav.label}>
      <Link className="brand" to="/">
        Bongsu <small lang="ko">봉수</small>
      </Link>
      <div className="beacon" title={t.beacon.explain}>
        <Fires lit={now?.hasData ? firesFor(worst) : 0} tone={worst !== null && worst <= 3 ? 'hot' : 'calm'} />
        {!now?.hasData ? t.beacon.unknown : worst === null ? t.beacon.calm : t.beacon.open(worst)}
      </div>
      {PAGES.map((page) => (
        <RailEntry key={page.id} page={page} badge={badgeOf(page, now)} ruled={page.id === BELOW_THE_LINE[0]} />
      ))}
      <div className="foot">
        {session.data?.name !== undefined && session.data.name !== '' && <span>{session.data.name}</span>}
        <span>Bongsu {session.data?.version ?? ''}</span>
      </div>
    </nav>
  );
}

function RailEntry({ page, badge, ruled }: { page: PageEntry; badge: number; ruled: boolean }) {
  const t = useText();
  return (
    <>
      {ruled && <hr />}
      <Link className="n" to={page.to} activeProps={{ 'aria-current': 'page' }} activeOptions={{ exact: page.to === '/', includeSearch: false }} title={`g ${page.key}`}>
        <Icon name={page.icon} />
        {t.nav[page.id]}
        {badge > 0 && <b>{badge}</b>}
      </Link>
    </>
  );
}

/** Five thumbs' reach on a phone; the rest of the pages stand on the last one. */
export function TabBar({ now }: { now: Now | undefined }) {
  const t = useText();
  const shown = PAGES.filter((page) => PHONE_TABS.includes(page.id));
  return (
    <nav className="tabbar" aria-label={t.nav.phoneLabel}>
      {shown.map((page) => {
        const badge = badgeOf(page, now);
        return (
          <Link key={page.id} to={page.to} activeProps={{ 'aria-current': 'page' }} activeOptions={{ exact: page.to === '/', includeSearch: false }}>
            <Icon name={page.icon} />
            {t.nav[page.id]}
            {badge > 0 && <em>{badge}</em>}
          </Link>
        );
      })}
      <Link to="/more" activeProps={{ 'aria-current': 'page' }}>
        <Icon name="dots" />
        {t.nav.more}
      </Link>
    </nav>
  );
}
