using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Ingest.Decode.Prometheus;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Bench;

/// <summary>Requests of 2000 series with one sample each, out of snappy; the series are known.</summary>
[MemoryDiagnoser]
public class RemoteWriteDecodeBenchmark
{
    private readonly byte[] _packed = Payloads.RemoteWrite(1_795_096_800_000, 0, new Random(1));
    private readonly byte[] _body;
    private readonly MetricBatch _batch = new();
    private readonly RejectionTally _tally = new();
    private readonly SeriesLookup _known = new(new SeriesCache(new IngestLimits().SeriesCacheBytes, TimeProvider.System));
    private readonly RemoteWrite _decoder;

    public RemoteWriteDecodeBenchmark()
    {
        Snappy.TryReadLength(_packed, out var length, out _);
        _body = new byte[length];
        _decoder = new RemoteWrite(new IngestLimits(), _known);
        // Once to learn the series, once to learn their order.
        Decode();
        _known.Learn(_batch);
        Decode();
    }

    [Benchmark(OperationsPerInvoke = Payloads.SeriesPerRequest)]
    public int Decode()
    {
        _batch.Clear();
        _tally.Clear();
        Snappy.TryDecode(_packed, _body, out _);
        _decoder.Decode(_body, _batch, _tally);
        return _batch.Count;
    }
}
