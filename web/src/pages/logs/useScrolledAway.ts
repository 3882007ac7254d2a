import { useEffect, useState } from 'react';

const FAR_PX = 400;

/** Whether somebody has scrolled down to read: then nothing is put in above. */
export function useScrolledAway(): boolean {
  const [away, setAway] = useState(false);
  useEffect(() => {
    const watch = () => setAway(scrollY > FAR_PX);
    watch();
    addEventListener('scroll', watch, { passive: true });
    return () => removeEventListener('scroll', watch);
  }, []);
  return away;
}
