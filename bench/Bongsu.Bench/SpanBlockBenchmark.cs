using BenchmarkDotNet.Attributes;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Bench;

/// <summary>A sealed block of 1,024 spans: no row wanted, one trace taken, the times of all, and all of it. An operation is one block.</summary>
[MemoryDiagnoser]
public class SpanBlockBenchmark
{
    private const int Spans = 1_024;
    private const int SpansPerTrace = 12;

    private readonly SpanSignal _signal = new();
    private readonly ByteWriter _block = new(1 << 16);
    private readonly SpanFilter _none = new(new SpanSelect(0, long.MaxValue, Status: SpanStatus.Error));
    private readonly TraceFilter _trace = new([new TraceId(1, 40)], new SpanColumns(SpanParts.Parent | SpanParts.Name | SpanParts.Duration | SpanParts.Resource | SpanParts.Status));
    private readonly SpanFilter _times = new(new SpanSelect(0, long.MaxValue) { Columns = new SpanColumns(SpanParts.Resource) });
    private readonly SpanFilter _all = new(new SpanSelect(0, long.MaxValue));

    public SpanBlockBenchmark()
    {
        var batch = new SpanBatch();
        batch.Attributes.Add("service.name", "orders");
        batch.Resources.Add(new Resource(new AttributeRange(0, 1), default));
        for (var i = 0; i < Spans; i++)
        {
            var start = batch.Attributes.Count;
            batch.Attributes.Add("http.route", "/orders/{id}");
            batch.Attributes.Add("user.id", $"u{i * 7919 % 100_000}");
            batch.Spans.Add(new Span
            {
                Scope = -1,
                TraceId = new TraceId(1, (ulong)(i / SpansPerTrace)),
                SpanId = new SpanId((ulong)i * 0x9E3779B97F4A7C15 + 1),
                Name = batch.Arena.Append("orders.place"),
                StartUnixNano = i * 7_000_000L,
                EndUnixNano = (i * 7_000_000L) + (i * 7919L % 900_000_000),
                Attributes = batch.Attributes.Since(start),
            });
        }
        _signal.Encode(batch, _block, compress: true);
    }

    [Benchmark]
    public int NoneWanted() => Read(_none);

    [Benchmark]
    public int OneTrace() => Read(_trace);

    [Benchmark]
    public int TimesOfAll() => Read(_times);

    [Benchmark]
    public int AllOfAll() => Read(_all);

    private int Read(SpanRowFilter filter)
    {
        var batch = _signal.Decode(_block.Written, filter)!;
        var count = batch.Count;
        filter.Recycle(batch);
        return count;
    }
}
