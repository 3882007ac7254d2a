import { useEffect, useState } from 'react';

/** A text field that follows the address bar until somebody types into it. */
export function useDraft(value: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return [draft, setDraft];
}
