import { Link } from '@tanstack/react-router';
import { Lead } from '../../components/Lead';
import { useText } from '../../messages';

export default function Unknown() {
  const t = useText();
  return (
    <Lead sentence={t.state.failedTitle(404)}>
      <p>{t.state.failedNext(404)}</p>
      <p><Link className="link" to="/">{t.nav.now}</Link></p>
    </Lead>
  );
}
