using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Bench;

/// <summary>Requests of 20 counters with 100 points of four attributes each; the series are known.</summary>
[MemoryDiagnoser]
public class OtlpMetricDecodeBenchmark
{
    private const int Metrics = 20;
    private const int PointsPerMetric = 100;
    private const ulong NowNanos = 1_795_096_800_000_000_000;

    private readonly byte[] _body = Body();
    private readonly MetricBatch _batch = new();
    private readonly RejectionTally _tally = new();
    private readonly SeriesLookup _known = new(new SeriesCache(new IngestLimits().SeriesCacheBytes, TimeProvider.System));
    private readonly OtlpMetrics _decoder;

    public OtlpMetricDecodeBenchmark()
    {
        _decoder = new OtlpMetrics(new IngestLimits(), new DeltaAccumulator(1, TimeProvider.System), _known);
        // Once to learn the series, once to learn their order.
        Decode();
        _known.Learn(_batch);
        Decode();
    }

    [Benchmark(OperationsPerInvoke = Metrics * PointsPerMetric)]
    public int Decode()
    {
        _batch.Clear();
        _tally.Clear();
        _decoder.Decode(_body, _batch, _tally);
        return _batch.Count;
    }

    private static byte[] Body()
    {
        var request = new ProtoWriter();
        request.Message(1, resourceMetrics => resourceMetrics
            .Message(1, resource =>
            {
                foreach (var (key, value) in new[] { ("service.name", "orders"), ("service.namespace", "shop"), ("service.instance.id", "i1"), ("service.version", "1.2"), ("host.name", "h1") })
                    resource.Message(1, attribute => Attribute(attribute, key, value));
            })
            .Message(2, scopeMetrics =>
            {
                for (var metric = 0; metric < Metrics; metric++)
                    Sum(scopeMetrics, $"http.server.requests.{metric}");
            }));
        return request.Written.ToArray();
    }

    private static void Sum(ProtoWriter scopeMetrics, string name) => scopeMetrics.Message(2, metric => metric.Text(1, name).Text(3, "1").Message(7, sum =>
    {
        for (var i = 0; i < PointsPerMetric; i++)
        {
            var route = $"/api/v1/resource/{i}";
            sum.Message(1, point => point
                .Message(7, a => Attribute(a, "http.route", route))
                .Message(7, a => Attribute(a, "http.request.method", "GET"))
                .Message(7, a => Attribute(a, "http.response.status_code", "200"))
                .Message(7, a => Attribute(a, "url.scheme", "http"))
                .Fixed64(2, NowNanos - 1_000_000_000).Fixed64(3, NowNanos).Double(4, i + 0.5));
        }
        sum.Number(2, 2).Number(3, 1);
    }));

    private static void Attribute(ProtoWriter attribute, string key, string value) => attribute.Text(1, key).Message(2, any => any.Text(1, value));
}
