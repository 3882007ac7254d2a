/** A reply that is not 2xx, or none at all (status 0), with the server's own words. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly path: string,
  ) {
    super(message);
    this.name = 'ApiFailure';
  }
}

export type Params = Record<string, string | number | undefined>;

export function withParams(path: string, params: Params = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) if (value !== undefined && value !== '') search.set(key, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

export async function getJson<T>(path: string, params?: Params, signal?: AbortSignal): Promise<T> {
  return send<T>(withParams(path, params), { method: 'GET', ...(signal ? { signal } : {}), headers: { Accept: 'application/json' } });
}

export async function sendJson<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  return send<T>(path, { method, headers: { Accept: 'application/json', 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) });
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiFailure(0, 'unreachable', error instanceof Error ? error.message : String(error), path);
  }
  if (!response.ok) throw await failure(response, path);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiFailure(response.status, 'notJson', 'The reply is not JSON.', path);
  }
}

/** Reads the three error shapes: ours, Prometheus', and plain text (Loki, Tempo, proxies). */
async function failure(response: Response, path: string): Promise<ApiFailure> {
  const text = (await response.text().catch(() => '')).slice(0, 2000);
  try {
    const body = JSON.parse(text) as { error?: { code?: string; message?: string } | string; errorType?: string; message?: string };
    if (typeof body.error === 'object') return new ApiFailure(response.status, body.error.code ?? '', body.error.message ?? '', path);
    return new ApiFailure(response.status, body.errorType ?? '', body.error ?? body.message ?? text, path);
  } catch {
    return new ApiFailure(response.status, '', text.trim() || response.statusText, path);
  }
}
