import type { ViewState } from '../../time/view';

/** "250ms", "1.5s", "2m" as TraceQL takes them; null when it is not a duration. */
export function duration(text: string): string | null {
  const match = /^\s*(\d{1,9}(?:\.\d{1,6})?)\s*(us|µs|ms|s|m)\s*$/.exec(text);
  return match ? `${match[1] ?? ''}${match[2] === 'µs' ? 'us' : (match[2] ?? '')}` : null;
}

/** The search form as TraceQL; a query written by hand wins. */
export function traceqlOf(view: Pick<ViewState, 'q' | 'service' | 'name' | 'min' | 'status'>): string {
  if (view.q !== undefined && view.q.trim() !== '') return view.q.trim();
  const parts: string[] = [];
  if (view.service) parts.push(`resource.service.name = ${JSON.stringify(view.service)}`);
  if (view.name) parts.push(`name = ${JSON.stringify(view.name)}`);
  const min = view.min ? duration(view.min) : null;
  if (min !== null) parts.push(`duration > ${min}`);
  if (view.status === 'error') parts.push('status = error');
  if (view.status === 'ok') parts.push('status != error');
  return parts.length === 0 ? '{}' : `{ ${parts.join(' && ')} }`;
}
