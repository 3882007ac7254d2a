// The queries run on this browser, newest first. Broken or full storage means no history, never a broken page.

const STORED = 'bongsu.queries';
const MOST = 30;

export function readHistory(storage: Pick<Storage, 'getItem'> | undefined): string[] {
  try {
    const found: unknown = JSON.parse(storage?.getItem(STORED) ?? '[]');
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export const withQueries = (history: readonly string[], asked: readonly string[]): string[] => [...new Set([...asked.filter((one) => one !== ''), ...history])].slice(0, MOST);

export function writeHistory(storage: Pick<Storage, 'setItem'> | undefined, history: readonly string[]): void {
  try {
    storage?.setItem(STORED, JSON.stringify(history));
  } catch {
    // Full or forbidden: the history is a convenience.
  }
}
