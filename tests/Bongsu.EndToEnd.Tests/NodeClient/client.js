// Sends one trace, one counter and one log record over OTLP/HTTP (JSON) and prints the trace id.
const { trace, SpanKind, context } = require('@opentelemetry/api');
const { SeverityNumber } = require('@opentelemetry/api-logs');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { OTLPMetricExporter } = require('@opentelemetry/exporter-metrics-otlp-http');
const { OTLPLogExporter } = require('@opentelemetry/exporter-logs-otlp-http');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const { MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { LoggerProvider, BatchLogRecordProcessor } = require('@opentelemetry/sdk-logs');

const endpoint = process.argv[2];
const resource = resourceFromAttributes({ 'service.name': 'node-client', 'service.version': '2.0.0' });

async function main() {
  const traces = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))] });
  const metrics = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `${endpoint}/v1/metrics` }) })] });
  const logs = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${endpoint}/v1/logs` }) })] });

  const tracer = traces.getTracer('node.test');
  const parent = tracer.startSpan('GET /cart', { kind: SpanKind.SERVER, attributes: { 'http.route': '/cart', 'http.response.status_code': 200 } });
  const inParent = trace.setSpan(context.active(), parent);
  tracer.startSpan('load cart', {}, inParent).end();
  logs.getLogger('node.test').emit({ severityNumber: SeverityNumber.WARN, body: 'cart is nearly empty', attributes: { 'cart.items': 1 }, context: inParent });
  parent.end();
  metrics.getMeter('node.test').createCounter('carts.opened').add(5, { kind: 'guest' });

  await Promise.all([traces.forceFlush(), metrics.forceFlush(), logs.forceFlush()]);
  console.log(parent.spanContext().traceId);
  await Promise.all([traces.shutdown(), metrics.shutdown(), logs.shutdown()]);
}

main().catch((error) => { console.error(error); process.exit(1); });
