import { Link } from '@tanstack/react-router';
import { Icon } from '../../components/icons';
import { PAGES, PHONE_TABS } from '../../frame/pages';
import { useTheme } from '../../frame/theme';
import { useLang } from '../../messages';

/** The pages that do not fit the phone's bottom bar, with language and theme. */
export default function More() {
  const { text: t, toggle } = useLang();
  const { toggleTheme } = useTheme();
  return (
    <>
      <h1 className="sr">{t.nav.more}</h1>
      <section className="panel">
        <ul className="rows more">
          {PAGES.filter((page) => !PHONE_TABS.includes(page.id)).map((page) => (
            <li key={page.id}><Link to={page.to}><Icon name={page.icon} />{t.nav[page.id]}</Link></li>
          ))}
          <li><button type="button" onClick={toggle}><Icon name="info" />{t.otherLang.label}</button></li>
          <li><button type="button" onClick={toggleTheme}><Icon name="moon" />{t.top.theme}</button></li>
        </ul>
      </section>
    </>
  );
}
