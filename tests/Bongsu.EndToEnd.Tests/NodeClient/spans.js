// Sends two spans by the exporter that is named first to the server that is named second, and prints their trace id.
const { DiagConsoleLogger, DiagLogLevel, SpanKind, SpanStatusCode, context, diag, trace } = require('@opentelemetry/api');
const { JaegerExporter } = require('@opentelemetry/exporter-jaeger');
const { ZipkinExporter } = require('@opentelemetry/exporter-zipkin');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { BasicTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');

const [kind, server] = process.argv.slice(2);
diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.ERROR);
const exporter = kind === 'zipkin'
  ? new ZipkinExporter({ url: `${server}/api/v2/spans` })
  : new JaegerExporter({ endpoint: `${server}/api/traces` });
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': `${kind}-client`, 'service.version': '1.4.2' }),
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
const tracer = provider.getTracer('shop');

const parent = tracer.startSpan('GET /cart', { kind: SpanKind.SERVER, attributes: { 'http.route': '/cart' } });
const child = tracer.startSpan('load cart', { kind: SpanKind.CLIENT }, trace.setSpan(context.active(), parent));
child.addEvent('retry', { attempt: 2 });
child.setStatus({ code: SpanStatusCode.ERROR, message: 'no stock' });
child.end();
parent.end();

provider.shutdown().then(() => console.log(parent.spanContext().traceId));
