/** Traces with spans behind one class of errors: by their error.type, by their exceptions, or by the HTTP status that stands for a class. */
export function tracesOfError(errorClass: string, service: string | null): string {
  const named = JSON.stringify(errorClass);
  const kinds = [`span.error.type = ${named}`, `event.exception.type = ${named}`];
  if (/^\d{3}$/.test(errorClass))
    kinds.push(`span.http.response.status_code = ${errorClass}`);
  const failed = `(${kinds.join(' || ')})`;
  return service === null ? `{ ${failed} }` : `{ resource.service.name = ${JSON.stringify(service)} && ${failed} }`;
}
