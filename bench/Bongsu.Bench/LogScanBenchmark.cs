using BenchmarkDotNet.Attributes;
using Bongsu.Ingest;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Bench;

/// <summary>A block of 500 log records: encoded for the WAL, decoded from a segment, and each row asked whether a selection wants it. An operation is one record.</summary>
[MemoryDiagnoser]
public class LogScanBenchmark
{
    private const long NowNanos = 1_795_096_800_000_000_000;

    private readonly LogBatch _batch = new();
    private readonly LogSignal _signal = new();
    private readonly ByteWriter _sealed = new(1 << 16);
    private readonly ByteWriter _into = new(1 << 16);
    private readonly LogFilter _filter = new(new LogSelect(long.MinValue, long.MaxValue, []) { Needles = ["order 99999999"u8.ToArray()] });

    public LogScanBenchmark()
    {
        new OtlpLogs(new IngestLimits()).Decode(Payloads.Logs(NowNanos, new Random(1)), NowNanos, _batch, new RejectionTally());
        _signal.Encode(_batch, _sealed, compress: true);
    }

    [Benchmark(OperationsPerInvoke = Payloads.LogsPerRequest)]
    public int EncodeForWal()
    {
        _into.Clear();
        _signal.Encode(_batch, _into, compress: false);
        return _into.Length;
    }

    [Benchmark(OperationsPerInvoke = Payloads.LogsPerRequest)]
    public int DecodeBlock() => _signal.Decode(_sealed.Written)!.Count;

    [Benchmark(OperationsPerInvoke = Payloads.LogsPerRequest)]
    public int FilterRows()
    {
        var found = 0;
        _filter.Begin(_batch);
        for (var row = 0; row < _batch.Count; row++)
            found += _filter.WantsRow(_batch, row) ? 1 : 0;
        return found;
    }
}
