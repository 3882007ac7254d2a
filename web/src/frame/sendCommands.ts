import { useSession } from './data';

const USUAL_PORT = 4318;

/** The commands that make any OpenTelemetry program send here: to the host that the page came from, and the port that takes OTLP there. */
export function useSendCommands(service = 'my-service'): string {
  const port = useSession().data?.otlpHttpPort ?? USUAL_PORT;
  return `export OTEL_SERVICE_NAME=${service}\nexport OTEL_EXPORTER_OTLP_ENDPOINT=http://${location.hostname}:${port}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`;
}
