using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Bench;

/// <summary>Requests of 600 spans.</summary>
[MemoryDiagnoser]
public class OtlpSpanDecodeBenchmark
{
    private readonly byte[] _body = Payloads.Spans(1_795_096_800_000_000_000, new Random(1));
    private readonly SpanBatch _batch = new();
    private readonly RejectionTally _tally = new();
    private readonly OtlpSpans _decoder = new(new IngestLimits());

    [Benchmark(OperationsPerInvoke = Payloads.SpansPerRequest)]
    public int Decode()
    {
        _batch.Clear();
        _tally.Clear();
        _decoder.Decode(_body, _batch, _tally);
        return _batch.Count;
    }
}
