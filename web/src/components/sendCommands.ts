/** The commands that make any OpenTelemetry program send here. */
export function sendCommands(host: string, service: string): string {
  return `export OTEL_SERVICE_NAME=${service}\nexport OTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:4318\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`;
}
