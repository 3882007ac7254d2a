/** Traces of requests that failed with a class of error, as their spans or their exceptions name it. */
export function tracesOfError(errorClass: string, service: string | null): string {
  const named = JSON.stringify(errorClass);
  const failed = `(span.error.type = ${named} || event.exception.type = ${named})`;
  return service === null ? `{ ${failed} }` : `{ resource.service.name = ${JSON.stringify(service)} && ${failed} }`;
}
