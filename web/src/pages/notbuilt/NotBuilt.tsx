import { useLocation } from '@tanstack/react-router';
import { Lead } from '../../components/Lead';
import { curlOf } from '../../components/links';
import { PAGES } from '../../frame/pages';
import { useText } from '../../messages';

/** Says honestly that a page does not exist yet, and where its data is. */
export default function NotBuilt() {
  const t = useText();
  const path = useLocation({ select: (location) => location.pathname });
  const page = PAGES.find((entry) => entry.to === path);
  if (!page) return null;
  return (
    <>
      <Lead sentence={t.notBuilt.title(t.nav[page.id])}><p>{t.notBuilt.why}</p></Lead>
      <section className="panel"><div className="void">{t.notBuilt.sub}<pre>{curlOf(page.api)}</pre></div></section>
    </>
  );
}
